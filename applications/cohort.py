"""The titles that fall due for re-review in a yearly round (Art. 14), and where each of them stands."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application, Cycle
from applications.states import ApplicationState as S
from applications.states import Procedure
from platforms.models import Designation
from platforms.states import LIVE_TITLES

STANDINGS = (
    ("unfiled", "未提交"),
    ("under_way", "办理中"),
    ("decided", "已有结论"),
)
DECIDED = (S.CONFIRMED, S.FAILED)
NOT_FILED = (S.WITHDRAWN, S.LAPSED)


def dossiers_of(cycle: Cycle) -> QuerySet[Application]:
    """Re-reviews that were filed in the round and not taken back."""
    return Application.objects.filter(
        cycle=cycle, procedure=Procedure.REREVIEW, submitted_at__isnull=False
    ).exclude(state__in=NOT_FILED)


def due_titles(cycle: Cycle) -> QuerySet[Designation]:
    """Every living title whose review year has come, and those that were decided in this round."""
    living = Q(state__in=LIVE_TITLES, review_year__lte=cycle.year)
    return Designation.objects.filter(living | Q(pk__in=dossiers_of(cycle).values("designation_id")))


def announced_titles(cycle: Cycle) -> QuerySet[Designation]:
    """The list as it was announced with the round, whatever has become of the titles since.

    A round that was published before its list was kept shows what is due now.
    """
    if cycle.announced_titles is None:
        return due_titles(cycle)
    return Designation.objects.filter(pk__in=cycle.announced_titles)


def unfiled(cycle: Cycle) -> QuerySet[Designation]:
    """Due, and nothing has been filed."""
    return due_titles(cycle).exclude(pk__in=dossiers_of(cycle).values("designation_id"))


def in_standing(rows: QuerySet[Designation], cycle: Cycle, standing: str) -> QuerySet[Designation]:
    """The titles of a cohort that stand so in the round; any other word changes nothing."""
    filed = dossiers_of(cycle).filter(designation=OuterRef("pk"))
    decided = filed.filter(state__in=DECIDED)
    if standing == "unfiled":
        return rows.filter(~Exists(filed))
    if standing == "under_way":
        return rows.filter(Exists(filed), ~Exists(decided))
    if standing == "decided":
        return rows.filter(Exists(decided))
    return rows

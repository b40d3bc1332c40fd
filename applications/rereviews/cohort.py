"""The titles that fall due for re-review in a yearly round (Art. 14), and where each of them stands.

Carries out Art. 14.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from applications.models import Application, CorrectionRequest, Cycle
from applications.states import ApplicationState as S
from applications.states import CorrectionState, Procedure
from platforms.models import Designation
from platforms.states import LIVE_TITLES
from portal.kernel import clock

# Whose turn it is decides who is reminded and what may follow: only what the unit left undone counts against it.
STANDINGS = (
    ("unfiled", "未提交"),
    ("unanswered", "已提交，补正逾期未答"),
    ("stuck", "按期提交，推荐单位未报送"),
    ("late", "经准予逾期提交，办理中"),
    ("under_way", "按期提交，办理中"),
    ("decided", "已有结论"),
)
# Who is reminded and what may follow, in the words of the page.
FOLLOWS = {
    "unfiled": "提醒平台和推荐单位。有正当理由的，由两人准予在本年度评审结束前补办；截止后可以告知拟按不合格办理，期满列入合议。",
    "unanswered": "提醒平台。截止后与未提交的同样处理：告知、听取陈述，期满列入合议。",
    "stuck": "平台已按期提交，提醒推荐单位。不能启动未按规定办理复核的撤销程序；本年度未报送的，下一年度继续办理复核。",
    "late": "经准予逾期提交，按本年度办理。",
}
DECIDED = (S.CONFIRMED, S.FAILED)
WITH_PROVINCE = (S.SUBMITTED, S.UNDER_EVALUATION, S.RECOMMENDED, S.LAPSED)


def dossiers_of(cycle: Cycle) -> QuerySet[Application]:
    """Re-reviews that were filed in the round and not taken back; what lapsed at the province was filed too.

    What the ministry opened for a unit that never filed stands among them.
    """
    filed = Q(submitted_at__isnull=False) | Q(reported_at__isnull=False)
    return Application.objects.filter(filed, cycle=cycle, procedure=Procedure.REREVIEW).exclude(
        state=S.WITHDRAWN
    )


def due_titles(cycle: Cycle) -> QuerySet[Designation]:
    """Every living title whose review year has come, and those that were filed in this round; none that has failed."""
    return Designation.objects.filter(
        _comes_up(cycle) | Q(pk__in=dossiers_of(cycle).values("designation_id"))
    )


def _comes_up(cycle: Cycle) -> Q:
    return Q(state__in=LIVE_TITLES, review_year__lte=cycle.year, fails_on=None) & ~Q(
        pk__in=reviewed_elsewhere(cycle)
    )


def reviewed_elsewhere(cycle: Cycle) -> QuerySet[Designation]:
    """Titles of paper notices whose review year lies before the first round here: its result is to be entered, not overdue."""
    first = Coalesce(Subquery(Cycle.objects.national().order_by("year").values("year")[:1]), cycle.year)
    rows = Designation.objects.filter(
        state__in=LIVE_TITLES, on_paper=True, review_year__lt=Least(first, cycle.year)
    )
    return rows.values("pk")


def announced_titles(cycle: Cycle) -> QuerySet[Designation]:
    """The list as it was announced with the round, whatever has become of the titles since.

    A round that was published before its list was kept shows what is due now.
    """
    if cycle.announced_titles is None:
        return due_titles(cycle)
    return Designation.objects.filter(pk__in=cycle.announced_titles)


def unfiled(cycle: Cycle) -> QuerySet[Designation]:
    """Due, and nothing has been filed."""
    return Designation.objects.filter(_comes_up(cycle), without(dossiers_of(cycle)))


def without(dossiers: QuerySet[Application]) -> Q:
    """Titles that none of the dossiers is about: looked up for each title, so that a unit's few don't read all of a year's."""
    return Q(~Exists(dossiers.filter(designation=OuterRef("pk"))))


def left_undone(cycle: Cycle) -> QuerySet[Designation]:
    """Titles whose unit itself did not file, or did not answer: what alone may count against it."""
    ids = unanswered(cycle).values("designation_id")
    return Designation.objects.filter(
        Q(pk__in=unfiled(cycle).values("pk")) | Q(pk__in=ids, state__in=LIVE_TITLES)
    )


def unanswered(cycle: Cycle) -> QuerySet[Application]:
    """The unit was asked to correct and its term is over, or ran out with the year."""
    asked = CorrectionRequest.objects.filter(application=OuterRef("pk"), stage="recommender")
    overdue = asked.filter(state=CorrectionState.OPEN, due_on__lt=clock.today())
    ended = asked.filter(state=CorrectionState.CANCELLED, due_on__lte=cycle.closes_on)
    return dossiers_of(cycle).filter(
        Q(Exists(overdue), state=S.RETURNED) | Q(Exists(ended), state=S.LAPSED), reported_at=None
    )


def stuck(cycle: Cycle) -> QuerySet[Application]:
    """Filed, and not reported though the province's time is over: nothing that the unit could have done."""
    rows = dossiers_of(cycle).filter(reported_at=None).exclude(pk__in=unanswered(cycle).values("pk"))
    if clock.today() > cycle.handling_until:
        return rows.filter(state__in=WITH_PROVINCE)
    return rows.filter(state=S.LAPSED)


def in_standing(rows: QuerySet[Designation], cycle: Cycle, standing: str) -> QuerySet[Designation]:
    """The titles of a cohort that stand so in the round; any other word changes nothing."""
    filed = dossiers_of(cycle)
    groups = {
        "decided": filed.filter(state__in=DECIDED),
        "unanswered": unanswered(cycle),
        "stuck": stuck(cycle),
        "late": filed.filter(submitted_at__gte=clock.end_of(cycle.filing_until)),
        "under_way": filed,
    }
    if standing == "unfiled":
        return rows.exclude(pk__in=filed.values("designation_id"))
    if standing not in groups:
        return rows
    for other, dossiers in groups.items():  # the first that fits is where a title stands
        if other == standing:
            return rows.filter(pk__in=dossiers.values("designation_id"))
        rows = rows.exclude(pk__in=dossiers.values("designation_id"))
    return rows


def standing_of(application: Application) -> str:
    """Where one filed re-review stands in its round."""
    title = Designation.objects.filter(pk=application.designation_id)
    found = (code for code, _ in STANDINGS if in_standing(title, application.cycle, code).exists())
    return next(found, "unfiled")

"""A year's quota at the moment of reporting, and who waits for the next round."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from applications.models import Application, Cycle
from applications.requirements import BEYOND_RECOMMENDATION
from applications.states import Procedure
from platforms.models import Recommender

QUOTAS = ("quota_department", "quota_city", "quota_association")


def places_taken(cycle: Cycle) -> QuerySet[Application]:
    """What takes a place of the year's quota; special slots that its notice names take none."""
    return Application.objects.filter(
        cycle=cycle, procedure=Procedure.DESIGNATION, state__in=BEYOND_RECOMMENDATION
    ).exclude(recommendation__special_slot__in=cycle.special_list)


def quota_used(cycle: Cycle, recommender: Recommender) -> QuerySet[Application]:
    return places_taken(cycle).filter(recommender=recommender)


def quota_reasons(recommender: Recommender, cycle: Cycle, procedure: str) -> list[str]:
    """The quota counted again over what leaves and what has left: it may have become smaller since; 0 is 0."""
    quota = cycle.quota_for(recommender)
    if procedure != Procedure.DESIGNATION or quota is None:
        return []
    used = quota_used(cycle, recommender).count()
    if used <= quota:
        return []
    return [f"本年度推荐名额 {quota} 家，已推荐 {used} 家，超出 {used - quota} 家，请先收回推荐后再报送。"]


def over_quota(cycle: Cycle, field: str, quota: int | None) -> list[str]:
    """Who has recommended more already than a new quota of this field would allow: name and number."""
    if field not in QUOTAS or quota is None:
        return []
    rows = places_taken(cycle).values("recommender").annotate(used=Count("*"))
    used = {row["recommender"]: row["used"] for row in rows.order_by() if row["used"] > quota}
    offices = Recommender.objects.filter(pk__in=used).order_by("order")
    return [f"{row.label} {used[row.pk]} 家" for row in offices if cycle.quota_field(row) == field]

"""The list of annual summaries as an address describes it: page, figures, download and bulk work read the same."""

from __future__ import annotations

from collections.abc import Mapping

from platforms.models import AnnualSummary
from platforms.states import UNFILED, SummaryState
from portal.kernel import clock

PARAMS = ("year", "recommender", "state", "q")


def filtered(user, get: Mapping[str, str]):
    """(rows, the year shown, all years)."""
    rows = AnnualSummary.objects.for_user(user)
    years = list(rows.order_by("-year").values_list("year", flat=True).distinct())
    year = (
        int(get["year"])
        if get.get("year", "").isdecimal()
        else (years[0] if years else clock.today().year - 1)
    )
    rows = rows.filter(year=year)
    if get.get("recommender"):
        rows = rows.filter(recommender__label=get["recommender"])
    if get.get("state") in SummaryState.values:
        rows = rows.filter(state=get["state"])
    elif get.get("state") == "overdue":
        rows = rows.filter(state__in=UNFILED, due_on__lt=clock.today())
    if get.get("q", "").strip():
        rows = rows.filter(title__platform_name__icontains=get["q"].strip()[:60])
    return rows.order_by("state", "due_on", "title__sort_key"), year, years

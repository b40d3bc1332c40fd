"""The list of annual summaries as an address describes it: page, figures, download and bulk work read the same."""

from __future__ import annotations

from collections.abc import Mapping

from platforms.models import AnnualSummary
from platforms.states import UNFILED, SummaryState
from portal.kernel import clock
from portal.pages.lists import DeclaredList, Filter, exactly, search

PARAMS = ("year", "recommender", "state", "q")


def _in_state(rows, state: str):
    if state == "overdue":
        return rows.filter(state__in=UNFILED, due_on__lt=clock.today())
    return rows.filter(state=state)


SUMMARIES = DeclaredList(
    filters=(
        exactly("recommender", "recommender__label"),
        Filter("state", _in_state, {*SummaryState.values, "overdue"}.__contains__),
        search("title__platform_name"),
    ),
    orders={"state": ("state", "due_on", "title__sort_key")},
)


def filtered(user, get: Mapping[str, str]):
    """(rows, the year shown, all years)."""
    rows = AnnualSummary.objects.for_user(user)
    years = list(rows.order_by("-year").values_list("year", flat=True).distinct())
    year = (
        int(get["year"])
        if get.get("year", "").isdecimal()
        else (years[0] if years else clock.today().year - 1)
    )
    return SUMMARIES.rows(rows.filter(year=year), get), year, years

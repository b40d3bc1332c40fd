"""The list of annual summaries as an address describes it: page, figures, download and bulk work read the same."""

from __future__ import annotations

from collections.abc import Mapping

from platforms.models import AnnualSummary
from platforms.states import UNFILED, SummaryState
from portal.kernel import clock
from portal.pages.listforms import choice, text_line
from portal.pages.lists import DeclaredList, Filter, exactly, is_number, read_before, search

STATES = (*SummaryState.choices, ("overdue", "逾期未报"))
TABS = (("", "应报"), ("FILED", "已报待审阅"), ("ACKNOWLEDGED", "已审阅"), ("overdue", "逾期未报"))
PARAMS = ("year", "recommender", "state", "q")


def _in_state(rows, state: str):
    if state == "overdue":
        return rows.filter(state__in=UNFILED, due_on__lt=clock.today())
    return rows.filter(state=state)


SUMMARIES = DeclaredList(
    filters=(
        search("title__platform_name", field=text_line("平台名称", "平台名称")),
        read_before("year", is_number, choice("年度", "")),
        exactly("recommender", "recommender__label", field=choice("推荐单位", "全部推荐单位")),
        Filter("state", _in_state, dict(STATES).__contains__, choice("状态", "全部状态", STATES)),
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

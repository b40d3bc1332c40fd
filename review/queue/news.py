"""News of the public home under three tabs: notices, rules and their interpretations, changes of registered facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from platforms.models import UnitChange
from platforms.states import ChangeState
from portal.models import Interpretation
from portal.shared.law import MEASURES, cite
from review.models import Notice

MOST = 6


@dataclass(frozen=True)
class Line:
    title: str
    url: str
    on: date | None = None


@dataclass(frozen=True)
class Tab:
    code: str
    name: str
    all_url: str  # the name of the page that lists everything
    empty: str
    lines: Callable[[QuerySet[Notice]], Iterable[Line]]


def notice_lines(public: QuerySet[Notice]) -> list[Line]:
    return [Line(row.title, reverse("notice", args=[row.pk]), row.published_on) for row in public[:MOST]]


def policy_lines(public: QuerySet[Notice]) -> list[Line]:
    """The regulation itself first, then what the ministry said of its articles, the latest first."""
    rows = Interpretation.objects.order_by("-issued_on")[: MOST - 2]
    return [
        Line(MEASURES, reverse("regulation")),
        *(
            Line(
                f"{cite(row.article, row.item)}解释：{row.question}",
                f"{reverse('regulation')}#art-{row.article}",
                row.issued_on,
            )
            for row in rows
        ),
        Line("条件与评审标准", reverse("criteria")),
    ]


def change_lines(public: QuerySet[Notice]) -> list[Line]:
    rows = UnitChange.objects.filter(state=ChangeState.DONE).order_by("-done_on", "-filed_at")[:MOST]
    return [Line(row.announcement, reverse("unit_change_notice", args=[row.pk]), row.done_on) for row in rows]


TABS = (
    Tab("notices", "通知公告", "notices", "还没有通知公告。", notice_lines),
    Tab("policies", "政策文件", "policies", "", policy_lines),
    Tab("changes", "变更公告", "unit_change_notices", "还没有登记信息变更公告。", change_lines),
)


def news_of(wanted: str, public: QuerySet[Notice]) -> dict:
    """The tabs and the lines of the one that is open; an unknown name opens the first."""
    shown = next((tab for tab in TABS if tab.code == wanted), TABS[0])
    return {"tabs": TABS, "tab": shown, "lines": list(shown.lines(public))}

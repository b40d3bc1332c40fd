"""Two administrators put a year's holidays in force: one reads the notice, the other signs what it moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.urls import reverse

from portal.kernel import signoff
from portal.kernel.calendar import calendar, enter_year, with_year
from portal.kernel.permissions import demand_role
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import CalendarChange, SignOff
from portal.workdays.moves import moves_between

OFFICE = "accounts"  # the administrators' own acts, read by the inspector
Days = Mapping[date, tuple[bool, str]]


@transaction.atomic
def propose_year(year: int, *, source: str, days: Days, by, note: str = "") -> SignOff:
    """Nothing changes until another administrator has signed."""
    demand_role(CalendarChange, by, "prepare_put_in_force", "节假日安排由系统管理员录入。")
    waiting = CalendarChange.objects.filter(year=year, state=CalendarChange.State.PROPOSED)
    if waiting.exists():
        raise TransitionBlocked([f"{year} 年节假日安排已有一项等待审签，请先办结或退回。"])
    rows = [[day.isoformat(), works, name] for day, (works, name) in sorted(days.items())]
    change = CalendarChange.objects.create(year=year, source=source, days=rows)
    return signoff.prepare([change], "put_in_force", by=by, note=note)


def days_of(change: CalendarChange) -> dict[date, tuple[bool, str]]:
    return {date.fromisoformat(day): (works, name) for day, works, name in change.days}


def differences(year: int, days: Days) -> list[list[str]]:
    """Day by day, what is otherwise than in force now."""
    old = calendar()
    known = {day: kept for day, kept in old.deviations.items() if day.year == year}
    rows = []
    for day in sorted({*known, *days}):
        before, after = known.get(day), days.get(day)
        if before != after:
            rows.append([f"{day:%m-%d}", f"{_words(before)} → {_words(after)}" if known else _words(after)])
    return rows


def _words(kept: tuple[bool, str] | None) -> str:
    return f"{'班' if kept[0] else '休'} {kept[1]}" if kept else "平日"


def describe(objects, facts) -> dict:
    change = objects[0]
    days = days_of(change)
    old = calendar()
    moves = moves_between(old, with_year(old, change.year, days))
    return {
        "title": str(change),
        "basis": "",
        "rows": [
            ["依据文件", change.source],
            *differences(change.year, days),
            *([move.what, move.words] for move in moves),
            ["受影响的公示和期限", f"{len(moves)} 项" if moves else "没有"],
        ],
        "effects": [
            "立即在整个系统生效，之后计算的期限都按新安排",
            "已经公布的公示截止日只会顺延，不会提前",
        ],
    }


def _put_in_force(act: SignOff, objects, by) -> None:
    for change in objects:
        perform(change, "put_in_force", by=by, note=act.note, signoff=act)
        enter_year(change.year, source=change.source, days=days_of(change), by=by)


def _drop(act: SignOff, objects, by) -> None:
    for change in objects:
        perform(change, "drop", by=by, note=act.answer)


signoff.register_act(
    CalendarChange,
    "put_in_force",
    describe=describe,
    execute=_put_in_force,
    returned=_drop,
    office=lambda change: OFFICE,
    page=lambda change: f"{reverse('calendar_year', args=[change.year])}?proposed={change.pk}",
)

"""Signals for those who watch (Art. 17): conditions on the trail that deserve a look, registered by each app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet

from portal.shared.together import Number, ask


@dataclass(frozen=True)
class Signal:
    """`condition` is built when it is asked for, since some depend on other records; the others are fixed."""

    code: str
    label: str
    why: str
    condition: Callable[[], Q]
    is_fixed: bool


_signals: dict[str, Signal] = {}


def register_signal(code: str, label: str, why: str, condition: Q | Callable[[], Q]) -> None:
    asked = condition if callable(condition) else lambda: condition
    _signals[code] = Signal(code, label, why, asked, not callable(condition))


TESTS: dict[str, Callable[[str, Any], bool]] = {
    "action": lambda action, value: action == value,
    "action__in": lambda action, value: action in value,
    "action__contains": lambda action, value: value in action,
    "action__startswith": lambda action, value: action.startswith(value),
}


def is_about_actions(condition: Q) -> bool:
    """Whether the name of an event's action alone decides."""
    return all(is_about_actions(one) if isinstance(one, Q) else one[0] in TESTS for one in condition.children)


def fits(condition: Q, action: str) -> bool | None:
    """What the database would say of an event with this action; None where more than the action decides."""
    found = [fits(one, action) if isinstance(one, Q) else _test(one, action) for one in condition.children]
    decisive = condition.connector == Q.OR
    met: bool | None = decisive if decisive in found else None if None in found else not decisive
    return met if met is None else met is not condition.negated


def _test(lookup: tuple[str, Any], action: str) -> bool | None:
    name, value = lookup
    return TESTS[name](action, value) if name in TESTS else None


def count_signals(
    events: QuerySet, by_action: Mapping[str, int], known: Mapping[str, int] = MappingProxyType({})
) -> dict[str, int]:
    """How many events each signal names: read off the actions' numbers; where more than the action decides, counted
    among the events of those actions alone, unless it is `known`.
    """
    numbers: dict[str, int] = {}
    asked: dict[str, Number] = {}
    for row in signals():
        condition = row.condition()
        says = {action: fits(condition, action) for action in by_action}
        numbers[row.code] = sum(by_action[action] for action, met in says.items() if met)
        unsure = [action for action, met in says.items() if met is None]
        if row.code in known:
            numbers[row.code] = known[row.code]
        elif unsure:
            among = events if len(unsure) == len(says) else events.filter(action__in=unsure)
            asked[row.code] = Number(among.filter(condition))
    for code, number in zip(asked, ask(*asked.values()), strict=True):
        numbers[code] += number
    return numbers


def signals() -> list[Signal]:
    return list(_signals.values())


def signal_of(code: str) -> Signal | None:
    return _signals.get(code)


register_signal("exports", "导出", "谁把哪些数据带出了系统", Q(action__contains="export"))
register_signal(
    "returned",
    "审签退回",
    "第二人没有同意的拟办事项",
    Q(action__contains=".return_") & ~Q(action="application.return_for_correction"),
)

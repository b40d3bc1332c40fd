"""Signals for those who watch (Art. 17): conditions on the trail that deserve a look, registered by each app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from portal.shared.together import Number, ask


@dataclass(frozen=True)
class Signal:
    """`condition` is built when it is asked for, since some depend on other records."""

    code: str
    label: str
    why: str
    condition: Callable[[], Q]


_signals: dict[str, Signal] = {}


def register_signal(code: str, label: str, why: str, condition: Q | Callable[[], Q]) -> None:
    _signals[code] = Signal(code, label, why, condition if callable(condition) else lambda: condition)


TESTS: dict[str, Callable[[str, Any], bool]] = {
    "action": lambda action, value: action == value,
    "action__in": lambda action, value: action in value,
    "action__contains": lambda action, value: value in action,
    "action__startswith": lambda action, value: action.startswith(value),
}


def is_about_actions(condition: Q) -> bool:
    """Whether the name of an event's action alone decides."""
    return all(is_about_actions(one) if isinstance(one, Q) else one[0] in TESTS for one in condition.children)


def fits(condition: Q, action: str) -> bool:
    """What the database would say of an event with this action."""
    found = (
        fits(one, action) if isinstance(one, Q) else TESTS[one[0]](action, one[1])
        for one in condition.children
    )
    met = any(found) if condition.connector == Q.OR else all(found)
    return met is not condition.negated


def count_signals(events: QuerySet, by_action: Mapping[str, int]) -> dict[str, int]:
    """How many events each signal names: read off the actions' numbers, and counted where more than the action decides."""
    conditions = {row.code: row.condition() for row in signals()}
    counted = {code: one for code, one in conditions.items() if not is_about_actions(one)}
    numbers = dict(zip(counted, ask(*(Number(events.filter(one)) for one in counted.values())), strict=True))
    for code, condition in conditions.items():
        if code not in counted:
            numbers[code] = sum(n for action, n in by_action.items() if fits(condition, action))
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

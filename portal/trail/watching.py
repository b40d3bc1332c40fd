"""Signals for those who watch (Art. 17): conditions on the trail that deserve a look, registered by each app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q


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

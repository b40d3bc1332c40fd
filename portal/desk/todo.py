"""What needs whom: each app registers providers, and every home page shows the union.

A provider answers for one user with entries; an entry is one thing to do (or to wait for), with its
place and, where there is one, its deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Todo:
    title: str
    url: str
    hint: str = ""
    due: date | None = None
    count: int = 1
    action: str = "办理"
    waiting_for: str = ""  # set when somebody else must act: shown under 等待他人
    urgent: bool = False


Provider = Callable[[object], Iterable[Todo]]
_providers: list[Provider] = []


def provides_todos(function: Provider) -> Provider:
    _providers.append(function)
    return function


def todos_for(user) -> list[Todo]:
    """Everything that concerns the user, the nearest deadline first; things without one come last."""
    entries = [entry for provider in _providers for entry in provider(user)]
    return sorted(entries, key=lambda e: (not e.urgent, e.due or date.max, e.title))

"""What needs whom: each app registers providers, and every home page shows the union.

A provider answers for one user with entries; an entry is one thing to do (or to wait for), with its
place and, where there is one, its deadline. It yields what it wants to read too, so that all providers
read by a few requests: `for row in (yield rows)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.db.models import Model

from portal.kernel import clock
from portal.kernel.permissions import holds, role_of
from portal.shared.first_questions import run_with_kept


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
    paper: str = ""  # the first lines of what is to be signed
    unit: object = None  # the key of the unit that an applicant's entry concerns


Provider = Callable[[Any], Iterator]
_providers: list[tuple[Provider, Callable[[Any], bool]]] = []


def provides_todos(function: Provider) -> Provider:
    _providers.append((function, lambda user: True))
    return function


def provides_todos_of(model: type[Model], verb: str) -> Callable[[Provider], Provider]:
    """Asked only for those whom the permission table lists for the verb: a new role with it needs no line here."""

    def register(function: Provider) -> Provider:
        _providers.append((function, lambda user: holds(model, user, verb)))
        return function

    return register


def todos_for(user) -> list[Todo]:
    """Everything that concerns the user, the nearest deadline first; things without one come last.

    What a provider asks first depends on the person and the day alone, so that it is written once for them.
    """
    asked = {
        f"{provider.__module__}.{provider.__qualname__}": partial(provider, user)
        for provider, is_asked in _providers
        if is_asked(user)
    }
    of = (user.pk, user.role, role_of(user), user.is_active, clock.today())
    entries = run_with_kept(of, asked)
    return sorted(entries, key=lambda e: (not e.urgent, e.due or date.max, e.title))


SOON = timedelta(days=3)
LABELS = ("待我审签", "已逾期", "今天", "3 天内", "以后", "没有期限")


@dataclass(frozen=True)
class Today:
    """A home: the one next step, one dated list of what else is mine, and what waits for others."""

    next: Todo | None
    groups: list[tuple[str, list[Todo]]]  # none of them empty
    others: list[Todo]


def today_of(user) -> Today:
    entries, today = todos_for(user), clock.today()
    placed = sorted(
        ((_place(entry, today), entry) for entry in entries if not entry.waiting_for), key=lambda one: one[0]
    )
    groups = [
        (LABELS[place], [entry for _, entry in found])
        for place, found in groupby(placed[1:], key=lambda one: one[0])
    ]
    first = placed[0][1] if placed else None
    return Today(first, groups, [entry for entry in entries if entry.waiting_for])


def _place(entry: Todo, today: date) -> int:
    if entry.paper:
        return 0
    if entry.due is None:
        return 2 if entry.urgent else 5
    if entry.due < today:
        return 1
    return 2 if entry.due == today else 3 if entry.due <= today + SOON else 4

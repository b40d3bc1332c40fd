"""What needs whom: each app registers providers, and every home page shows the union.

A provider answers for one user with entries; an entry is one thing to do (or to wait for), with its
place and, where there is one, its deadline. It yields what it wants to read too, so that all providers
read by a few requests: `for row in (yield rows)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from portal.kernel import clock
from portal.kernel.permissions import holds, role_of
from portal.shared.first_questions import Stand, run_with_kept
from portal.shared.together import Number


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
    is_rest: bool = False  # stands for what only the list behind it names, after the entries of its kind


MOST = 20  # entries of one kind that a home names; the list behind its last line has all of them
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


def counted(
    words: str, number: int, url: str, hint: str = "", due: date | None = None, **more
) -> Iterator[Todo]:
    """One line for so many things of a kind, whose words hold the number; none for none."""
    if number:
        yield Todo(words.format(number), url, hint, due, count=number, **more)


def most_of(rows: QuerySet) -> tuple[QuerySet, Number]:
    """What a provider asks for when a kind may be long: the rows that a home names, and how many there are."""
    return rows[:MOST], Number(rows)


def the_rest(kind: str, of_all: int, url: str, last: Todo | None) -> Iterator[Todo]:
    """The line behind the named ones of a kind: how many there are, and the list that has every one of them. It stands
    where the last of the named stands.
    """
    if last is not None and of_all > MOST:
        hint = f"上面列出 {MOST} 件，其余 {of_all - MOST} 件在列表中"
        words = {"title": f"{kind}：全部 {of_all} 件", "url": url, "hint": hint, "action": "查看全部"}
        yield replace(last, **words, count=of_all - MOST, is_rest=True)


def todos_for(user, acted: str = "") -> list[Todo]:
    """Everything that concerns the user, the nearest deadline first; things without one come last.

    What a provider asks first depends on the person and the day alone, so that it is written once for them; bare numbers
    stand as the menu's do, no longer than the person does nothing: `acted` is the mark of the last act.
    """
    asked = {
        f"{provider.__module__}.{provider.__qualname__}": partial(provider, user)
        for provider, is_asked in _providers
        if is_asked(user)
    }
    of = (user.pk, user.role, role_of(user), user.is_active, clock.today())
    entries = run_with_kept(of, asked, Stand(settings.MENU_SECONDS, acted))
    return sorted(entries, key=lambda e: (not e.urgent, e.due or date.max, e.is_rest, e.title))


SOON = timedelta(days=3)
LABELS = ("待我审签", "已逾期", "今天", "3 天内", "以后", "没有期限")


@dataclass(frozen=True)
class Today:
    """A home: the one next step, one dated list of what else is mine, and what waits for others."""

    next: Todo | None
    groups: list[tuple[str, list[Todo], int]]  # none of them empty, each with the number of its things
    others: list[Todo]

    @property
    def of_others(self) -> int:
        return how_many_things(self.others)


def today_of(user, acted: str = "") -> Today:
    entries, today = todos_for(user, acted), clock.today()
    placed = sorted(
        ((_place(entry, today), entry) for entry in entries if not entry.waiting_for), key=lambda one: one[0]
    )
    groups = []
    for place, found in groupby(placed[1:], key=lambda one: one[0]):
        named = [entry for _, entry in found]
        groups.append((LABELS[place], named, how_many_things(named)))
    first = placed[0][1] if placed else None
    return Today(first, groups, [entry for entry in entries if entry.waiting_for])


def how_many_things(entries: list[Todo]) -> int:
    """Entries of a heading, with those that only a list behind it names."""
    return sum(entry.count if entry.is_rest else 1 for entry in entries)


def _place(entry: Todo, today: date) -> int:
    if entry.paper:
        return 0
    if entry.due is None:
        return 2 if entry.urgent else 5
    if entry.due < today:
        return 1
    return 2 if entry.due == today else 3 if entry.due <= today + SOON else 4

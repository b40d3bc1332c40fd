"""The left navigation of the workspaces: each app registers entries for roles, in one fixed order.

A long menu is folded: the day's work and the year stay open, or the group that one is in. The year is a road
of stages; what belongs to a stage stands under it while one is there or while most of the work is there.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from time import monotonic
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db.models import IntegerField, Model, QuerySet, Subquery
from django.urls import reverse

from portal.kernel import clock
from portal.kernel.permissions import role_of, roles_of
from portal.models import User
from portal.shared.together import how_many, keep_statement

ALWAYS = ("我的工作", "监督")  # never folded
YEAR = "本年度"
GROUPS = (*ALWAYS, YEAR, "称号管理", "处置", "更多")
LONGEST = 16  # open lines, folded groups counted as one
Count = Callable[[User], QuerySet]  # the rows that wait behind an entry
When = Callable[[User], bool]


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    icon: str
    group: str
    listed: frozenset[str]
    order: int
    count: Count | None
    hot: bool
    when: When | None
    covers: tuple[str, ...]
    under: str
    asks: tuple[type[Model], str] | None = None

    @property
    def roles(self) -> frozenset[str]:
        return roles_of(*self.asks) if self.asks else self.listed


@dataclass(frozen=True)
class Line:
    """One line of the menu as it is drawn."""

    label: str
    url: str
    icon: str
    count: int | None
    hot: bool
    current: bool
    is_now: bool = False  # where most of the year's work is
    below: Sequence[Line] = ()


@dataclass(frozen=True)
class Group:
    name: str
    lines: Sequence[Line] = field(default=())
    folds: bool = False
    is_open: bool = True

    @property
    def urgent(self) -> int:
        """What a folded group must not hide."""
        return sum(line.count or 0 for line in self.lines if line.hot)

    @property
    def open_lines(self) -> int:
        if not self.is_open:
            return 1
        return self.folds + sum(1 + len(line.below) for line in self.lines)


_entries: list[Entry] = []
MOST_KEPT = 2048  # persons whose numbers a process keeps
_numbers: dict[tuple, tuple[float, str, dict[str, int]]] = {}


def register(
    label: str,
    url_name: str,
    *,
    icon: str,
    group: str,
    roles: Iterable[str] = (),
    asks: tuple[type[Model], str] | None = None,
    order: int = 50,
    count: Count | None = None,
    hot: bool = False,
    when: When | None = None,
    covers: Iterable[str] = (),
    under: str = "",
) -> None:
    """For whom the line is: `asks` is the model and the verb that the page itself asks for, so that the permission table
    alone says who; `roles` names them where the page differs for each, or is everybody's. `when` tells apart who of the roles has the page at all; it must not cost a query of its own. `covers` are the
    names of pages (with * for a kind) that belong to the entry though they lie elsewhere; `under` is the stage of the year.
    """
    listed = frozenset(map(str, roles))
    _entries.append(
        Entry(label, url_name, icon, group, listed, order, count, hot, when, tuple(covers), under, asks)
    )


def side_for(
    user, path: str, url_name: str = "", counts: Mapping[str, int | None] = MappingProxyType({})
) -> list[Group]:
    """The groups of the user's role; the entry that covers the page, or the nearest above it, is the current one."""
    entries = entries_of(user)
    return groups_of(entries, current_of(entries, path, url_name), counts)


def entries_of(user) -> list[Entry]:
    role = role_of(user)
    return [
        entry
        for entry in sorted(_entries, key=lambda entry: entry.order)
        if role in entry.roles and (entry.when is None or entry.when(user))
    ]


def current_of(entries: Iterable[Entry], path: str, url_name: str) -> Entry | None:
    """The longest name that covers the page, else the longest address that it lies under."""

    def nearness(entry: Entry) -> tuple[int, int]:
        named = [entry.url_name, *entry.covers]
        covering = max((len(name) for name in named if fnmatchcase(url_name, name)), default=0)
        url = address_of(entry.url_name)
        return covering, len(url) if path.startswith(url) else 0

    found = max(entries, key=nearness, default=None)
    return found if found and any(nearness(found)) else None


def groups_of(
    entries: Sequence[Entry], current: Entry | None, counts: Mapping[str, int | None]
) -> list[Group]:
    def line(entry: Entry) -> Line:
        number = counts.get(entry.url_name)
        return Line(entry.label, address_of(entry.url_name), entry.icon, number, entry.hot, entry is current)

    groups = []
    for name in GROUPS:
        inside = [entry for entry in entries if entry.group == name]
        heads = {entry.url_name for entry in inside}
        top = [entry for entry in inside if entry.under not in heads]
        if name == YEAR:
            lines = road_of(top, inside, line, current)
        else:
            lines = [line(entry) for entry in top]
        if lines:
            groups.append(Group(name, tuple(lines)))
    return folded(groups, current.group if current else "")


def road_of(top: Sequence[Entry], inside: Sequence[Entry], line, current: Entry | None) -> list[Line]:
    """The stages of the year; what stands under a stage is shown where one is, else where most of the work is."""
    branches = {entry.url_name: [one for one in inside if one.under == entry.url_name] for entry in top}
    lines = {entry.url_name: line(entry) for entry in top}
    if not any(branches.values()):
        return list(lines.values())
    most = max(lines, key=lambda name: lines[name].count or 0)
    at = (current.under or current.url_name) if current else ""
    opened = at if at in lines else most
    return [
        replace(
            one,
            is_now=name == most and bool(one.count),
            below=tuple(line(entry) for entry in branches[name]) if name == opened else (),
        )
        for name, one in lines.items()
    ]


def folded(groups: list[Group], inside: str) -> list[Group]:
    """A short menu is open; of a long one the group that one is in, and else the first that may be folded."""
    if sum(group.open_lines for group in groups) <= LONGEST:
        return groups
    foldable = [group.name for group in groups if group.name not in ALWAYS]
    opened = inside if inside in foldable else foldable[0]
    return [
        replace(group, folds=True, is_open=group.name == opened) if group.name in foldable else group
        for group in groups
    ]


def asking_counts(
    user, entries: Iterable[Entry], acted: str = ""
) -> Generator[QuerySet, Any, dict[str, int]]:
    """Every counter of the menu by one query, which travels with what else a frame asks (`portal.shared.together`).

    The numbers stand for some seconds, and no longer than the person does nothing: `acted` is the mark of the last act.
    """
    counted = [entry for entry in entries if entry.count]
    if not counted:
        return {}
    of = (user.pk, user.role, user.is_active, clock.today(), *(entry.url_name for entry in counted))
    until, known, numbers = _numbers.get(of, (0.0, "", {}))
    if monotonic() < until and known == acted:
        return numbers

    def build() -> QuerySet:
        columns = [Subquery(how_many(entry.count(user)), output_field=IntegerField()) for entry in counted]
        return User.objects.filter(pk=user.pk).values_list(*columns)

    [found] = yield keep_statement(("menu", *of), build)
    numbers = {entry.url_name: number or 0 for entry, number in zip(counted, found, strict=True)}
    if settings.MENU_SECONDS:
        if len(_numbers) >= MOST_KEPT:
            _numbers.clear()
        _numbers[of] = (monotonic() + settings.MENU_SECONDS, acted, numbers)
    return numbers


@cache
def address_of(url_name: str) -> str:
    return reverse(url_name)

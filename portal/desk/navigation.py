"""The left navigation of the workspaces: each app registers entries for roles, in one fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Func, IntegerField, QuerySet, Subquery, Value
from django.urls import reverse

from portal.kernel.permissions import role_of
from portal.models import User

GROUPS = ("我的工作", "监督", "年度工作", "动态管理", "分析与设置")
Count = Callable[[User], QuerySet]  # the rows that wait behind an entry
When = Callable[[User], bool]


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    icon: str
    group: str
    roles: frozenset[str]
    order: int
    count: Count | None
    hot: bool
    when: When | None


_entries: list[Entry] = []


def register(
    label: str,
    url_name: str,
    *,
    icon: str,
    group: str,
    roles: Iterable[str],
    order: int = 50,
    count: Count | None = None,
    hot: bool = False,
    when: When | None = None,
) -> None:
    """`when` tells apart who of the roles has the page at all; it must not cost a query of its own."""
    _entries.append(Entry(label, url_name, icon, group, frozenset(map(str, roles)), order, count, hot, when))


def side_for(user, path: str) -> list[tuple[str, list[tuple]]]:
    """Groups of (label, url, icon, count, hot, current) for the user's role; the nearest entry above is current."""
    role = role_of(user)
    entries = [
        (entry, reverse(entry.url_name))
        for entry in sorted(_entries, key=lambda entry: entry.order)
        if role in entry.roles and (entry.when is None or entry.when(user))
    ]
    here = max((url for _, url in entries if path.startswith(url)), key=len, default="")
    counts = counts_for(user, [entry for entry, _ in entries])
    groups = []
    for group in GROUPS:
        rows = [
            (entry.label, url, entry.icon, counts.get(entry.url_name), entry.hot, url == here)
            for entry, url in entries
            if entry.group == group
        ]
        if rows:
            groups.append((group, rows))
    return groups


def counts_for(user, entries: Iterable[Entry]) -> dict[str, int]:
    """Every counter of the menu by one query."""
    counted = [entry for entry in entries if entry.count]
    if not counted:
        return {}
    columns = [Subquery(how_many(entry.count(user)), output_field=IntegerField()) for entry in counted]
    numbers = User.objects.filter(pk=user.pk).values_list(*columns).get()
    return {entry.url_name: number or 0 for entry, number in zip(counted, numbers, strict=True)}


def how_many(rows: QuerySet) -> QuerySet:
    """COUNT(*) as a subquery: an aggregate would group by the row."""
    if rows.query.distinct:
        rows = rows.model._base_manager.filter(pk__in=rows.values("pk"))
    return rows.order_by().annotate(how_many=Func(Value(1), function="COUNT")).values("how_many")

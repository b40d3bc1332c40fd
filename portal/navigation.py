"""The left navigation of the workspaces: each app registers entries for roles, in one fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from portal.permissions import role_of

GROUPS = ("我的工作", "年度工作", "动态管理", "监督", "分析与设置")
Count = Callable[[object], int]


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
) -> None:
    _entries.append(Entry(label, url_name, icon, group, frozenset(map(str, roles)), order, count, hot))


def side_for(user, path: str) -> list[tuple[str, list[tuple]]]:
    """Groups of (label, url, icon, count, hot, current) for the user's role; the nearest entry above is current."""
    role = role_of(user)
    entries = [(entry, reverse(entry.url_name)) for entry in _entries if role in entry.roles]
    here = max((url for _, url in entries if path.startswith(url)), key=len, default="")
    groups = []
    for group in GROUPS:
        rows = [
            (entry.label, url, entry.icon, entry.count(user) if entry.count else None, entry.hot, url == here)
            for entry, url in sorted(entries, key=lambda pair: pair[0].order)
            if entry.group == group
        ]
        if rows:
            groups.append((group, rows))
    return groups

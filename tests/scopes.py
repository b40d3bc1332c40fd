"""Scopes in a second hand: of each row of the permission table, what a person of the role may do the verb on.

`tests/scopes.txt` holds them as the database is asked. Who means to change a scope changes it there too:
`python -m tests.write_scopes` writes the file anew, and its difference is what the change lets in or shuts out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from portal.kernel import permissions
from portal.kernel.permissions import ScopedQuerySet
from portal.models import User
from tests.factories.dossiers import on

WRITTEN = Path(__file__).parent / "scopes.txt"
SOMEBODY = 4711  # the person's number


def read_scopes() -> dict[tuple[str, str, str], str]:
    """(model, verb, role) → the rows that the database is asked for."""
    found = {}
    for label, verbs in permissions.table().items():
        model = apps.get_model(label)
        for verb, roles in verbs.items():
            for role in roles:
                user = User(pk=SOMEBODY, role=role)
                with on(date(2026, 6, 8)):
                    rows = ScopedQuerySet(model).for_user(user, verb).order_by().values("pk")
                    found[label, verb, role] = asked(rows)
    return found


def asked(rows: QuerySet) -> str:
    try:
        return in_words(str(rows.query))
    except EmptyResultSet:
        return "nothing"


def in_words(sql: str) -> str:
    """Without quotes, and lists of values in the order of the alphabet."""
    text = re.sub(r"^SELECT .*? FROM ", "", sql.replace('"', ""), count=1)
    return re.sub(r"\bIN \(([^()]*)\)", lambda match: f"IN ({sort_values(match[1])})", text)


def sort_values(values: str) -> str:
    return values if values.startswith("SELECT") else ", ".join(sorted(values.split(", ")))


def kept_scopes() -> dict[tuple[str, str, str], str]:
    found, label, condition = {}, "", ""
    for line in WRITTEN.read_text("utf-8").splitlines():
        if line.startswith("["):
            label = line.strip("[]")
        elif line.startswith("    "):
            verb, roles = line.strip().split(": ")
            found |= {(label, verb, role): condition for role in roles.split(", ")}
        elif line:
            condition = line
    return found


def lines() -> Iterator[str]:
    by_model: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for (label, verb, role), condition in sorted(read_scopes().items()):
        by_model[label][condition][verb].append(role)
    for label, conditions in by_model.items():
        yield f"[{label}]"
        for condition, verbs in conditions.items():
            yield condition
            yield from (f"    {verb}: {', '.join(roles)}" for verb, roles in verbs.items())
        yield ""


def write() -> None:
    WRITTEN.write_text("\n".join(lines()), encoding="utf-8")

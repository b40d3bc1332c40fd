"""Every service that begins by asking the permission table refuses whom it doesn't list, whatever else it is given.

Found in the source: a function whose first line demands a role, or a scope on a row that it is given.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model

from portal.kernel.permissions import Role
from portal.models import User

ROOT = Path(__file__).resolve().parent.parent


def guarded() -> Iterator[tuple[str, str]]:
    """(module, function) of each."""
    for app in ("portal", "platforms", "applications", "review"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts or "views" in path.stem:
                continue
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef) and demands(node):
                    yield ".".join(path.relative_to(ROOT).with_suffix("").parts), node.name


def demands(node: ast.FunctionDef) -> bool:
    names = {argument.arg: argument.annotation for argument in (*node.args.args, *node.args.kwonlyargs)}
    first = next((part for part in node.body if not is_docstring(part)), None)
    if (
        node.name.startswith("_")
        or "by" not in names
        or not isinstance(first, ast.Expr)
        or not isinstance(first.value, ast.Call)
    ):
        return False
    call = first.value
    if not isinstance(call.func, ast.Name):
        return False
    if call.func.id == "demand_scope":
        row = call.args[2]
        return isinstance(row, ast.Name) and names.get(row.id) is not None
    return call.func.id == "demand_role"


def is_docstring(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def stand_in(kind):
    """An empty row where a row is wanted; what is asked later is asked in vain."""
    return kind() if inspect.isclass(kind) and issubclass(kind, Model) else None


# Their refusal reads more than the row: the list that was chosen from, the year's edition.
ELSEWHERE = {"choose", "extend_review"}
FOUND = [(module, name) for module, name in guarded() if name not in ELSEWHERE]


def test_they_are_found():
    assert len(FOUND) >= 40


@pytest.mark.django_db
@pytest.mark.parametrize(("module", "name"), FOUND, ids=lambda part: part)
def test_who_is_not_listed_is_refused(module, name):
    service = getattr(importlib.import_module(module), name)
    nobody, hints = User(role=Role.PUBLIC), get_type_hints(inspect.unwrap(service))
    given = {
        argument.name: nobody if argument.name == "by" else stand_in(hints.get(argument.name))
        for argument in inspect.signature(service).parameters.values()
        if argument.kind is not argument.VAR_KEYWORD and argument.default is argument.empty
    }
    with pytest.raises(PermissionDenied):
        service(**given)

"""Shapes of pages, read from the source: what a template gets, and how a list is described."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.test_architecture import APPS, found_in, is_view_module, named, sources, tree

DRAWS = ("render", "render_to_string", "draw_kept")
MOST_NAMES = 10  # that a template gets from its view; what belongs together comes as one frozen object


def test_contexts_stay_small():
    """Of a page, of a part drawn by itself, of a panel that joins a page, of the frame around all."""
    large = [
        f"{named(path)}:{one.lineno}"
        for path in sources(*APPS)
        for node in ast.walk(tree(path))
        for one in contexts_of(node)
        if len(one.keys) > MOST_NAMES
    ]
    assert large == []


def contexts_of(node: ast.AST) -> Iterator[ast.Dict]:
    """The dictionaries that a statement or a call hands to a template."""
    given: list[ast.AST | None] = []
    if isinstance(node, ast.Call) and ast.unparse(node.func) in DRAWS:
        given = [*node.args, *(argument.value for argument in node.keywords)]
    elif isinstance(node, ast.Yield) or (
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "context"
    ):
        given = [node.value]
    elif isinstance(node, ast.FunctionDef) and node.name.endswith("_context"):
        given = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
    for one in given:
        found = one.body if isinstance(one, ast.Lambda) else one
        if isinstance(found, ast.Dict):
            yield found


def test_lists_are_declared():
    """Pages are cut in one place, and no view looks for words by itself (`portal.pages.lists`)."""
    others = [path for path in sources(*APPS) if "portal/pages/" not in named(path)]
    assert found_in(others, r'GET\.get\("page"') == []
    views = [path for path in others if is_view_module(path) and path.name != "menu.py"]  # the search of all
    assert found_in(views, "__icontains") == []

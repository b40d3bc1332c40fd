"""Shapes of pages, read from the source: what a template gets, and how a list is described."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from portal.pages.listforms import choice, options_of, tabs_of, text_line
from portal.pages.lists import DeclaredList, one_of, search, whole_number
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


def test_forms_and_tabs_over_lists_are_drawn_from_the_declaration():
    """Pages of other kinds that have a form of the same looks: figures, a line drawn, a draft looked for, the search of all."""
    others = {
        "applications/cycles/late.html",
        "portal/search.html",
        "review/decision/decision.html",
        "review/statistics/page.html",
        "ui/filters.html",
    }
    root = Path(__file__).parent.parent / "templates"
    drawn = {
        str(path.relative_to(root)) for path in root.rglob("*.html") if 'class="filters"' in path.read_text()
    }
    assert drawn == others
    by_hand = [
        path
        for path in root.rglob("*.html")
        if "filter_form" in path.read_text() and 'class="views"' in path.read_text()
    ]
    assert by_hand == []


def test_form_of_a_list_holds_what_the_list_takes():
    found = DeclaredList(
        filters=(
            search("name", field=text_line("名称")),
            one_of(
                "state", {"a", "b"}, field=choice("状态", "全部状态", [("组", (("a", "甲"), ("b", "乙")))])
            ),
            whole_number("year", field=choice("年度", "全部年度", is_folded=True)),
            one_of("office", {"x"}),
        ),
        orders={"due": ("due_on",), "name": ("name",)},
        order_field=choice("排序", "", [("due", "按时限"), ("name", "按名称")], is_folded=True),
    )
    form = found.form(
        {"q": " 甲 ", "state": "c", "office": "x"}, {"year": options_of([2026], "{} 年度")}, kept={"rule": ""}
    )
    assert [(one.name, one.value) for one in form.shown] == [("q", "甲"), ("state", "")]
    assert [(one.name, one.value, one.groups) for one in form.folded] == [
        ("year", "", (("", (("2026", "2026 年度"),)),)),
        ("order", "due", (("", (("due", "按时限"), ("name", "按名称"))),)),
    ]
    assert (form.kept, form.is_unfolded) == ((), False)
    assert found.form({"order": "name"}, {"year": None}).is_unfolded
    assert [one.name for one in found.form({}, {"year": None}).fields] == ["q", "state", "order"]


def test_tabs_keep_the_address_and_count_in_red():
    tabs = tabs_of(
        (("", "全部"), ("late", "逾期")),
        "late",
        counts={"late": 2},
        hot={"late"},
        kept={"year": 2026, "q": ""},
    )
    assert [(one.query, one.is_current, one.count, one.is_hot) for one in tabs] == [
        ("year=2026", False, None, False),
        ("year=2026&view=late", True, 2, True),
    ]
    assert not tabs_of((("late", "逾期"),), "", counts={"late": 0}, hot={"late"})[0].is_hot

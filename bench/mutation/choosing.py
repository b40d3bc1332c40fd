"""The quick tests that could notice a mutant, the most telling first."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bench.mutation.mirror import ROOT, tests_of

CASES = 3  # of one table of cases, where none names the function
MOST = 60  # tests; who survives these survives what a developer of that module runs


def choose_tests(items: list[pytest.Item], order: dict) -> list[pytest.Item]:
    """Who noticed something in this module, often in its stratum, then who names what was changed, then the mirror's."""
    if only := set(order.get("only", ())):
        return [item for item in items if item.nodeid in only]
    near = {name: rank for rank, name in enumerate(tests_of(order["stratum"], order["module"]))}
    names = changed_names(order["module"], order["line"])
    rows, seen = [], Counter()
    for place, item in enumerate(items):
        file, test = item.nodeid.partition("::")[0], item.nodeid.partition("[")[0]
        told = telling(item, file, names)
        known = 1000 * (item.nodeid in order["first"]) + 300 * (item.nodeid in order["often"])
        if item.nodeid in order["without"] or (file not in near and told < 50 and not known):
            continue
        rows.append((-(known + told + max(0, 30 - 3 * near.get(file, 10))), place, test, item))
    found = []
    for weight, _, test, item in sorted(rows, key=lambda row: row[:2]):
        seen[test] += 1
        if seen[test] <= CASES or weight <= -200:
            found.append(item)
    return found[:MOST]


def telling(item: pytest.Item, file: str, names: tuple[set[str], set[str]]) -> int:
    """How plainly a test speaks of the changed function, or of those in its module that call it."""
    body = bodies(file).get(getattr(item, "originalname", ""), frozenset())
    said = words(item.nodeid)
    weight = 0
    for own, by_name, in_body, in_file in ((names[0], 200, 100, 20), (names[1], 60, 50, 10)):
        weight += (
            by_name * bool(own & said) + in_body * bool(own & body) + in_file * bool(own & bodies(file)[""])
        )
    return weight


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


@cache
def bodies(file: str) -> dict[str, frozenset[str]]:
    """The words of each test of a file, and under no name those of the whole file."""
    text = (ROOT / file).read_text(encoding="utf-8")
    lines, found = text.splitlines(), {"": words(text)}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = words("\n".join(lines[node.lineno - 1 : node.end_lineno]))
    return found


def changed_names(module: str, line: int) -> tuple[set[str], set[str]]:
    """The functions and classes that hold a line, and the module's own functions that use them."""
    tree = ast.parse(Path(ROOT, module).read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    own = {node.name for node in nodes if node.lineno <= line <= (node.end_lineno or 0)}
    using = {node.name for node in nodes if own & words(ast.unparse(node))} - own
    return own, using

"""The quick tests that could notice a mutant, the most telling first."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bench.mutation.mirror import ROOT, VALUES, tests_of
from bench.mutation.reach import drawn, reached

CASES = 3  # of one table of cases, where none names the function
COPIES = (
    VALUES,
    "tests/test_what_is_asked.py",
)  # quick, and of every module: asked whatever it was that changed
MOST = 60  # tests; who survives these survives what a developer of that module runs
TOLD, BEGUN = (
    re.compile(r"[\u4e00-\u9fff].{4,}"),
    10,
)  # a sentence, and how much of it a test quotes at the least


def choose_tests(items: list[pytest.Item], order: dict) -> list[pytest.Item]:
    """Who noticed something in this module, often in its stratum, then who names what was changed, then the mirror's."""
    if only := set(order.get("only", ())):
        return [item for item in items if item.nodeid in only]
    near = {name: rank for rank, name in enumerate(tests_of(order["stratum"], order["module"]))}
    names, sentences = changed_names(order["module"], order["line"])
    running = tests_that_run(order["module"], order["line"])
    rows, seen = [], Counter()
    for place, item in enumerate(items):
        file, test = item.nodeid.partition("::")[0], item.nodeid.partition("[")[0]
        told = telling(item, file, names) + quoting(item, file, sentences)
        known = 1000 * (item.nodeid in order["first"]) + 300 * (item.nodeid in order["often"])
        known += 400 * (file in COPIES)
        if item.nodeid in order["without"]:
            continue
        if running and (item.nodeid in drawn() or file in COPIES):
            if item.nodeid not in running and file not in COPIES:
                continue
            told += 200 * 100 // (100 + running.get(item.nodeid, 10_000))
        elif file not in near and told < 50 and not known:
            continue
        rows.append((-(known + told + max(0, 30 - 3 * near.get(file, 10))), place, test, item))
    found = []
    for weight, _, test, item in sorted(rows, key=lambda row: row[:2]):
        seen[test] += 1
        if seen[test] <= CASES or weight <= -200:
            found.append(item)
    return found[:MOST]


def tests_that_run(module: str, line: int) -> dict[str, int]:
    """Where the map knows who runs the function that holds the line: those, each with how much else it runs."""
    tree = ast.parse(Path(ROOT, module).read_text(encoding="utf-8"))
    found = ""
    for node, name in qualified(tree):
        if node.lineno <= line <= (node.end_lineno or 0):
            found = name
    return reached().get(f"{module}::{found}", {}) if found else {}


def qualified(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Functions and methods by their qualified names; what a function holds belongs to it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, node.name
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield inner, f"{node.name}.{inner.name}"


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


def quoting(item: pytest.Item, file: str, sentences: set[str]) -> int:
    """A refusal is held by the test that has its words, and by its neighbours, whatever the function is called."""
    found = texts(file)
    body = found.get(getattr(item, "originalname", ""), "")
    return max((150 if one in body else 60 * (one in found[""]) for one in sentences), default=0)


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


@cache
def texts(file: str) -> dict[str, str]:
    """The text of each test of a file, and under no name the whole file."""
    text = (ROOT / file).read_text(encoding="utf-8")
    lines, found = text.splitlines(), {"": text}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found


@cache
def bodies(file: str) -> dict[str, frozenset[str]]:
    return {name: words(text) for name, text in texts(file).items()}


def changed_names(module: str, line: int) -> tuple[tuple[set[str], set[str]], set[str]]:
    """The functions and classes that hold a line, the module's own that use them; what those that hold it say."""
    tree = ast.parse(Path(ROOT, module).read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    holding = [node for node in nodes if node.lineno <= line <= (node.end_lineno or 0)]
    own = {node.name for node in holding}
    using = {node.name for node in nodes if own & words(ast.unparse(node))} - own
    literals = [
        part.value
        for node in holding
        if isinstance(node, ast.FunctionDef)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return (own, using), {found[0][:BEGUN] for text in literals if (found := TOLD.search(text))}

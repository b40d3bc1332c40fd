"""Who cites which article: comments and docstrings of our own modules, by the name of what they stand in.

Understood are `Art. 9`, `Arts. 9–11, 14`, `Art. 5 (一)(三)`, `Art. 5 (一)–(八)`, `Annex 1`, `Annexes 2 and 3`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.regulation import ORDINALS, number_of

LAST = 21
AND = r"\s*(?:,|、|and|–|-)?\s*"
ITEMS = rf"(?:{AND}[（(][一二三四五六七八九十]+[)）])*"
ONE = rf"\d{{1,2}}{ITEMS}"
ARTICLES = re.compile(rf"\bArts?\.\s*({ONE}(?:\s*(?:,|and|–)\s*{ONE})*)")
ANNEXES = re.compile(r"\bAnnex(?:es)?\s*([123](?:\s*(?:,|and|–)\s*[123])*)")
PART = re.compile(rf"(–)?\s*(\d{{1,2}})({ITEMS})")
ITEM = re.compile(r"(–)?\s*[（(]([一二三四五六七八九十]+)[)）]")


# The docstring of the one module that carries a paragraph out says so.
CARRIES_OUT = re.compile(r"\bCarries out ((?:Arts?\. |[^.])+)\.")


@dataclass(frozen=True, order=True)
class Place:
    """`name` is empty for what a whole module says of itself."""

    path: str
    name: str = ""


def keys_in(text: str) -> set[str]:
    """`9`, `5一`, `annex1`: what a text cites."""
    found: set[str] = set()
    for match in ARTICLES.finditer(text):
        last = 0
        for to, number, items in PART.findall(match[1]):
            first = last + 1 if to else int(number)
            last = int(number)
            for article in range(first, min(last, LAST) + 1):
                found |= {f"{article}{item}" for item in _items(items)} or {str(article)}
    for match in ANNEXES.finditer(text):
        found |= {f"annex{number}" for number in re.findall(r"\d", match[1])}
    return found


def _items(text: str) -> set[str]:
    found, last = set(), 0
    for to, words in ITEM.findall(text):
        number = number_of(words)
        found |= {_words(one) for one in range(last + 1 if to else number, number + 1)}
        last = number
    return found


def _words(number: int) -> str:
    return ORDINALS[number] if number <= 10 else f"十{ORDINALS[number - 10]}"


def citations(root: Path, folders: tuple[str, ...]) -> dict[str, set[Place]]:
    """Key → the functions, classes and constants below the folders that cite it."""
    found: dict[str, set[Place]] = defaultdict(set)
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" in path.parts or "handbook" in path.parts:
                continue
            for key, name in _in_module(path.read_text(encoding="utf-8")):
                found[key].add(Place(path.relative_to(root).as_posix(), name))
    return found


def carriers(root: Path, folders: tuple[str, ...]) -> dict[str, set[str]]:
    """Key → the modules whose docstring says that they carry it out."""
    found: dict[str, set[str]] = defaultdict(set)
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if "Carries out A" in source and "handbook" not in path.parts:
                for match in CARRIES_OUT.finditer(ast.get_docstring(ast.parse(source)) or ""):
                    for key in keys_in(match[1]):
                        found[key].add(path.relative_to(root).as_posix())
    return found


def _in_module(source: str) -> Iterator[tuple[str, str]]:
    if "Art" not in source and "Annex" not in source:
        return
    tree = ast.parse(source)
    spans = list(_spans(tree))
    lines = source.splitlines()
    for line, text in [*_docstrings(tree), *_comments(source, lines)]:
        for key in keys_in(text):
            yield key, _name_at(line, spans)


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno if not isinstance(node, ast.Module) else 0, text


def _comments(source: str, lines: list[str]) -> Iterator[tuple[int, str]]:
    """A comment on a line of its own belongs to the code below it."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line = token.start[0]
            while line <= len(lines) and lines[line - 1].lstrip().startswith("#"):
                line += 1
            yield line, token.string


def _spans(tree: ast.Module) -> Iterator[tuple[int, int, str]]:
    """Functions, classes, methods and constants, the innermost last."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                yield node.lineno, node.end_lineno or node.lineno, target.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield _first_line(node), node.end_lineno or node.lineno, node.name
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        yield (
                            _first_line(inner),
                            inner.end_lineno or inner.lineno,
                            f"{node.name}.{inner.name}",
                        )


def _first_line(node: ast.FunctionDef | ast.ClassDef) -> int:
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])


def _name_at(line: int, spans: list[tuple[int, int, str]]) -> str:
    return next((name for first, last, name in reversed(spans) if first <= line <= last), "")

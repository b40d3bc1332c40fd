"""docs/regulation.md: every paragraph and item of the regulation → where it is carried out → which tests prove it."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from applications.editions.interim_2010 import INTERIM_2010
from applications.eligibility import Criterion
from portal.kernel.rules import Rule, every_rule
from portal.regulation import ANNEXES, articles
from review.handbook import citations
from review.handbook.citations import Place
from review.handbook.markdown import page

CODE = ("portal", "platforms", "applications", "review")
REASONS = Path(__file__).with_name("without_code.toml")
INTRO = """\
《国家中小企业公共服务示范平台管理暂行办法》 (2010), paragraph by paragraph. *Carried out by* is the one file
that carries the paragraph out; its docstring says so, or the edition's and Article 5's own objects do. *Rules* are the
declared rules that rest on it (requirements, conditions, cross-checks, checks before a publication: one shape,
`portal/kernel/rules.py`). *Also cited in* lists what else cites it, *proved* the tests that do. A row without code says why. After a change: `bin/manage write_documents`; `tests/test_documents.py` fails while this page is stale."""


@dataclass(frozen=True)
class Row:
    """`key` as in citations: article and item; plain paragraphs of one article share its number."""

    key: str
    label: str
    text: str


def rows() -> Iterator[Row]:
    for article in articles():
        for number, part in enumerate(article.parts, start=1):
            plain = sum(1 for one in article.parts if not one.item)
            label = f"（{part.item}）" if part.item else (f"第 {number} 款" if plain > 1 else "")
            yield Row(f"{article.number}{part.item}", f"{article.label}{label}", part.text)
    for number, title in enumerate(ANNEXES, start=1):
        yield Row(f"annex{number}", f"附件 {number}", title)


def built_from_the_edition() -> dict[str, set[Place]]:
    """What needs no citation, because the edition's objects carry the article themselves."""
    found: dict[str, set[Place]] = defaultdict(set)
    folder = "applications/editions"
    for threshold in INTERIM_2010.thresholds:
        found[f"5{threshold.item}"].add(Place(f"{folder}/interim_2010.py", "THRESHOLDS"))
    for material in INTERIM_2010.materials:
        found[f"8{material.ordinal.strip('（）')}"].add(Place(f"{folder}/materials_2010.py", "MATERIALS"))
    if INTERIM_2010.effective_from:
        found["21"].add(Place(f"{folder}/interim_2010.py", "INTERIM_2010"))
    for code in INTERIM_2010.forms:
        found[code].add(Place(f"{folder}/forms_2010.py", code.upper().replace("ANNEX", "ANNEX_")))
    return found


def resting_on() -> dict[str, list[Rule]]:
    """Key → the rules that rest on it."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in every_rule():
        if rule.basis.key:
            found[rule.basis.key].append(rule)
    return found


def carriers(root: Path) -> dict[str, set[str]]:
    """Key → the file that carries it out: one, or tests/test_documents.py fails."""
    found = citations.carriers(root, CODE)
    for key, rules in resting_on().items():
        if any(isinstance(rule, Criterion) for rule in rules):
            found[key] = {rule.path for rule in rules if isinstance(rule, Criterion)}
    for material in INTERIM_2010.materials:
        key = f"8{material.ordinal.strip('（）')}"
        found[key] = {place.path for place in built_from_the_edition()[key]}
    return found


def reasons() -> dict[str, str]:
    return tomllib.loads(REASONS.read_text(encoding="utf-8"))["why"]


def carried_out(root: Path) -> dict[str, set[Place]]:
    """Key → all that has to do with it in the code."""
    found = citations.citations(root, CODE)
    for key, rules in resting_on().items():
        found[key] |= {Place(rule.path, rule.name) for rule in rules}
    for key, places in built_from_the_edition().items():
        found[key] |= places
    return found


def proved(root: Path) -> dict[str, set[Place]]:
    return citations.citations(root, ("tests",))


def unexplained(root: Path) -> list[str]:
    """Paragraphs with neither code nor a reason for having none."""
    code, why = carried_out(root), reasons()
    return [row.key for row in rows() if row.key not in code and row.key not in why]


def write(root: Path) -> str:
    code, tests, why, one, rules = carried_out(root), proved(root), reasons(), carriers(root), resting_on()
    lines = [
        "| paragraph | text | carried out by | rules | also cited in | proved by |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows():
        files = one.get(row.key, set())
        where = "<br>".join(f"[{path}](../{path})" for path in sorted(files))
        where = where or f"*{why.get(row.key, 'not explained')}*"
        names = "<br>".join(sorted(f"`{rule.name}`" for rule in rules.get(row.key, ()))) or "–"
        others = {place for place in code.get(row.key, ()) if place.path not in files}
        cells = (row.label, row.text, where, names, _list(others) or "–", _list(tests.get(row.key)) or "–")
        lines.append(f"| {' | '.join(cells)} |")
    return page("Regulation → code → tests", INTRO, lines)


def _list(places: set[Place] | None) -> str:
    """One line a module, its names in brackets."""
    names: dict[str, list[str]] = defaultdict(list)
    for place in sorted(places or ()):
        names[place.path].append(place.name)
    return "<br>".join(
        f"[{path}](../{path})" + "".join(f" `{name}`" for name in inside if name)
        for path, inside in names.items()
    )

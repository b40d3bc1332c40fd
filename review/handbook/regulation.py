"""docs/regulation.md: every paragraph and item of the regulation → where it is carried out → which tests prove it."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from applications.editions.interim_2010 import INTERIM_2010
from applications.eligibility import CRITERIA
from portal.regulation import ANNEXES, articles
from review.handbook.citations import Place, citations
from review.handbook.markdown import page

CODE = ("portal", "platforms", "applications", "review")
REASONS = Path(__file__).with_name("without_code.toml")
INTRO = """\
《国家中小企业公共服务示范平台管理暂行办法》 (2010), paragraph by paragraph. *Carried out* lists what cites the
paragraph in the code or is built from it in the edition; *proved* lists the tests that cite it. A row without code
says why. After a change: `bin/manage write_documents`; `tests/test_documents.py` fails while this page is stale."""


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
    for criterion in CRITERIA:
        found[f"5{criterion.item}"].add(Place("applications/eligibility.py", "CRITERIA"))
    for material in INTERIM_2010.materials:
        found[f"8{material.ordinal.strip('（）')}"].add(Place(f"{folder}/materials_2010.py", "MATERIALS"))
    if INTERIM_2010.effective_from:
        found["21"].add(Place(f"{folder}/interim_2010.py", "INTERIM_2010"))
    for code in INTERIM_2010.forms:
        found[code].add(Place(f"{folder}/forms_2010.py", code.upper().replace("ANNEX", "ANNEX_")))
    return found


def reasons() -> dict[str, str]:
    return tomllib.loads(REASONS.read_text(encoding="utf-8"))["why"]


def carried_out(root: Path) -> dict[str, set[Place]]:
    found = citations(root, CODE)
    for key, places in built_from_the_edition().items():
        found[key] |= places
    return found


def proved(root: Path) -> dict[str, set[Place]]:
    return citations(root, ("tests",))


def unexplained(root: Path) -> list[str]:
    """Paragraphs with neither code nor a reason for having none."""
    code, why = carried_out(root), reasons()
    return [row.key for row in rows() if row.key not in code and row.key not in why]


def write(root: Path) -> str:
    code, tests, why = carried_out(root), proved(root), reasons()
    lines = ["| paragraph | text | carried out | proved by |", "|---|---|---|---|"]
    for row in rows():
        where = _list(code.get(row.key)) or f"*{why.get(row.key, 'not explained')}*"
        lines.append(f"| {row.label} | {row.text} | {where} | {_list(tests.get(row.key)) or '–'} |")
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

"""Headings of a table as people keep them: with line breaks, other words, titles above, groups over them.

One reader for every list that is uploaded. What it does not know it names: a column is never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import unicodedata2

from portal.shared.sheets.texts import folded, plain_text

DEEPEST = 15  # rows above the headings: titles, the unit's name, the date
NEEDLESS = {"序号", "行号", "编码序号", "no", "no."}
IGNORE = "-"  # a heading of which a person has said that it is not needed
BRACKET = re.compile(r"\(.*?\)")


class Named(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def synonyms(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Headings:
    """`start` is the first row below them, from 0; `strangers` are cells with words that no column answers to."""

    start: int
    places: dict[str, int]
    strangers: dict[str, str] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    def missing(self, columns: Iterable[Named]) -> list[str]:
        return [one.label for one in columns if one.required and one.code not in self.places]


def heading_key(value: Any) -> str:
    """A heading without width, spaces, line breaks and asterisks."""
    return _key(str(value if value is not None else "")[:200])


@lru_cache(maxsize=20_000)
def _key(words: str) -> str:
    return re.sub(r"[\s*:_]", "", unicodedata2.normalize("NFKC", words)).casefold()


def find_headings(
    columns: Sequence[Named], table: Sequence[Sequence], *, chosen: Mapping[str, str] | None = None
) -> Headings | None:
    """The row (or pair of rows, the upper grouping the lower) that names most columns; None where none names any.

    `chosen` is what a person has said of strangers in this file: heading's key to a column's code, or IGNORE.
    """
    known = _known(columns)
    best: tuple[int, int, list] | None = None
    for index in range(min(DEEPEST, len(table))):
        upper, row = (table[index - 1] if index else []), table[index]
        for cells in (list(row), _stacked(upper, row)):
            hits = len({known[key] for key in map(heading_key, cells) if key in known})
            if best is None or hits > best[0]:
                best = (hits, index, cells)
    if best is None or not best[0]:
        return None
    return _placed(columns, known, best[1], best[2], chosen or {})


def _stacked(upper: Sequence, lower: Sequence) -> list:
    """Two rows of headings as one: what stands below counts, where nothing does what stands above."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    return [low if plain_text(low) else high for high, low in zip(above, below, strict=True)]


def _known(columns: Iterable[Named]) -> dict[str, str]:
    known: dict[str, str] = {}
    for column in columns:
        for words in (column.label, *column.synonyms):
            known.setdefault(heading_key(words), column.code)
    return known


def _placed(columns, known: Mapping[str, str], index: int, cells: Sequence, chosen) -> Headings:
    places: dict[str, int] = {}
    strangers: dict[str, str] = {}
    repeated: list[str] = []
    labels = {column.code: column.label for column in columns}
    loose: list[tuple[int, str]] = []
    for at, value in enumerate(cells):
        key = heading_key(value)
        code = chosen.get(key) or known.get(key)
        if code in places:
            repeated.append(labels[code])
        elif code in labels:
            places[code] = at
        elif key and key not in NEEDLESS and code != IGNORE:
            loose.append((at, plain_text(value)))
    for at, label in loose:
        code = known.get(BRACKET.sub("", heading_key(label)))  # 企业名称（全称）
        if code and code not in places:
            places[code] = at
        else:
            strangers[f"{column_letter(at)}{index + 1}"] = label
    return Headings(index + 1, places, strangers, tuple(repeated))


def propose_column(label: str, columns: Iterable[Named], places: Mapping[str, int]) -> str:
    """The free column whose name a stranger's words most resemble; empty where none does."""
    key, best, most = heading_key(label), "", 1
    for column in columns:
        if column.code in places:
            continue
        for words in (column.label, *column.synonyms):
            common = len(set(key) & set(heading_key(words)))
            if common > most:
                best, most = column.code, common
    return best


def column_letter(index: int) -> str:
    """Column letters of an index from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


BLANK = re.compile(r"\s")
TOTALS = re.compile(r"^(总计|合计|共计|小计|总数)([:（(\s]|\d|$|.{0,4}(家|人|个|台))")
SIGNATURES = re.compile(
    r"^(填表人|制表人?|审核人?|填报人|填报单位|填报日期|填报时间|负责人签字|单位负责人|联系人及电话|经办人|盖章|说明|备注|注)\s*[:：(（]"
)


def aside(row: Sequence) -> str:
    """Why a line below the headings is no entry: "totals" or "signature"; empty for an entry."""
    first = next(filter(None, map(plain_text, row)), "")
    plain = BLANK.sub("", folded(first))
    if TOTALS.match(plain) and sum(1 for value in row if plain_text(value)) <= max(4, len(row) // 2):
        return "totals"
    return "signature" if SIGNATURES.match(plain) else ""


def fill_merged(table: list[list], ranges: Iterable[str]) -> list[list]:
    """What stands in a cell merged over several rows holds for each of them (省份 in most lists)."""
    for reference in ranges:
        found = re.fullmatch(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)", reference)
        if not found or found[2] == found[4]:
            continue
        left, right = _number(found[1]), _number(found[3])
        top, bottom = int(found[2]) - 1, int(found[4]) - 1
        if top >= len(table) or left >= len(table[top]):
            continue
        value = table[top][left]
        for row in table[top : min(bottom, len(table) - 1) + 1]:
            for at in range(left, min(right, len(row) - 1) + 1):
                row[at] = value
    return table


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1

"""Merging a section of the report: field by field, a table cell by cell while nobody has added or dropped a row."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from applications.dossiers.documents import words
from applications.editions import SectionSpec, TableSpec
from portal.pages.merging import TAKE, Asked, Merged, marked, marks_of, merge


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):
        return "\n".join(sorted(str(one) for one in value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _cells(table: TableSpec, rows) -> dict[str, str]:
    return {
        f"{table.code}.{number}.{column.code}": text_of(row.get(column.code))
        for number, row in enumerate(rows)
        for column in table.columns
    }


def _whole(rows) -> str:
    return json.dumps(rows, ensure_ascii=False, sort_keys=True) if rows else ""


def base_of(spec: SectionSpec, data: Mapping) -> str:
    """What the page carries: a mark for every field, every cell and every table as a whole."""
    texts = {field.code: text_of(data.get(field.code)) for field in spec.fields}
    for table in spec.tables:
        rows = data.get(table.code) or []
        texts |= {table.code: _whole(rows), **_cells(table, rows)}
    return marks_of(texts)


def _row_count(base: Mapping[str, str], table: TableSpec) -> int:
    return len({name.split(".")[1] for name in base if name.startswith(f"{table.code}.")})


def merge_section(
    spec: SectionSpec, base: Mapping[str, str], mine: dict, theirs: Mapping, posted
) -> tuple[dict, Merged]:
    """What to store, and which fields were taken over or are still to be asked about."""
    texts = tuple(
        {field.code: text_of(data.get(field.code)) for field in spec.fields} for data in (mine, theirs)
    )
    for table in spec.tables:
        rows = [data.get(table.code) or [] for data in (mine, theirs)]
        same_rows = len(rows[0]) == len(rows[1]) == _row_count(base, table)
        for side, own in zip(texts, rows, strict=True):
            side |= _cells(table, own) if same_rows else {table.code: _whole(own)}
    merged = merge(base, *texts, posted)
    data = copy.deepcopy(mine)
    for name, text in merged.values.items():
        if text != texts[0].get(name, ""):
            _take(data, theirs, name)
    return data, merged


def _take(data: dict, theirs: Mapping, name: str) -> None:
    code, *cell = name.split(".")
    if cell:
        data[code][int(cell[0])][cell[1]] = theirs[code][int(cell[0])].get(cell[1])
    else:
        data[code] = copy.deepcopy(theirs.get(code))


def label_of(spec: SectionSpec, name: str) -> str:
    code, *cell = name.split(".")
    if not cell:
        return next(one.label for one in (*spec.fields, *spec.tables) if one.code == code)
    table = next(one for one in spec.tables if one.code == code)
    return f"{table.label}第 {int(cell[0]) + 1} 行{next(one.label for one in table.columns if one.code == cell[1])}"


def questions(
    spec: SectionSpec, asked: list[str], mine: Mapping, theirs: Mapping
) -> list[tuple[str, str, Asked]]:
    """(Anchor, label, both texts) of every field that both have changed."""
    return [
        (f"id_{name.replace('.', '_')}", label_of(spec, name), _question(spec, name, mine, theirs))
        for name in asked
    ]


def _question(spec: SectionSpec, name: str, mine: Mapping, theirs: Mapping) -> Asked:
    return Asked(f"{TAKE}{name}", *marked(_words(spec, name, theirs), _words(spec, name, mine)))


def _words(spec: SectionSpec, name: str, data: Mapping) -> str:
    code, *cell = name.split(".")
    field = next((one for one in spec.fields if one.code == code), None)
    if field is not None:
        return words(field, data.get(code))
    table = next(one for one in spec.tables if one.code == code)
    if cell:
        column = next(one for one in table.columns if one.code == cell[1])
        return words(column, data[code][int(cell[0])].get(cell[1]))
    return "\n".join(
        "，".join(f"{column.label} {words(column, row.get(column.code)) or '—'}" for column in table.columns)
        for row in data.get(code) or []
    )

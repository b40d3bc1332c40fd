"""Forms from specifications: what was typed is read as it is, kept even when it does not fit, and shown
again with a sentence at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from applications.editions import FieldSpec, TableSpec
from applications.report.checks import number_of

MAX_ROWS = 60
SPARE_ROWS = 2


def read_fields(fields: Sequence[FieldSpec], posted, prefix: str = "") -> dict[str, Any]:
    data = {}
    for field in fields:
        name = f"{prefix}{field.code}"
        if field.kind == "boolean":
            data[field.code] = name in posted
        elif field.kind == "multichoice":
            data[field.code] = posted.getlist(name)
        else:
            data[field.code] = posted.get(name, "").strip()[: field.max_length * 2 + 2000]
    return data


def read_table(table: TableSpec, posted) -> list[dict[str, Any]]:
    """Rows with anything in them, in order; a block pasted from Excel fills rows of its own."""
    rows = []
    for number in range(MAX_ROWS):
        prefix = f"{table.code}.{number}."
        if not any(f"{prefix}{column.code}" in posted for column in table.columns):
            continue
        row = read_fields(table.columns, posted, prefix)
        if any(value not in ("", [], False) for value in row.values()) and f"{prefix}drop" not in posted:
            rows.append(row)
    rows += _pasted(table, posted.get(f"{table.code}.paste", ""))
    return rows[:MAX_ROWS]


def _pasted(table: TableSpec, text: str) -> list[dict[str, str]]:
    rows = []
    for line in text.splitlines():
        cells = line.split("\t")
        if any(cell.strip() for cell in cells):
            rows.append({column.code: _code_of(column, cells, n) for n, column in enumerate(table.columns)})
    return rows


def _code_of(column: FieldSpec, cells: list[str], number: int) -> str:
    value = cells[number].strip() if number < len(cells) else ""
    return next((code for code, label in column.choices if label == value), value)


def bound_fields(
    fields: Sequence[FieldSpec], data: Mapping, findings: Mapping[str, str], prefix: str = "", path: str = ""
) -> list[dict]:
    """What the template shows: spec, value and the sentence at its place."""
    return [
        {
            "spec": field,
            "name": f"{prefix}{field.code}",
            "id": f"id_{prefix}{field.code}".replace(".", "_"),
            "value": data.get(field.code, ""),
            "error": findings.get(f"{path}{field.code}", ""),
        }
        for field in fields
    ]


def totals_of(table: TableSpec, rows: Sequence[Mapping]) -> list[str | None]:
    """Per column its sum in words, None for a column that is not summed; empty when the table sums nothing."""
    if not table.totals:
        return []
    sums = []
    for column in table.columns:
        found = [number_of(row.get(column.code)) for row in rows] if column.code in table.totals else None
        sums.append(
            None if found is None else _told(sum((one for one in found if one is not None), Decimal(0)))
        )
    return sums


def _told(total: Decimal) -> str:
    """Without trailing noughts, thousands apart: 1,655.5 and 0."""
    return f"{total.normalize():,f}"


def bound_table(
    table: TableSpec, rows: Sequence[Mapping], findings: Mapping[str, str], spare: int = SPARE_ROWS
) -> dict:
    """The rows with a few empty ones to go on in; without script, saving offers more."""
    wanted = max(len(rows) + spare, table.min_rows)
    filled = [*rows, *({} for _ in range(wanted - len(rows)))]
    return {
        "spec": table,
        "error": findings.get(table.code, ""),
        "totals": list(zip(table.columns, totals_of(table, rows), strict=False)),
        "rows": [
            {
                "number": number,
                "is_new": number >= len(rows),
                "cells": bound_fields(
                    table.columns, row, findings, f"{table.code}.{number}.", f"{table.code}.{number}."
                ),
            }
            for number, row in enumerate(filled)
        ],
    }

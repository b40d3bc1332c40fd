"""A roster on paper: its rows as a table, for the one PDF that holds all of a dossier's materials.

The workbook stays the record; a long roster is cut, and the last line says so and where the rest stands.
"""

from __future__ import annotations

from applications.models import Material
from applications.rosters.columns import ROSTERS, Column, Roster
from portal.files.renditions import template_pdf

PRINTED = 100  # rows: what one person reads on paper, and what is laid out in two seconds
NUMBERS = ("integer", "decimal")


def roster_pdf(material: Material, workbook: str) -> bytes:
    """The table of a roster; `workbook` says where the workbook itself lies. Empty when no row was read."""
    roster = ROSTERS[material.application.spec(material.code).roster]
    rows = list(material.rows.all()[: PRINTED + 1])
    if not rows:
        return b""
    total = len(rows) if len(rows) <= PRINTED else material.rows.count()
    columns = _filled(roster, rows[:PRINTED])
    context = {
        "application": material.application,
        "spec": material.application.spec(material.code),
        "roster": roster,
        "head": [column.label for column in columns],
        "rows": [(row.number, _cells(columns, row)) for row in rows[:PRINTED]],
        "total": total,
        "more": total - PRINTED if total > PRINTED else 0,
        "workbook": workbook,
    }
    return template_pdf("pdf/roster.html", context, style="form")


def _filled(roster: Roster, rows: list) -> list[Column]:
    """A column that nobody has filled takes no room; who may be called is no matter of paper."""
    return [
        column
        for column in roster.columns
        if not column.is_contact and (column.required or any(row.data.get(column.code) for row in rows))
    ]


def _cells(columns: list[Column], row) -> list[tuple[str, bool]]:
    return [
        (column.shown(row.data.get(column.code)).removesuffix(".0"), column.kind in NUMBERS)
        for column in columns
    ]

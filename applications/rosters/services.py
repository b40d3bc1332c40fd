"""Reading a roster into its material, and the same workbook back: marked, or mended on the page."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import BinaryIO

from applications.models import Application, Material, MaterialFile, RosterRow
from applications.rosters import (
    ROSTERS,
    RosterContext,
    RosterResult,
    difference_of,
    figures_of,
    read_roster,
)
from applications.rosters.cells import as_number, plain_text
from portal.kernel import clock
from portal.kernel.workflow import TransitionBlocked
from portal.shared.sheets import read_table
from portal.shared.storage import open_private
from portal.shared.xlsx import change_cells, mark_cells

KEPT = 500  # findings shown on pages; the tally counts them all, the marked workbook has them all
MAX_MARKS = 5000
NUMBERS = ("integer", "decimal", "year")


def context_of(application: Application) -> RosterContext:
    organisation = application.platform.organisation
    return RosterContext(application.cycle.year, clock.today(), organisation.uscc, organisation.name)


def roster_of(material: Material) -> str:
    return material.application.spec(material.code).roster


def read_workbook(material: Material, content: BinaryIO) -> RosterResult:
    """Takes seconds, in children: for a file that came in, outside of any transaction."""
    return read_roster(roster_of(material), content, context=context_of(material.application))


def keep_reading(material: Material, entry: MaterialFile, result: RosterResult) -> None:
    code = roster_of(material)
    before = [row.cells for row in material.rows.all()]
    if before and result.rows:
        entry.difference = difference_of(code, before, result.rows)
        entry.save(update_fields=["difference"])
    material.rows.all().delete()  # the workbook is the record; these rows are its reading
    key_of = ROSTERS[code].key_of
    apart = {column.code for column in ROSTERS[code].columns if column.is_contact}
    RosterRow.objects.bulk_create(
        (
            RosterRow(
                material=material,
                number=row["_row"],
                key=key_of(row),
                data={name: value for name, value in row.items() if name not in {"_row", *apart}},
                contacts={name: row[name] for name in apart if row.get(name)},
            )
            for row in result.rows
        ),
        batch_size=1000,
    )
    material.findings = [finding.to_json() for finding in result.findings[:KEPT]]
    material.tally = result.tally()
    material.figures = figures_of(code, result.rows) if result.rows else {}


def forget_reading(material: Material) -> None:
    material.rows.all().delete()
    material.findings, material.tally, material.figures = [], [], {}


def marked_workbook(entry: MaterialFile) -> bytes:
    """The uploaded workbook with every bad cell filled and commented."""
    material = entry.material
    with open_private(entry.file.key) as content:
        result = read_roster(roster_of(material), content, context=context_of(material.application))
        content.seek(0)
        book = content.read()
        remarks: dict[str, str] = {}
        for finding in result.findings:
            text = f"{finding.problem}。{finding.mend}。"
            remarks[finding.cell] = f"{remarks[finding.cell]}\n{text}" if finding.cell in remarks else text
        kept = dict(list(remarks.items())[:MAX_MARKS])
        if not result.sheet:
            return book
        return mark_cells(book, kept, sheet=result.sheet, cells=lambda: read_table(content, result.sheet))


def mended_workbook(
    material: Material, entry: MaterialFile, *, values: Mapping[str, str], without: Collection[int]
) -> bytes:
    """The workbook with what was typed in the cells that have a finding, and without the rows named.

    Raises TransitionBlocked when nothing is left to change.
    """
    columns = {f["cell"]: f["column"] for f in material.findings if f.get("column") and f["cell"]}
    roster = ROSTERS[roster_of(material)]
    changed = {
        cell: _typed(roster.column(columns[cell]), text)
        for cell, text in values.items()
        if cell in columns and text.strip()
    }
    headings = {f["cell"]: f["headings"] for f in material.findings if f.get("headings")}
    changed |= {cell: text for cell, text in values.items() if text in headings.get(cell, ())}
    numbers = set(material.rows.filter(number__in=without).values_list("number", flat=True))
    changed = {cell: value for cell, value in changed.items() if int(re.sub(r"\D", "", cell)) not in numbers}
    if not changed and not numbers:
        raise TransitionBlocked(["没有需要保存的改动，请在“改为”一列填写。"])
    with open_private(entry.file.key) as content:
        result = read_roster(roster_of(material), content, context=context_of(material.application))
        content.seek(0)
        return change_cells(
            content.read(),
            changed,
            sheet=result.sheet,
            without=numbers,
            cells=lambda: read_table(content, result.sheet),
        )


def _typed(column, text: str) -> str | int | float:
    text = plain_text(text)[:500]
    number = as_number(text) if column.kind in NUMBERS else None
    if number is None:
        return text
    return int(number) if number == int(number) else number

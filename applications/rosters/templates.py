"""The downloadable templates, and the same template filled in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from applications.rosters.columns import ROSTERS, TEMPLATE_VERSION, Roster
from portal.shared.xlsx import set_text

FIRST_ROW = 3  # headings in row 1, the example in row 2
LAST_ROW = 5000
TEXT_ROWS = 1000  # formatted as text beforehand
EXAMPLE_MARK = "示例"


def template(code: str, *, year: int | None = None) -> bytes:
    """An empty template with lists, an instruction sheet and a hidden sheet that names its version."""
    return make_roster(code, (), year=year)


def make_roster(code: str, rows: Iterable[Sequence], *, year: int | None = None) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    roster = ROSTERS[code]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名册"
    for number, column in enumerate(roster.columns, start=1):
        cell = sheet.cell(1, number)
        set_text(cell, column.label)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EAF1FA")
        cell.alignment = Alignment(wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = column.width
        example = sheet.cell(2, number)
        set_text(example, roster.example[number - 1])
        example.font = Font(color="8A929C", italic=True)
        if column.kind in ("uscc", "document", "phone"):
            # Else Excel drops leading zeros and the end of a long number.
            for at in range(FIRST_ROW, FIRST_ROW + TEXT_ROWS):
                sheet.cell(at, number).number_format = "@"
        _add_list(sheet, column, cell.column_letter)
    for at, row in enumerate(rows, start=FIRST_ROW):
        for number, value in enumerate(row, start=1):
            cell = sheet.cell(at, number)
            if isinstance(value, str):
                set_text(cell, value)
            else:
                cell.value = value
    sheet.freeze_panes = "A2"
    _instructions(book, roster, year)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_list(sheet, column, letter: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.choices:
        rule = DataValidation(type="list", formula1='"' + ",".join(column.choices) + '"', allow_blank=True)
        rule.error = f"请从列表选择：{'、'.join(column.choices)}"
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")


def _instructions(book, roster: Roster, year: int | None) -> None:
    guide = book.create_sheet("填表说明")
    guide.column_dimensions["A"].width = 90
    for number, line in enumerate((roster.title, *roster.instructions), start=1):
        set_text(guide.cell(number, 1), line)
    meta = book.create_sheet("_meta")
    facts = {"template": roster.code, "version": str(TEMPLATE_VERSION), "year": str(year or "")}
    for number, (key, value) in enumerate(facts.items(), start=1):
        set_text(meta.cell(number, 1), key)
        set_text(meta.cell(number, 2), value)
    meta.sheet_state = "hidden"

"""The only writer of workbooks: text stays text, even when it begins like a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_rows(
    out: BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    title: str = "名单",
    widths: Sequence[int] = (),
) -> None:
    """One sheet, row by row in constant memory."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bg_color": "#EAF1FA", "border": 1, "text_wrap": True})
    for column, label in enumerate(header):
        sheet.set_column(
            column, column, widths[column] if column < len(widths) else max(10, len(label) * 2 + 2)
        )
        sheet.write_string(0, column, label, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value)
    sheet.freeze_panes(1, 0)
    book.close()


def _write(sheet, row: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否")
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def set_text(cell, value: Any) -> None:
    """Put text into an openpyxl cell so that `=…` never becomes a formula."""
    cell.value = str(value)
    cell.data_type = "s"


def mark_cells(workbook: bytes, remarks: Mapping[str, str]) -> bytes:
    """The same workbook with the named cells filled and commented."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book.worksheets[0]
    fill = PatternFill("solid", fgColor="FDECEA")
    for place, text in remarks.items():
        if not place:
            continue
        cell = sheet[place]
        cell.fill = fill
        cell.comment = Comment(text, "示范平台门户")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

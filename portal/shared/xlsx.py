"""The only writer of workbooks: text stays text, even when it begins like a formula."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_TEXT, MAX_DIGITS = 32_767, 15
CUT = "……（过长，以下从略）"
# What XML can't hold; openpyxl raises on them.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "名单")
    bold = book.add_format({"bold": True, "bg_color": "#EAF1FA", "border": 1, "text_wrap": True})
    for column, label in enumerate(header):
        sheet.set_column(
            column, column, widths[column] if column < len(widths) else max(10, len(label) * 2 + 2)
        )
        sheet.write_string(0, column, cell_text(label), bold)
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
    elif _is_number(value):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, cell_text(value))


def _is_number(value: Any) -> bool:
    """A sheet keeps 15 digits: a longer number, such as an account's, stays text."""
    if not isinstance(value, int | float | Decimal):
        return False
    return math.isfinite(value) and len(Decimal(str(value)).normalize().as_tuple().digits) <= MAX_DIGITS


def cell_text(value: Any) -> str:
    """Text that a cell can hold; XlsxWriter silently leaves out a cell that is too long."""
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(CUT)] + CUT


def set_text(cell, value: Any) -> None:
    """Put text into an openpyxl cell so that `=…` never becomes a formula."""
    cell.value = CONTROLS.sub("", cell_text(value))
    cell.data_type = "s"


def mark_cells(workbook: bytes, remarks: Mapping[str, str], *, sheet: str = "") -> bytes:
    """The same workbook with the named cells filled and commented, on its first sheet if none is named.

    A remark without a cell concerns a workbook that may not be safe to open: it comes back as it was.
    """
    if not any(remarks):
        return workbook
    import openpyxl
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = openpyxl.load_workbook(io.BytesIO(workbook))
    page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    fill = PatternFill("solid", fgColor="FDECEA")
    for place, text in remarks.items():
        if not place:
            continue
        cell = page[place]
        if isinstance(cell, MergedCell):
            continue  # holds nothing of its own
        cell.fill = fill
        cell.comment = Comment(text, "示范平台门户")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def change_cells(
    workbook: bytes, values: Mapping[str, Any], *, sheet: str = "", without: Iterable[int] = ()
) -> bytes:
    """The same workbook with other values in the named cells and without some rows; text stays text."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook))
    page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    for place, value in values.items():
        if isinstance(value, int | float):
            page[place].value = value
        else:
            set_text(page[place], value)
    for number in sorted(set(without), reverse=True):
        page.delete_rows(number)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

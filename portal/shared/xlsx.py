"""The only writer of workbooks: text stays text, even when it begins like a formula."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from portal.shared import sandbox
from portal.shared.sheets.scan import MAX_COLUMNS, MAX_ROWS, SheetUnreadable
from portal.shared.waiting import demand_no_transaction

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = list[list[Any]]
EDITING = sandbox.Limits(memory=512 * 1024 * 1024, cpu=40, wall=60.0)
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
    caption: Sequence[str] = (),
    totals: Sequence[Any] = (),
) -> None:
    """One sheet, row by row in constant memory, set up for A4: the caption's lines, the header, the rows, totals."""
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
    boxed = book.add_format({"border": 1, "text_wrap": True, "valign": "top"}) if caption else None
    plain, first = book.add_format({"bold": True, "font_size": 14}), len(caption)
    for number, words in enumerate(caption):
        sheet.write_string(number, 0, cell_text(words), *([plain] if number == 0 else []))
    for column, label in enumerate(header):
        sheet.set_column(
            column, column, widths[column] if column < len(widths) else max(10, len(label) * 2 + 2)
        )
    _write_line(sheet, first, header, widths, bold)
    number = first
    for number, row in enumerate(rows, start=first + 1):
        _write_line(sheet, number, row, widths, boxed)
    if totals:
        _write_line(sheet, number + 1, totals, widths, boxed)
    sheet.freeze_panes(first + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    book.close()


def _write_line(sheet, number: int, values: Sequence[Any], widths: Sequence[int], look) -> None:
    """A line that is printed is as high as its fullest cell: not every program finds that out by itself."""
    if look and widths:
        lines = (
            math.ceil(_width(value) / max(1, width - 1)) for value, width in zip(values, widths, strict=False)
        )
        sheet.set_row(number, 16.5 * max(1, *lines))
    for column, value in enumerate(values):
        _write(sheet, number, column, value, look)


def _width(value: Any) -> int:
    """In Latin letters: a Chinese one is as wide as two."""
    return sum(1 + (ord(one) > 0x2E7F) for one in str(value)) if value is not None else 0


def _write(sheet, row: int, column: int, value: Any, look) -> None:
    if value is None or value == "":
        if look:
            sheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", look)
    elif _is_number(value):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, cell_text(value), look)


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


def mark_cells(
    workbook: bytes, remarks: Mapping[str, str], *, sheet: str = "", cells: Callable[[], Cells] = list
) -> bytes:
    """The same workbook with the named cells filled and commented, on its first sheet if none is named.

    A remark without a cell concerns a workbook that may not be safe to open: it comes back as it was.
    `cells` reads the sheet's values, for a workbook that openpyxl does not open.
    """
    if not any(remarks):
        return workbook
    return _edited(workbook, sheet, {"remarks": dict(remarks)}, cells)


def change_cells(
    workbook: bytes,
    values: Mapping[str, Any],
    *,
    sheet: str = "",
    without: Iterable[int] = (),
    cells: Callable[[], Cells] = list,
) -> bytes:
    """The same workbook with other values in the named cells and without some rows; text stays text."""
    told = {"values": dict(values), "without": sorted(set(without), reverse=True)}
    return _edited(workbook, sheet, told, cells)


def _edited(workbook: bytes, sheet: str, told: Mapping[str, Any], cells: Callable[[], Cells]) -> bytes:
    """Opened in a child; what openpyxl doesn't open there is built anew from its values."""
    demand_no_transaction("a workbook's change")
    answer = sandbox.run("edit_book", io.BytesIO(workbook), limits=EDITING, sheet=sheet, told=told)
    if answer.ended and answer.frames:
        return answer.frames[0][1]
    table = cells()
    if not table:
        raise SheetUnreadable("unreadable")
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = sheet or "Sheet1"
    for at, row in enumerate(table, start=1):
        for number, value in enumerate(row, start=1):
            if value not in (None, ""):
                _put(book.active.cell(at, number), value)
    _edit(book.active, told)
    return _saved(book)


def edit_workbook(workbook: BinaryIO, sheet: str, told: Mapping[str, Any]) -> bytes:
    """The child's part: other writers' styles, pictures and names of parts make it fail anywhere."""
    import openpyxl

    book = openpyxl.load_workbook(workbook)
    page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    for row, column in [place for place in page._cells if place[0] > MAX_ROWS or place[1] > MAX_COLUMNS]:
        del page._cells[row, column]  # formatting that nobody sees; deleting a row walks the whole area
    _edit(page, told)
    return _saved_in_memory(book)


def _saved_in_memory(book) -> bytes:
    """openpyxl keeps each sheet in a temporary file, and a child may write none."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class Writer(ExcelWriter):
        def write_worksheet(self, sheet):
            sheet._drawing = SpreadsheetDrawing()
            sheet._drawing.charts, sheet._drawing.images = sheet._charts, sheet._images
            writer = WorksheetWriter(sheet, io.BytesIO())
            writer.write()
            sheet._rels = writer._rels
            self._archive.writestr(sheet.path[1:], writer.out.getvalue())
            self.manifest.append(sheet)

    out = io.BytesIO()
    Writer(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)).save()
    return out.getvalue()


def _edit(page, told: Mapping[str, Any]) -> None:
    for place, value in told.get("values", {}).items():
        _put(page[place], value)
    for number in told.get("without", ()):
        page.delete_rows(number)
    _mark(page, told.get("remarks", {}))


def _mark(page, remarks: Mapping[str, str]) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", fgColor="FDECEA")
    for place, text in remarks.items():
        if not place or isinstance(page[place], MergedCell):  # which holds nothing of its own
            continue
        page[place].fill = fill
        page[place].comment = Comment(text, "示范平台门户")


def _put(cell, value: Any) -> None:
    if isinstance(value, int | float):
        cell.value = value
    else:
        set_text(cell, value)


def _saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

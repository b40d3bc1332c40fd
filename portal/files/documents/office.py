"""Word documents, workbooks and saved web pages as lines and tables."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser

from portal.files.documents.blocks import (
    MAX_TABLES,
    Block,
    DocumentUnreadable,
    Line,
    Table,
    decode,
    gather_columns,
    joined,
)
from portal.files.sheets_work import COLUMNS, ROWS, plain
from portal.shared.names import tidy_text
from portal.shared.sheets import SheetUnreadable, fill_merged, plain_text
from portal.shared.sheets.scan import look_at_sheet

OPENING = re.compile(r"附\s*[件表].*|.*(名单|名录|情况表|汇总表)$|[（(].*[)）]$")


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PASSED = {
    f"{WORD}del",
    f"{WORD}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
SIGNS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}


def read_docx(content: bytes) -> list[Block]:
    import docx
    from docx.table import Table as WordTable

    try:
        document = docx.Document(io.BytesIO(content))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise DocumentUnreadable("文件不是有效的 Word 文档（.docx），请另存后重新上传。") from error
    blocks: list[Block] = []
    lines = tables = 0
    for element in _parts(document.element.body):
        if element.tag == f"{WORD}p":
            for part in _words(element).split("\n"):
                if plain := tidy_text(part):
                    lines += 1
                    blocks.append(Line(plain, f"第 {lines} 段", part))
            continue
        for inner in element.iter(f"{WORD}tbl"):  # tables set side by side stand within one that has no words
            rows = tuple(
                tuple(joined(_cell(cell._tc)) for cell in row.cells)
                for row in WordTable(inner, document).rows
            )
            is_frame = inner.find(f".//{WORD}tbl") is not None and not any(map(any, rows))
            if tables < MAX_TABLES and not is_frame:
                tables += 1
                blocks.append(Table(rows, f"表 {tables} "))
    return gather_columns(blocks)


def _parts(element) -> Iterator:
    """Paragraphs and tables, also those within content controls and accepted insertions."""
    for child in element:
        if child.tag in (f"{WORD}p", f"{WORD}tbl"):
            yield child
        elif child.tag in (
            f"{WORD}sdt",
            f"{WORD}sdtContent",
            f"{WORD}customXml",
            f"{WORD}ins",
            f"{WORD}moveTo",
        ):
            yield from _parts(child)


def _words(element) -> str:
    """All words of a paragraph: smart tags (dates, places), links, insertions and text boxes too, deletions not."""
    found = []
    for child in element:
        if child.tag in PASSED:
            continue
        if child.tag == f"{WORD}t":
            found.append(child.text or "")
        elif child.tag in SIGNS:
            found.append(SIGNS[child.tag])
        elif child.tag != f"{WORD}pPr":
            inner = _words(child)
            found.append(f"\n{inner}\n" if child.tag == f"{WORD}txbxContent" else inner)
    return "".join(found)


def _cell(cell) -> str:
    """Its own paragraphs; those of a table within it are that table's."""
    own = (one for one in cell.iter(f"{WORD}p") if next(one.iterancestors(f"{WORD}tc")) is cell)
    return "\n".join(map(_words, own))


def read_xlsx(content: bytes) -> list[Block]:
    from openpyxl import load_workbook
    from python_calamine import CalamineWorkbook

    try:
        look_at_sheet(io.BytesIO(content))
        book = load_workbook(io.BytesIO(content), read_only=False, data_only=True)
    except SheetUnreadable as error:
        raise DocumentUnreadable(
            "文件不是有效的 Excel 工作簿，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。"
        ) from error
    cells = CalamineWorkbook.from_filelike(io.BytesIO(content))
    blocks: list[Block] = []
    passed = [one.title for one in book.worksheets if one.sheet_state != "visible" and one.max_row > 1]
    notes = [f"工作表“{title}”是隐藏的，没有读取，请核对。" for title in passed]
    for sheet in book.worksheets[:MAX_TABLES]:
        if sheet.sheet_state != "visible":
            continue
        used = cells.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        table = [[plain(value) for value in row[:COLUMNS]] for row in used[:ROWS]]
        fill_merged(table, [str(one) for one in sheet.merged_cells.ranges])
        rows = tuple(tuple(joined(plain_text(cell)) for cell in row) for row in table)
        if re.search(r"[\u4e00-\u9fff]", sheet.title) and not re.match(r"(工作表|表)\d*$", sheet.title):
            blocks.append(Line(tidy_text(sheet.title), f"工作表“{sheet.title}”"))
        blocks += _sheet_blocks(rows, sheet.title)
        notes += _hidden_rows(sheet, rows)
    if notes and blocks:
        blocks[-1] = replace(blocks[-1], notes=tuple(notes))  # the last is always a table
    return blocks


def _hidden_rows(sheet, rows: Sequence[Sequence[str]]) -> list[str]:
    """A filter or a clerk has hidden them: they are read, and it is said."""
    hidden = [at for at, cells in enumerate(rows, start=1) if any(cells) and sheet.row_dimensions[at].hidden]
    if not hidden:
        return []
    places = "、".join(map(str, hidden[:10])) + ("等" if len(hidden) > 10 else "")
    return [f"工作表“{sheet.title}”第 {places} 行是隐藏的，已读取，请核对是否应当列入。"]


def _sheet_blocks(rows: tuple[tuple[str, ...], ...], title: str) -> Iterator[Block]:
    """Lines of one filled cell above, between and below are the notice's words; the rest stays one table with its cells."""
    table: list[tuple[str, ...]] = []
    for number, row in enumerate(rows):
        filled = [cell for cell in dict.fromkeys(row) if cell]
        opens = len(filled) == 1 and (len(filled[0]) > 6 or OPENING.fullmatch(filled[0]))
        if opens and not any(any(one) for one in table):
            yield Line(filled[0], f"{title}!A{number + 1}", filled[0])
            row = ()
        table.append(row)
    yield Table(tuple(table), title, letters=True)


class _Page(HTMLParser):
    """Tables and lines of a saved web page; scripts and styles are passed over."""

    BREAKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "tr", "section", "article", "title"}

    def __init__(self):
        super().__init__()
        self.blocks: list[Block] = []
        self.words: list[str] = []
        self.cell: list[str] | None = None
        self.spans: dict[tuple[int, int], str] = {}
        self.rows: list[list[str]] | None = None
        self.span = (1, 1)
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "table":
            if self.cell is not None:  # a page laid out by tables: what stood before this one are its words
                self.words, self.cell = self.cell, None
            self.flush()
            self.rows, self.spans = [], {}
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            given = dict(attrs)
            self.span = (_small(given.get("rowspan")), _small(given.get("colspan")))
            self.cell = []
        elif tag in self.BREAKS:
            self._break()

    def _break(self) -> None:
        if self.cell is None:
            self.flush()
        else:
            self.cell.append("\n")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag in ("td", "th") and self.cell is not None and self.rows:
            lines = "".join(self.cell).splitlines()
            self._put(joined("\n".join(" ".join(line.split()) for line in lines)))
            self.cell = None
        elif tag == "table" and self.rows is not None:
            self._end_table()
        elif tag in self.BREAKS:
            self._break()

    def _end_table(self) -> None:
        rows = tuple(tuple(self._filled(number, row)) for number, row in enumerate(self.rows))
        self.rows = None
        count = sum(isinstance(block, Table) for block in self.blocks) + 1
        self.blocks.append(Table(rows, f"表 {count} "))

    def _put(self, text: str) -> None:
        row, number = self.rows[-1], len(self.rows) - 1
        while (number, len(row)) in self.spans:
            row.append(self.spans[number, len(row)])
        at = len(row)
        for down in range(self.span[0]):
            for right in range(self.span[1]):
                self.spans[number + down, at + right] = text
        row += [text] * self.span[1]

    def _filled(self, number: int, row: list[str]) -> list[str]:
        while (number, len(row)) in self.spans:
            row.append(self.spans[number, len(row)])
        return row

    def handle_data(self, data):
        if self.silent:
            return
        (self.words if self.cell is None else self.cell).append(data)

    def flush(self):
        for raw in (
            "".join(self.words).split("\n\n") if "\n\n" in "".join(self.words) else ["".join(self.words)]
        ):
            if plain := tidy_text(raw):
                self.blocks.append(Line(plain, f"第 {len(self.blocks) + 1} 段", raw))
        self.words = []


def _small(text: str | None) -> int:
    return min(int(text), 500) if text and text.isdecimal() else 1


def read_html(content: bytes) -> list[Block]:
    page = _Page()
    page.feed(decode(content))
    page.flush()
    return page.blocks

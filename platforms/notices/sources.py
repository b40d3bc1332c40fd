"""Sources of a notice: pasted text, DOCX, XLSX, PDF with text or a saved page, as lines and tables in their order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from portal.shared.names import tidy_text
from portal.shared.sheets import SheetUnreadable, fill_merged, plain_text, read_table, scan_sheet

MAX_TABLES, MAX_LINES, MAX_PAGES = 200, 20_000, 200
PAGE_NUMBER = re.compile(r"[-—–\s]*\d{1,3}[-—–\s]*|第\s*\d+\s*页.*")
GAPS = re.compile(r"\t+|\s{2,}|\u3000{1,}(?=\S)")
HINTS = {
    "doc": "旧版 Word 文件，请用 Word 或者 WPS 另存为 .docx 后重新上传。",
    "wps": "WPS 文字文件，请在 WPS 中另存为 .docx 后重新上传。",
    "et": "WPS 表格文件，请在 WPS 中另存为 .xlsx 后重新上传。",
    "xls": "旧版 Excel 文件，请另存为 .xlsx 后重新上传。",
    "ofd": "OFD 版式文件，请在阅读器中复制文字后粘贴，或者另存为 PDF 后上传。",
}


class SourceUnreadable(Exception):
    """The file can't be read as a notice; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Line:
    text: str
    place: str
    raw: str = ""  # with its tabs and gaps


@dataclass(frozen=True)
class Table:
    """Rows of cells; `place` names the table, `letters` whether its cells are named like a workbook's."""

    rows: tuple[tuple[str, ...], ...]
    place: str
    letters: bool = False

    def cell(self, row: int, column: int) -> str:
        if self.letters:
            return f"{self.place}!{_letter(column)}{row + 1}"
        return f"{self.place}第 {row + 1} 行第 {column + 1} 格"


Block = Line | Table


def read_source(content: bytes, name: str) -> list[Block]:
    """The blocks of a file by its name's ending. Raises SourceUnreadable."""
    ending = name.rpartition(".")[2].lower() if "." in name else "txt"
    if ending in HINTS:
        raise SourceUnreadable(f"这是{HINTS[ending]}")
    readers = {
        "docx": read_docx,
        "xlsx": read_xlsx,
        "xlsm": read_xlsx,
        "pdf": read_pdf,
        "html": read_html,
        "htm": read_html,
    }
    if ending not in readers:
        return read_text(decode(content))
    try:
        return readers[ending](content)
    except SourceUnreadable:
        raise
    except Exception as error:
        raise SourceUnreadable(f"文件无法读取（{ending}），请另存后重新上传，或者复制文字后粘贴。") from error


def decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def read_text(text: str) -> list[Block]:
    blocks: list[Block] = []
    for number, raw in enumerate(re.split(r"\r\n|\r|\n|\x0b", text)[:MAX_LINES], start=1):
        if plain := tidy_text(raw):
            blocks.append(Line(plain, f"第 {number} 行", raw))
    return gather_columns(blocks)


def gather_columns(blocks: list[Block]) -> list[Block]:
    """Neighbouring lines with tabs or wide gaps are a table that was copied as text."""
    gathered: list[Block] = []
    run: list[tuple[Line, list[str]]] = []

    def close() -> None:
        if len(run) >= 2 and len({len(cells) for _, cells in run}) <= 4:
            rows = tuple(tuple(tidy_text(cell) for cell in cells) for _, cells in run)
            gathered.append(Table(rows, f"{run[0][0].place}起"))
        else:
            gathered.extend(line for line, _ in run)
        run.clear()

    for block in blocks:
        cells = _split(block.raw) if isinstance(block, Line) else []
        if len(cells) >= 2 and not re.search(r"[。；]$", cells[-1]):
            run.append((block, cells))
        else:
            close()
            gathered.append(block)
    close()
    return gathered


def _split(raw: str) -> list[str]:
    if "\t" in raw.strip("\r\n "):
        cells = [cell.strip() for cell in raw.strip("\r\n").split("\t")]
        return cells if sum(map(bool, cells)) >= 2 else []
    cells = [cell for cell in re.split(r"\s{2,}|\u3000+", raw.strip()) if cell]
    # A lone name spread out by spaces (浙　江) and an indented sentence are no row.
    return cells if len(cells) >= 2 and any(len(cell) > 1 for cell in cells) else []


def read_docx(content: bytes) -> list[Block]:
    import docx
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph

    try:
        document = docx.Document(io.BytesIO(content))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise SourceUnreadable("文件不是有效的 Word 文档（.docx），请另存后重新上传。") from error
    blocks: list[Block] = []
    lines = tables = 0
    for element in document.iter_inner_content():
        if isinstance(element, Paragraph):
            for part in element.text.split("\n"):
                if plain := tidy_text(part):
                    lines += 1
                    blocks.append(Line(plain, f"第 {lines} 段", part))
        elif isinstance(element, WordTable) and tables < MAX_TABLES:
            tables += 1
            rows = tuple(tuple(_joined(cell.text) for cell in row.cells) for row in element.rows)
            blocks.append(Table(rows, f"表 {tables} "))
    return gather_columns(blocks)


def _joined(text: str) -> str:
    """A cell's lines as one: a name broken over two lines is one name."""
    return tidy_text(text.replace("\n", " "))


def read_xlsx(content: bytes) -> list[Block]:
    from openpyxl import load_workbook

    try:
        scan_sheet(io.BytesIO(content))
        book = load_workbook(io.BytesIO(content), read_only=False, data_only=True)
    except SheetUnreadable as error:
        raise SourceUnreadable(
            "文件不是有效的 Excel 工作簿，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。"
        ) from error
    blocks: list[Block] = []
    for sheet in book.worksheets[:MAX_TABLES]:
        if sheet.sheet_state != "visible":
            continue
        table = read_table(io.BytesIO(content), sheet.title)
        fill_merged(table, [str(one) for one in sheet.merged_cells.ranges])
        rows = tuple(tuple(_joined(plain_text(cell)) for cell in row) for row in table)
        if re.search(r"[\u4e00-\u9fff]", sheet.title) and not re.match(r"(工作表|表)\d*$", sheet.title):
            blocks.append(Line(tidy_text(sheet.title), f"工作表“{sheet.title}”"))
        blocks += _sheet_blocks(rows, sheet.title)
    return blocks


def _sheet_blocks(rows: tuple[tuple[str, ...], ...], title: str) -> Iterator[Block]:
    """Lines of one filled cell above, between and below are the notice's words; the rest stays one table with its cells."""
    table: list[tuple[str, ...]] = []
    for number, row in enumerate(rows):
        filled = [cell for cell in dict.fromkeys(row) if cell]
        if len(filled) == 1 and len(filled[0]) > 6 and (not table or not any(any(one) for one in table)):
            yield Line(filled[0], f"{title}!A{number + 1}", filled[0])
            row = ()
        table.append(row)
    yield Table(tuple(table), title, letters=True)


def read_pdf(content: bytes) -> list[Block]:
    """Tables by their ruled lines, cells over several lines whole; where nothing is ruled, columns by their gaps."""
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            pages = [_page_blocks(page) for page in document.pages[:MAX_PAGES]]
    except PdfminerException as error:
        raise SourceUnreadable(
            "PDF 无法读取（可能设有打开密码），请提供不加密的文件，或者复制文字后粘贴。"
        ) from error
    blocks = [block for page in pages for block in page]
    if not blocks:
        raise SourceUnreadable("PDF 中没有文字（可能是扫描件），请上传带文字的 PDF，或者粘贴公告文字。")
    if not any(isinstance(block, Table) for block in blocks):
        return _unruled(content)
    return _joined_over_pages(blocks)


def _page_blocks(page) -> list[Block]:
    found: list[tuple[float, Block]] = []
    rest = page
    for number, table in enumerate(page.find_tables(), start=1):
        rows = tuple(tuple(_joined(cell or "") for cell in row) for row in table.extract())
        if len(rows) > 1 or len(rows[0]) > 1:
            found.append((table.bbox[1], Table(rows, f"第 {page.page_number} 页表 {number} ")))
            rest = rest.outside_bbox(table.bbox)
    for at, line in enumerate(rest.extract_text_lines(), start=1):
        plain = tidy_text(line["text"])
        if plain and not PAGE_NUMBER.fullmatch(plain):
            found.append((line["top"], Line(plain, f"第 {page.page_number} 页第 {at} 行", line["text"])))
    return [block for _, block in sorted(found, key=lambda one: one[0])]


def _joined_over_pages(blocks: list[Block]) -> list[Block]:
    """A table that goes on over the page is one table; its headings stand on the first page only."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Table) and isinstance(last, Table) and len(block.rows[0]) == len(last.rows[0]):
            joined[-1] = Table(last.rows + block.rows, last.place)
        else:
            joined.append(block)
    return joined


def _unruled(content: bytes) -> list[Block]:
    from pypdf import PdfReader

    blocks: list[Block] = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages[:MAX_PAGES], start=1):
        for at, raw in enumerate(page.extract_text(extraction_mode="layout").splitlines(), start=1):
            plain = tidy_text(raw)
            if plain and not PAGE_NUMBER.fullmatch(plain):
                blocks.append(Line(plain, f"第 {number} 页第 {at} 行", raw))
    return gather_columns(blocks)


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
            self.flush()
            self.rows, self.spans = [], {}
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            given = dict(attrs)
            self.span = (_small(given.get("rowspan")), _small(given.get("colspan")))
            self.cell = []
        elif tag in self.BREAKS and self.cell is None:
            self.flush()

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag in ("td", "th") and self.cell is not None and self.rows:
            self._put(_joined(" ".join("".join(self.cell).split())))
            self.cell = None
        elif tag == "table" and self.rows is not None:
            rows = tuple(tuple(self._filled(number, row)) for number, row in enumerate(self.rows))
            count = sum(isinstance(block, Table) for block in self.blocks) + 1
            self.blocks.append(Table(rows, f"表 {count} "))
            self.rows = None
        elif tag in self.BREAKS and self.cell is None:
            self.flush()

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
        raw = "".join(self.words)
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


def _letter(index: int) -> str:
    from portal.shared.sheets import column_letter

    return column_letter(index)

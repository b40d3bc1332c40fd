"""PDF with text as lines and tables: by ruled lines where there are, else by where its words stand."""

from __future__ import annotations

import io

from portal.files.documents.blocks import (
    MAX_PAGES,
    PAGE_NUMBER,
    Block,
    DocumentUnreadable,
    Line,
    Table,
    gather_columns,
    joined,
)
from portal.files.documents.columns import Reader
from portal.shared.names import tidy_text


def read_pdf(content: bytes, headings: frozenset[str]) -> list[Block]:
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    blocks: list[Block] = []
    reader = Reader(headings)
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            for page in document.pages[:MAX_PAGES]:
                blocks += _page_blocks(page, reader)
                page.close()
    except PdfminerException as error:
        raise DocumentUnreadable(
            "PDF 无法读取（可能设有打开密码），请提供不加密的文件，或者复制文字后粘贴。"
        ) from error
    if not blocks:
        raise DocumentUnreadable("PDF 中没有文字（可能是扫描件），请上传带文字的 PDF，或者粘贴公告文字。")
    if not any(isinstance(block, Table) for block in blocks):
        return _unruled(content)
    return _joined_over_pages(blocks)


def _page_blocks(page, reader: Reader) -> list[Block]:
    found: list[tuple[float, Block]] = []
    rest = page
    for number, table in enumerate(page.find_tables(), start=1):
        rows = tuple(tuple(joined(cell or "") for cell in row) for row in table.extract())
        if len(rows[0]) > 1:
            found.append((table.bbox[1], Table(rows, f"第 {page.page_number} 页表 {number} ")))
            rest = rest.outside_bbox(table.bbox)
    if not found:
        return reader.read(page)
    reader.close()
    for at, line in enumerate(rest.extract_text_lines(), start=1):
        plain = tidy_text(line["text"])
        if plain and not PAGE_NUMBER.fullmatch(plain):
            found.append((line["top"], Line(plain, f"第 {page.page_number} 页第 {at} 行", line["text"])))
    return [block for _, block in sorted(found, key=lambda one: one[0])]


def _joined_over_pages(blocks: list[Block]) -> list[Block]:
    """A table that goes on over the page is one table; its headings stand on the first page only."""
    made: list[Block] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(block, Table) and isinstance(last, Table) and len(block.rows[0]) == len(last.rows[0]):
            made[-1] = Table(last.rows + block.rows, last.place)
        else:
            made.append(block)
    return made


def _unruled(content: bytes) -> list[Block]:
    from pypdf import PdfReader

    blocks: list[Block] = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages[:MAX_PAGES], start=1):
        for at, raw in enumerate(page.extract_text(extraction_mode="layout").splitlines(), start=1):
            plain = tidy_text(raw)
            if plain and not PAGE_NUMBER.fullmatch(plain):
                blocks.append(Line(plain, f"第 {number} 页第 {at} 行", raw))
    return gather_columns(blocks)

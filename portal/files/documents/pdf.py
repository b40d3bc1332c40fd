"""PDF with text as lines and tables: by ruled lines where there are, else by where its words stand."""

from __future__ import annotations

import io
from itertools import pairwise

from portal.files.documents.blocks import (
    MAX_PAGES,
    PAGE_NUMBER,
    Block,
    DocumentUnreadable,
    Line,
    Table,
    gather_columns,
)
from portal.files.documents.columns import Reader
from portal.files.documents.printed import BEGINS, paragraphs, printed_lines
from portal.files.documents.ruled import Part, join_parts, ruled_parts
from portal.files.documents.upright import pages_of
from portal.shared.names import tidy_text

CLOSE = 2.0  # points
SOME = 6  # numbered lines make a list that needs no columns


def read_pdf(content: bytes, headings: frozenset[str]) -> list[Block]:
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    blocks: list[Block | Part] = []
    reader = Reader(headings)
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            for page in pages_of(document, content, headings):
                blocks += _page_blocks(page, reader)
    except PdfminerException as error:
        raise DocumentUnreadable(
            "PDF 无法读取（可能设有打开密码），请提供不加密的文件，或者复制文字后粘贴。"
        ) from error
    if not blocks:
        raise DocumentUnreadable("PDF 中没有文字（可能是扫描件），请上传带文字的 PDF，或者粘贴公告文字。")
    made = join_parts(blocks)
    if any(isinstance(block, Table) for block in made):
        return made
    numbered = sum(bool(BEGINS.match(block.text)) for block in made)
    return made if numbered > SOME else _unruled(content, made)


def _page_blocks(page, reader: Reader) -> list[Block | Part]:
    parts = ruled_parts(page)
    rest = page
    for part in parts:
        left, top, right, bottom = part.bbox  # a note close below the last line of a table is no part of it
        rest = rest.outside_bbox((left, min(top + CLOSE, bottom), right, max(bottom - CLOSE, top)))
    lines = printed_lines(rest, reader.headings)
    if not parts or _only_frames(parts, lines):
        return reader.read(page)
    reader.close()
    found: list[tuple[float, Block | Part]] = [(part.top, part) for part in parts]
    edges = [float("-inf"), *sorted(part.top for part in parts), float("inf")]
    at = 0
    for upper, lower in pairwise(edges):
        between = [line for line in lines if upper <= line.top < lower]
        for offset, line in enumerate(paragraphs(between, f"第 {page.page_number} 页", at)):
            found.append((between[0].top + offset / 1000, line))
        at += len(between)
    return [block for _, block in sorted(found, key=lambda one: one[0])]


def _only_frames(parts: list[Part], lines) -> bool:
    """Headings in a frame, or a few shaded rows, with the rows of the list outside of any table."""
    below = [line for line in lines if line.top > parts[0].top and len(line.words) >= 3]
    rows = sum(len(part.rows) for part in parts)
    return len(below) >= 2 and len(below) > rows


def _unruled(content: bytes, found: list[Block]) -> list[Block]:
    """A list of which no heading is known: its cells stand apart by wide gaps."""
    from pypdf import PdfReader

    blocks: list[Block] = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages[:MAX_PAGES], start=1):
        for at, raw in enumerate(page.extract_text(extraction_mode="layout").splitlines(), start=1):
            plain = tidy_text(raw)
            if plain and not PAGE_NUMBER.fullmatch(plain):
                blocks.append(Line(plain, f"第 {number} 页第 {at} 行", raw))
    gathered = gather_columns(blocks)
    return gathered if any(isinstance(block, Table) for block in gathered) else found

"""Pages as a reader holds them: turned upright, without watermarks, running heads and page numbers."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator

from portal.files.documents.blocks import MAX_PAGES
from portal.shared.names import tidy_text
from portal.shared.sheets import heading_key

QUARTER = 90
LEAN = 8  # degrees by which a character may lean; a watermark leans more
HUGE = 45  # points: larger than any title, so a mark across the page
MARGIN = 0.09  # of the page's height
NUMBER = re.compile(r"\d{1,3}")
DASHED = re.compile(r"[-—–·\s]+\d{1,3}[-—–·\s]+|第\s*\d+\s*页.*|\d{1,3}\s*/\s*\d{1,3}|共\s*\d+\s*页")


def pages_of(document, content: bytes, headings: Collection[str]) -> Iterator:
    """The pages of a document opened by pdfplumber, each without what is no part of its text."""
    pages = [_turned(page, content) for page in document.pages[:MAX_PAGES]]
    furniture = _furniture(pages, headings)
    for page, bands in zip(pages, furniture, strict=True):
        yield page.filter(lambda one, bands=bands: not any(_within(one, band) for band in bands))
        page.close()


def _turned(page, content: bytes):
    """A list that was drawn sideways, and no watermark."""
    turns = Counter(_turn(char) for char in page.chars)
    turn = turns.most_common(1)[0][0] if turns else 0
    if turn:
        page = _turn_page(page, turn, content)
    return page.filter(_is_text)


def _angle(char) -> float:
    a, b, *_ = char["matrix"]
    return math.degrees(math.atan2(b, a)) % 360


def _turn(char) -> int:
    return round(_angle(char) / QUARTER) * QUARTER % 360


def _is_text(one) -> bool:
    """Not a character that leans or is huge, and not a plain area of colour, which is no rule."""
    if one["object_type"] == "char":
        lean = abs((_angle(one) + QUARTER / 2) % QUARTER - QUARTER / 2)
        return lean <= LEAN and one["size"] <= HUGE
    area = one["object_type"] == "rect" and one.get("fill") and not one.get("stroke")
    return not (area and min(one["width"], one["height"]) > 4)


def _turn_page(page, turn: int, content: bytes):
    import pdfplumber
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    copy = writer.add_page(PdfReader(io.BytesIO(content)).pages[page.page_number - 1])
    copy.rotate(turn)
    stream = io.BytesIO()
    writer.write(stream)
    turned = pdfplumber.open(stream).pages[0]
    turned.page_number = page.page_number
    return turned


def _furniture(pages, headings: Collection[str]) -> list[list[tuple[float, float]]]:
    """Of each page the bands between two heights that hold its running head, its foot or its number."""
    lines = [[*_margin_lines(page)] for page in pages]
    said = Counter(key for found in lines for key in {_key(line["text"]) for line in found})
    shift = Counter(
        int(line["text"]) - page.page_number
        for page, found in zip(pages, lines, strict=True)
        for line in found
        if NUMBER.fullmatch(line["text"])
    )
    made = []
    for page, found in zip(pages, lines, strict=True):
        made.append(
            [
                (line["top"] - 1, line["bottom"] + 1)
                for line in found
                if _is_number(line, page, shift)
                or (
                    said[_key(line["text"])] >= max(2, len(pages) // 2)
                    and not NUMBER.fullmatch(line["text"])
                    and not _is_heading(line["text"], headings)
                    and not _is_near(line, page)
                )
            ]
        )
    return made


def _margin_lines(page) -> Iterator[dict]:
    upper, lower = page.height * MARGIN, page.height * (1 - MARGIN)
    edges = page.filter(
        lambda one: one["object_type"] == "char" and (one["bottom"] < upper or one["top"] > lower)
    )
    for line in edges.extract_text_lines(strip=True, return_chars=False):
        yield line | {"text": tidy_text(line["text"])}


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _is_heading(text: str, headings: Collection[str]) -> bool:
    return any(heading_key(word) in headings for word in (text, *text.split()))


def _is_near(line, page) -> bool:
    """Close above or below other words: part of what stands there."""
    height = line["bottom"] - line["top"]
    return any(
        0 < char["top"] - line["bottom"] < height * 0.7 or 0 < line["top"] - char["bottom"] < height * 0.7
        for char in page.chars
    )


def _is_number(line, page, shift: Counter) -> bool:
    """A number of the page, and not that of a row at its end: in the middle, or counting on with the pages."""
    if DASHED.fullmatch(line["text"]):
        return True
    if not NUMBER.fullmatch(line["text"]):
        return False
    by = int(line["text"]) - page.page_number
    middle = abs((line["x0"] + line["x1"]) / 2 - page.width / 2) < page.width * 0.04
    return middle or shift[by] >= 2 or (by == 0 and line["x0"] > page.width * 0.75)


def _within(one, band: tuple[float, float]) -> bool:
    return one["object_type"] == "char" and band[0] <= one["top"] and one["bottom"] <= band[1]

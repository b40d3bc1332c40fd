"""Pages of a PDF and pictures as pictures of ours, so that a reader needs no plug-in. Runs in the sandbox's child."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

import pypdfium2
from PIL import Image

from portal.files.pictures import draw_picture

MAX_SIDE = 8000  # pixels of a picture's longer side, whatever the page's proportions
MAX_SCALE = 4
Answer = Callable[..., None]


def draw(content: BinaryIO, answer: Answer, *, extension: str, wanted: list[list[int]]) -> None:
    """`wanted` are pairs of page (from 1) and width; a page that is not there is told as missing."""
    if extension != "pdf":
        for page, width in wanted:
            answer({"page": page, "width": width}, draw_picture(content, width))
        return
    with opened(content) as document:
        for page, width in wanted:
            if 1 <= page <= len(document):
                answer({"page": page, "width": width}, as_png(draw_page(document, page, width)))
            else:
                answer({"page": page, "width": width, "missing": True})


def read_text(content: BinaryIO, answer: Answer, *, pages: int) -> None:
    """Title and text of a PDF's first pages."""
    with opened(content) as document:
        said = [document.get_metadata_value("Title")]
        for number in range(min(pages, len(document))):
            said.append(document[number].get_textpage().get_text_bounded())
    answer({"text": True}, "\n".join(said).encode("utf-8", "replace")[:200_000])


def opened(content: BinaryIO) -> pypdfium2.PdfDocument:
    """Read where it lies: a document of 200 MB is never held in memory for one of its pages."""
    content.seek(0)
    document = pypdfium2.PdfDocument(content)
    # Seals of signed documents are form fields: without this they would be missing from the picture.
    document.init_forms()
    return document


def draw_page(document: pypdfium2.PdfDocument, number: int, width: int) -> Image.Image:
    page = document[number - 1]
    scale = width / max(page.get_width(), 1)
    scale = min(scale, MAX_SCALE, MAX_SIDE / max(page.get_height(), 1))
    try:
        return page.render(scale=scale).to_pil().convert("RGB")
    finally:
        page.close()


def as_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()

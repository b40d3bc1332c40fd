"""One PDF out of many files in an archive of ours, with a bookmark for each; runs in the sandbox's child."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import BinaryIO

import pikepdf
from PIL import Image

from portal.files.pictures import draw_picture

PICTURES = ("jpg", "jpeg", "png")
WIDTH, DOTS = 1654, 200  # a picture fills an A4 page's width


def join_pdf(content: BinaryIO, answer: Callable[..., None]) -> None:
    """Pages in the order of the archive; what is no page (a workbook) or can't be opened is named as left out.

    What is no page may be followed by its rendering, under its own name and .pdf: that one is taken for it.
    """
    left: list[str] = []
    out = io.BytesIO()
    with zipfile.ZipFile(content) as archive, pikepdf.new() as made:
        marks = []
        names = archive.namelist()
        for name in names:
            if f"{name}.pdf" in names:
                continue
            before = len(made.pages)
            try:
                _append(made, archive.read(name), name.rpartition(".")[2].lower())
            except (pikepdf.PdfError, OSError, ValueError):
                del made.pages[before:]
                left.append(name)
                continue
            if len(made.pages) > before:
                marks.append((name, before))
            else:
                left.append(name)
        with made.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(stem_of(name), page) for name, page in marks)
        made.save(out)
    answer({"left": left}, out.getvalue())


def stem_of(name: str) -> str:
    """Without its ending; without both where it is the rendering of another."""
    stem, _, _ = name.rpartition(".")
    return stem.removesuffix(".xlsx")


def _append(made: pikepdf.Pdf, data: bytes, ending: str) -> None:
    if ending in PICTURES:
        page = io.BytesIO()
        Image.open(io.BytesIO(draw_picture(io.BytesIO(data), WIDTH))).save(page, "PDF", resolution=DOTS)
        data = page.getvalue()
    elif ending != "pdf":
        return
    with pikepdf.open(io.BytesIO(data)) as source:
        made.pages.extend(source.pages)

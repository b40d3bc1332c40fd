"""Page pictures of stored files: drawn once in the sandbox's child and kept by the file's digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from portal.models import StoredFile
from portal.shared import sandbox
from portal.shared.storage import keep_rendition, open_private, read_rendition

LIMITS = sandbox.Limits(cpu=6, wall=9.0)
PICTURE = sandbox.Limits(
    memory=300 * sandbox.MEGABYTE, cpu=6, wall=9.0
)  # 50 million pixels unpacked are 200 MB


class CannotDraw(Exception):
    """The page takes more memory or time than a reader's page may cost."""

    sentence = "此页的内容过于复杂，无法在线显示，请下载文件后查看。"


def keep_pages(sha256: str, pictures: Mapping[tuple[int, int], bytes]) -> None:
    for (number, width), picture in pictures.items():
        keep_rendition(_key(sha256, number, width), picture)


def page_picture(file: StoredFile, number: int, width: int) -> bytes:
    """PNG of a PDF's page, JPEG of a picture. Raises IndexError, CannotDraw, FileNotFoundError."""
    key = _key(file.sha256, number, width)
    kept = read_rendition(key)
    if kept is not None:
        return kept
    with open_private(file.key) as content:
        picture = draw_page(content, file.extension, number, width)
    keep_rendition(key, picture)
    return picture


def draw_page(content: BinaryIO, extension: str, number: int, width: int) -> bytes:
    limits = LIMITS if extension == "pdf" else PICTURE
    answer = sandbox.run("draw", content, limits=limits, extension=extension, wanted=[[number, width]])
    told, picture = answer.frames[0] if answer.frames else ({}, b"")
    if told.get("missing"):
        raise IndexError(f"no page {number}")
    if not answer.ended or not picture.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise CannotDraw
    return picture


def text_of(content: BinaryIO, *, pages: int = 3) -> str:
    """Title and text of a PDF's first pages; empty for a file that can't be read."""
    answer = sandbox.run("read_text", content, limits=LIMITS, pages=pages)
    return answer.frames[0][1].decode("utf-8", "replace") if answer.ended and answer.frames else ""


def _key(sha256: str, number: int, width: int) -> str:
    return f"pages/{sha256[:2]}/{sha256}/{number}-{width}"

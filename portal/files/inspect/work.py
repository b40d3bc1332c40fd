"""The inspection as the sandbox's child does it: a verdict first, then the pages, drawn as a reader will see them."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import BinaryIO

from portal.files.inspect.heads import HEAD
from portal.shared.refusal import UploadRefused
from portal.shared.sandbox.confine import extend_time

Answer = Callable[..., None]
LOOKED_AT, KEPT = 40, 6  # pages that are drawn to see whether they can be, and those whose pictures are kept
BUDGET = 8.0  # seconds of the processor for them; what is left over is drawn when somebody asks for it
CLOCK = 10.0  # and by the clock: on a busy machine a good file must not be ended for want of a processor
WIDTH, THUMB = 1100, 120
LARGE = 10 * 1024 * 1024  # bytes for which one more second is given


def inspect(content: BinaryIO, answer: Answer, *, extension: str) -> None:
    grace = content.seek(0, 2) // LARGE
    extend_time(3 + grace)
    content.seek(0)
    head = content.read(HEAD)
    work = {"pdf": _pdf, "jpg": _picture, "png": _picture}.get(extension, _package)
    try:
        work(content, head, extension, answer, grace)
    except UploadRefused as refused:
        answer({"verdict": "refused", "code": refused.code, "sentence": refused.sentence})


# Each kind loads its own libraries: together they take longer than most files.
def _package(content: BinaryIO, head: bytes, extension: str, answer: Answer, grace: int) -> None:
    from portal.files.inspect.packages import inspect_package

    inspect_package(content, head, extension)
    answer({"verdict": "clean"})


def _picture(content: BinaryIO, head: bytes, extension: str, answer: Answer, grace: int) -> None:
    from portal.files.inspect.pictures import inspect_picture
    from portal.files.pictures import draw_picture, is_light

    remarks = inspect_picture(content, head, extension)
    answer({"verdict": "clean", "remarks": remarks})
    if is_light(content, extension):
        answer({"page": 1, "width": WIDTH}, draw_picture(content, WIDTH))


def _pdf(content: BinaryIO, head: bytes, extension: str, answer: Answer, grace: int) -> None:
    from portal.files.inspect.pdfs import inspect_pdf

    pages = inspect_pdf(content, head)
    answer({"verdict": "clean", "pages": pages})
    _draw_pages(content, answer, pages, grace)


def _draw_pages(content: BinaryIO, answer: Answer, pages: int, grace: int) -> None:
    from portal.files.drawing import as_png, draw_page, opened

    started, began = _used(), time.monotonic()
    with opened(content) as document:
        for number in range(1, min(pages, LOOKED_AT) + 1):
            extend_time(2 + grace)
            picture = draw_page(document, number, WIDTH)
            if number <= KEPT:
                answer({"page": number, "width": WIDTH}, as_png(picture))
                picture.thumbnail((THUMB, THUMB * 20))
                answer({"page": number, "width": THUMB}, as_png(picture))
            if _used() - started > BUDGET or time.monotonic() - began > CLOCK:
                break


def _used() -> float:
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])

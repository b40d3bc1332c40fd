"""What a child can be asked: inspect a file, draw its pages, scan, read or edit a workbook, read a text, join PDFs."""

from __future__ import annotations

import importlib
from collections.abc import Callable

JOBS = {
    "inspect": "portal.files.inspect.work",
    "draw": "portal.files.drawing",
    "scan_sheet": "portal.files.sheets_work",
    "read_sheet": "portal.files.sheets_work",
    "edit_book": "portal.files.sheets_work",
    "read_text": "portal.files.drawing",
    "join_pdf": "portal.files.joining",
    "read_document": "portal.files.documents.work",
}
# What every upload needs, loaded by the children's parent; heavier libraries would weigh on children without use for them.
EVERY_DAY = ("inspect", "draw", "scan_sheet")


def load(job: str) -> Callable:
    """Import what the job needs, before the limits hold."""
    return getattr(importlib.import_module(JOBS[job]), job)

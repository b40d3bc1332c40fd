"""Documents as the sandbox's child opens them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import BinaryIO

import docx  # loaded before the limits hold
import openpyxl
import pdfplumber

from portal.files.documents.blocks import DocumentUnreadable, to_json
from portal.files.documents.office import read_docx, read_html, read_xlsx
from portal.files.documents.pdf import read_pdf

LIBRARIES = (docx, openpyxl, pdfplumber)


def read_document(
    content: BinaryIO, answer: Callable[..., None], *, ending: str, headings: list[str]
) -> None:
    data = content.read()
    try:
        if ending == "pdf":
            blocks = read_pdf(data, frozenset(headings))
        else:
            readers = {
                "docx": read_docx,
                "xlsx": read_xlsx,
                "xlsm": read_xlsx,
                "html": read_html,
                "htm": read_html,
            }
            blocks = readers[ending](data)
    except DocumentUnreadable as refusal:
        answer({"refused": str(refusal)})
        return
    answer({"blocks": len(blocks)}, json.dumps(to_json(blocks)).encode())

"""Formulas of workbooks and fields of text documents: what they call, and from where they fetch."""

from __future__ import annotations

import unicodedata

from portal.files.inspect.addresses import is_shared_folder, is_unsafe_link, names_elsewhere
from portal.files.inspect.refusals import refuse

MAX_ROW = 200_000  # and columns up to ZZ
CALLS = {
    "WEBSERVICE": "remote",
    "PY": "remote",
    "IMAGE": "remote",
    "RTD": "dde",
    "CALL": "dde",
    "REGISTER": "dde",
    "REGISTER.ID": "dde",
    "EXEC": "dde",
    "DDE": "dde",
    "DDEINITIATE": "dde",
    "SQL.REQUEST": "remote",
    "FOPEN": "dde",
    "INITIATE": "dde",
}
FETCHING = {"LINK", "DATABASE", "INCLUDETEXT", "INCLUDE", "IMPORT", "RD"}


def judge_instruction(text: str) -> None:
    """A field's instruction. Raises UploadRefused."""
    words = unicodedata.normalize("NFKC", text).upper().replace('"', " ").split()
    if not words:
        return
    numbers = sum(word.isdigit() for word in words[1:])
    if "DDE" in words or "DDEAUTO" in words or (words[0] == "QUOTE" and numbers > 2):
        raise refuse("dde")
    if words[0] in FETCHING or (words[0] == "INCLUDEPICTURE" and names_elsewhere(text)):
        raise refuse("remote")
    if words[0] == "HYPERLINK" and any(is_unsafe_link(word) for word in words[1:]):
        raise refuse("shared_folder")


def judge_formula(text: str) -> None:
    """A formula, outside of its quoted texts. Raises UploadRefused."""
    text = unicodedata.normalize("NFKC", text)
    code = "".join(text.split('"')[::2])
    bare = "".join(code.split("'")[::2])
    if "|" in bare:
        raise refuse("dde")
    if any(is_shared_folder(piece) or "://" in piece for piece in code.split("'")[1::2]):
        raise refuse("external")
    if "HYPERLINK" in code.upper() and any(is_unsafe_link(piece) for piece in text.split('"')[1::2]):
        raise refuse("shared_folder")
    for piece in code.upper().split("(")[:-1]:
        piece = piece.rstrip()[-60:]
        at = len(piece)
        while at and (piece[at - 1].isalnum() or piece[at - 1] in "._"):
            at -= 1
        name = piece[at:].removeprefix("_XLFN.").removeprefix("_XLL.").removeprefix("_XLWS.")
        if name in CALLS:
            raise refuse(CALLS[name])


def is_far(reference: str) -> bool:
    """A cell that makes a program lay out millions of empty ones before it."""
    if len(reference) < 6:
        return False
    letters = reference.rstrip("0123456789")
    row = reference[len(letters) :]
    return len(letters) > 2 or not row.isascii() or int(row or 0) > MAX_ROW

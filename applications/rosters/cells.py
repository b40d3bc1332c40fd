"""What a cell's text means: dates, numbers, codes as people and programs write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from applications.rosters.checks import RosterContext
from applications.rosters.columns import Column
from portal.shared.sheets import as_date, as_number, plain_text

__all__ = ["Cell", "as_date", "as_document", "as_number", "plain_text", "read_value"]


@dataclass(frozen=True)
class Cell:
    column: Column
    raw: Any
    text: str
    context: RosterContext


def as_document(text: str) -> str:
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def read_value(column: Column, text: str) -> Any:
    """The accepted value of a cell that has passed its checks."""
    if text == "":
        return ""
    if column.kind == "date":
        day = as_date(text)
        return day.isoformat() if day else ""
    if column.kind == "decimal":
        return as_number(text)
    if column.kind in ("integer", "year"):
        return int(as_number(text) or 0)
    if column.kind == "uscc":
        return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if column.kind == "document":
        return as_document(text)[-6:]
    return text

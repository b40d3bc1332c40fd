"""What a cell's text means: dates and numbers as people and programs write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Any

DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:.*)?$")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
FIRST_DAY = date(1899, 12, 30)  # of Excel's calendar


def plain_text(raw: Any) -> str:
    if raw is None:
        return ""
    return " ".join(unicodedata.normalize("NFC", str(raw)).split())


def as_date(text: str) -> date | None:
    """A date in any usual writing, or a day number where the cell's date format was lost."""
    text = unicodedata.normalize("NFKC", text)
    found = DATE.match(text) or COMPACT.match(text)
    try:
        if found:
            return date(*map(int, found.groups()))
        if SERIAL.match(text):
            return FIRST_DAY + timedelta(days=int(float(text)))
    except (ValueError, OverflowError):
        pass
    return None


def as_number(text: str) -> float | None:
    try:
        value = float(unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", ""))
    except (ValueError, OverflowError):
        return None
    return value if value == value and abs(value) != float("inf") else None

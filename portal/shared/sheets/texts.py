"""What a cell's text means: dates and numbers as people and programs write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import unicodedata2

DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:.*)?$")
MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(0?[1-9]|1[0-2])\s*月?$")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
FIRST_DAY = date(1899, 12, 30)  # of Excel's calendar


def plain_text(raw: Any) -> str:
    if raw is None:
        return ""
    text = str(raw)
    return " ".join((text if text.isascii() else unicodedata2.normalize("NFC", text)).split())


def folded(text: str) -> str:
    """With full-width letters and signs as the usual ones; most cells have none."""
    return text if text.isascii() else unicodedata2.normalize("NFKC", text)


@lru_cache(maxsize=8192)  # each check of a cell asks, and columns repeat themselves
def as_date(text: str) -> date | None:
    """A date in any usual writing, the first of a month without day, or a number where the cell's format was lost."""
    text = folded(text)
    found = DATE.match(text) or COMPACT.match(text)
    try:
        if found:
            return date(*map(int, found.groups()))
        if month := MONTH.match(text):
            return date(int(month[1]), int(month[2]), 1)
        if SERIAL.match(text):
            return FIRST_DAY + timedelta(days=int(float(text)))
    except (ValueError, OverflowError):
        pass
    return None


def is_month(text: str) -> bool:
    """A year and month without the day."""
    return bool(MONTH.match(folded(text)))


@lru_cache(maxsize=8192)
def as_number(text: str) -> float | None:
    try:
        value = float(folded(text).replace(",", "").replace(" ", ""))
    except (ValueError, OverflowError):
        return None
    return value if value == value and abs(value) != float("inf") else None

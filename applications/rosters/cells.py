"""What a cell's text means: dates, numbers, codes as people and programs write them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from applications.rosters.checks import RosterContext
from applications.rosters.columns import Column
from portal.shared.names import tidy_name, tidy_text
from portal.shared.sheets import as_date, as_number, plain_text
from portal.shared.sheets.texts import folded

__all__ = ["Cell", "as_date", "as_document", "as_number", "plain_text", "read_value", "usual_words"]
BLANK, BREAKS = re.compile(r"\s"), re.compile(r"[\s\-]")
WITH_UNIT = re.compile(r"^(\d{4})年度?$")
NAMES = {"name", "contact"}
NOTHING = {"", "/", "\\", "-", "--", "—", "——", "无", "暂无", "n/a"}


def usual_words(column: Column, text: str) -> str:
    """What a clerk wrote in the words of the template: 大学本科 is 本科, 2025年 a year, a dash nothing."""
    if column.kind == "text":
        return (tidy_name if column.code in NAMES else tidy_text)(text)
    plain = BLANK.sub("", folded(text))
    if column.kind == "choice":
        return plain if plain in column.choices else column.words.get(plain, text)
    if not column.required and plain.lower() in NOTHING:
        return ""
    if column.kind in ("integer", "year", "decimal"):
        return column.words.get(plain, WITH_UNIT.sub(r"\1", plain) if WITH_UNIT.match(plain) else text)
    return text


class Cell(NamedTuple):
    column: Column
    raw: Any
    text: str  # in the template's words
    context: RosterContext
    typed: str = ""  # as it stands in the file


def as_document(text: str) -> str:
    return BREAKS.sub("", folded(text)).upper()


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
        return BREAKS.sub("", folded(text)).upper()
    if column.kind == "document":
        return as_document(text)[-6:]
    return text

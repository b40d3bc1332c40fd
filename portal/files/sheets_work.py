"""Workbooks as the sandbox's child opens them: what a scan finds, and the cells of one sheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from python_calamine import CalamineWorkbook

from portal.shared.sheets.scan import SheetUnreadable, look_at_sheet
from portal.shared.xlsx import edit_workbook

ROWS, COLUMNS = 5002, 50


def scan_sheet(content: BinaryIO, answer: Callable[..., None]) -> None:
    try:
        facts = look_at_sheet(content)
    except SheetUnreadable as refused:
        answer({"unreadable": refused.code, "words": refused.words})
        return
    answer({"facts": True}, json.dumps(asdict(facts)).encode())


def read_sheet(content: BinaryIO, answer: Callable[..., None], *, sheet: str) -> None:
    book = CalamineWorkbook.from_filelike(content).get_sheet_by_name(sheet)
    # The used area may be far away from A1 but for scan.py, which has refused such a sheet.
    table = book.to_python(skip_empty_area=False)
    answer(
        {"table": True},
        json.dumps([[plain(value) for value in row[:COLUMNS]] for row in table[:ROWS]]).encode(),
    )


def edit_book(content: BinaryIO, answer: Callable[..., None], *, sheet: str, told: dict) -> None:
    answer({"book": True}, edit_workbook(content, sheet, told))


def plain(value):
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value

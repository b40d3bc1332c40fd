"""Any workbook as rows of text, through the same scan and the same limited process as a roster."""

from __future__ import annotations

from typing import BinaryIO

from applications.rosters.cells import plain_text
from applications.rosters.checks import SheetRefused
from applications.rosters.read import TIMEOUT, open_sheet
from applications.rosters.scan import scan_sheet


def read_table(content: BinaryIO) -> list[tuple[int, list[str]]]:
    """Filled rows of the first visible sheet with their numbers; none when it cannot be read safely."""
    try:
        facts = scan_sheet(content)
        table = open_sheet(content, facts.sheet, TIMEOUT)
    except SheetRefused:
        return []
    rows = [[plain_text(value)[:300] for value in row] for row in table]
    width = max((n for row in rows for n, text in enumerate(row, start=1) if text), default=0)
    return [(number, row[:width]) for number, row in enumerate(rows, start=1) if any(row)]

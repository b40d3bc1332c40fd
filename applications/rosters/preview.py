"""Any workbook as rows of text, through the same scan and the same limited process as a roster."""

from __future__ import annotations

from typing import BinaryIO

from applications.rosters.cells import plain_text
from portal.shared import sheets


def read_table(content: BinaryIO) -> list[tuple[int, list[str]]]:
    """Filled rows of the first visible sheet with their numbers; none when it cannot be read safely."""
    try:
        facts = sheets.scan_sheet(content)
        table = sheets.read_table(content, facts.sheet)
    except sheets.SheetUnreadable:
        return []
    rows = [[plain_text(value)[:300] for value in row] for row in table]
    width = max((n for row in rows for n, text in enumerate(row, start=1) if text), default=0)
    return [(number, row[:width]) for number, row in enumerate(rows, start=1) if any(row)]

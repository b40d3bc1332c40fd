"""Workbooks from outside: scanned before anything opens them, read in a limited process, never trusted."""

from portal.shared.sheets.headings import (
    IGNORE,
    Headings,
    aside,
    column_letter,
    fill_merged,
    find_headings,
    heading_key,
    propose_column,
)
from portal.shared.sheets.scan import SheetFacts, SheetUnreadable
from portal.shared.sheets.table import read_table, scan_sheet
from portal.shared.sheets.texts import as_date, as_number, is_month, plain_text

__all__ = [
    "IGNORE",
    "Headings",
    "SheetFacts",
    "SheetUnreadable",
    "as_date",
    "as_number",
    "aside",
    "column_letter",
    "fill_merged",
    "find_headings",
    "heading_key",
    "is_month",
    "plain_text",
    "propose_column",
    "read_table",
    "scan_sheet",
]

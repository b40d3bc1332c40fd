"""Workbooks from outside: scanned before anything opens them, read in a limited process, never trusted."""

from portal.shared.sheets.scan import SheetFacts, SheetUnreadable, scan_sheet
from portal.shared.sheets.table import read_table
from portal.shared.sheets.texts import as_date, as_number, plain_text

__all__ = ["SheetFacts", "SheetUnreadable", "as_date", "as_number", "plain_text", "read_table", "scan_sheet"]

"""The limited process that opens a workbook: `child.py FILE SHEET` prints JSON."""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook

MEMORY = 1024 * 1024 * 1024  # bytes of address space; the interpreter itself takes a third
ROWS, COLUMNS = 5002, 50


def plain(value):
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
    sheet = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_name(sys.argv[2])
    # The used area may be far away from A1 but for scan.py, which has refused such a sheet.
    table = sheet.to_python(skip_empty_area=False)
    json.dump([[plain(value) for value in row[:COLUMNS]] for row in table[:ROWS]], sys.stdout)


if __name__ == "__main__":
    main()

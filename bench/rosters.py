"""A roster of 5,000 rows read by the portal, beside python-calamine alone on the same file.

python bench/rosters.py          # prints the table of RESULTS-materials.md
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import django
from python_calamine import CalamineWorkbook

django.setup()

from applications.rosters import RosterContext, read_roster
from bench.measure import report, run, table
from training.demo.files import sme_roster


def portal(path: str) -> int:
    with Path(path).open("rb") as content:
        result = read_roster("smes", content, context=RosterContext(2026, date(2026, 3, 2)))
    return len(result.rows)


def bare(path: str) -> int:
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def main() -> None:
    if len(sys.argv) == 3:
        work = {"portal": portal, "bare": bare}[sys.argv[1]]
        report(lambda: work(sys.argv[2]))
        return
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as book:
        book.write(io.BytesIO(sme_roster(2500, 2500, 2025, 7)).read())
        book.flush()
        size = Path(book.name).stat().st_size
        rows = {
            "portal: scan, limited process, 70 checks": run(__file__, "portal", book.name),
            "python-calamine alone": run(__file__, "bare", book.name),
        }
    print(f"5,000 rows × 13 columns, {size // 1024} KB\n\n{table(rows)}")


if __name__ == "__main__":
    main()

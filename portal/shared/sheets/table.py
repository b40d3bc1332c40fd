"""Opening a scanned workbook in a process of its own, with little memory and little time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from portal.shared.sheets.scan import SheetUnreadable

TIMEOUT = 30.0  # seconds
CHILD = Path(__file__).with_name("child.py")


def read_table(content: BinaryIO, sheet: str, *, timeout: float = TIMEOUT) -> list[list]:
    """The cells of a scanned sheet as rows of plain values. Raises SheetUnreadable."""
    content.seek(0)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        while chunk := content.read(1024 * 1024):
            copy.write(chunk)
        copy.flush()
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(CHILD), copy.name, sheet],
                capture_output=True,
                timeout=timeout,
                check=False,
            )
            return json.loads(done.stdout)
        except subprocess.TimeoutExpired as slow:
            raise SheetUnreadable("too_slow", seconds=f"{timeout:g}") from slow
        except (ValueError, OSError) as broken:  # also a sheet's name that no argument can hold
            raise SheetUnreadable("unreadable") from broken

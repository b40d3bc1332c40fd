"""Signs of life of the processes without pages: a file whose time is that of the last round (deploy/alive.py)."""

from __future__ import annotations

import tempfile
from pathlib import Path


def mark_alive(process: str) -> None:
    (Path(tempfile.gettempdir()) / f"portal-{process}.alive").touch()

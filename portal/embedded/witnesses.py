"""Three witnesses beside the demo: the program that others run elsewhere, each with a key and a memory of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from portal.embedded.place import ORIGIN, ROOT
from portal.embedded.postgres import free_port

PROGRAM = ROOT / "deploy" / "witness" / "witness.py"
NAMES = ("department.witness.demo", "inspection.witness.demo", "association.witness.demo")
PARTS = ("public-log", "log.key", "witnesses")  # of the data folder: they belong to one database


def start_witnesses(supervisor, folder: Path) -> None:
    """Start them and say in the environment who they are."""
    os.environ.setdefault("LOG_ORIGIN", ORIGIN)
    shown = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "log_key", "show"],
        check=True,
        capture_output=True,
        text=True,
    )
    log_keys = [part for line in shown.stdout.splitlines() for part in ("--log", line)]
    lines = []
    for name in NAMES:
        own = ["--name", name, "--state", str(folder / name)]
        key = subprocess.run(
            [sys.executable, str(PROGRAM), *own, "--show-key"], check=True, capture_output=True, text=True
        )
        address = f"127.0.0.1:{free_port()}"
        lines.append(f"http://{address} {key.stdout.strip()}")
        supervisor.start(name, [sys.executable, str(PROGRAM), *own, *log_keys, "--listen", address])
    os.environ.setdefault("LOG_WITNESSES", ",".join(lines))
    os.environ.setdefault("LOG_QUORUM", "2")

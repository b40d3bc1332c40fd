"""The public log of a test in its own folder, with witnesses of its own that answer over HTTP."""

from __future__ import annotations

import runpy
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WITNESS, VERIFY = ROOT / "deploy/witness/witness.py", ROOT / "deploy/verify/verify.py"
witness_module = runpy.run_path(str(WITNESS))


@contextmanager
def witnesses(folder: Path, log_key: str, count: int = 3):
    """["address key"] of witnesses that listen; their programs are the ones that others run."""
    served, lines = [], []
    for number in range(1, count + 1):
        one = witness_module["Witness"](f"witness-{number}.example", folder / f"witness-{number}", [log_key])
        server = witness_module["serve"](one, "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        served.append(server)
        lines.append(f"http://127.0.0.1:{server.server_address[1]} {one.verifier}")
    try:
        yield lines
    finally:
        for server in served:
            server.shutdown()
            server.server_close()


@pytest.fixture
def own_log(settings, tmp_path):
    """Files and key of this test alone, and nobody who witnesses."""
    settings.LOG_DIR, settings.LOG_KEY_FILE = str(tmp_path / "log"), str(tmp_path / "log.key")
    settings.LOG_WITNESSES = []
    return Path(settings.LOG_DIR)


@pytest.fixture
def witnessed_log(own_log, settings, tmp_path):
    """The same with three witnesses, of whom two must sign."""
    from portal.trail.keys import log_verifiers

    with witnesses(tmp_path, str(log_verifiers()[0])) as lines:
        settings.LOG_WITNESSES, settings.LOG_QUORUM = lines, 2
        yield own_log


def run_verify(*arguments: str) -> subprocess.CompletedProcess:
    """The stand-alone program as an outsider runs it: another process, nothing of ours on its path."""
    return subprocess.run(
        [sys.executable, "-I", str(VERIFY), *arguments], capture_output=True, text=True, check=False, cwd="/"
    )

"""bin/manage on a fresh checkout gives the database what a command reads; runserver is the developer's mode."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from portal.embedded.postgres import free_port
from tests.conftest import ROOT


@pytest.fixture
def fresh():
    """A checkout's environment that has never been used."""
    var = Path(tempfile.mkdtemp(prefix="portal-fresh-"))
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    yield {
        **kept,
        "PORTAL_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "PYTHONWARNINGS": "ignore",
    }
    note = var / "postgres.path"
    if note.exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
    shutil.rmtree(var, ignore_errors=True)


def manage(fresh, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "portal.embedded.manage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=fresh, capture_output=True, text=True, check=False)


def test_version_starts_nothing(fresh):
    done = manage(fresh, "version")
    assert done.returncode == 0 and done.stdout.count("\n") == 1
    assert list(Path(fresh["PORTAL_VAR"]).iterdir()) == []


@pytest.mark.slow
def test_a_command_of_the_readme_on_a_fresh_checkout(fresh):
    done = manage(fresh, "verify_audit")
    assert "先建立数据表和基础数据" in done.stderr and "Traceback" not in done.stderr
    done = manage(fresh, "enter_year", "2027", "--source", "通知", "--by", "admin", "--file", "missing.txt")
    assert done.stderr.strip() == "CommandError: 文件 missing.txt 读不出来：No such file or directory"


@pytest.mark.slow
def test_the_developers_mode_shows_where_an_error_is_and_styles_at_once(fresh):
    port = free_port()
    command = [sys.executable, "-m", "portal.embedded.manage", "runserver", f"127.0.0.1:{port}", "--noreload"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=fresh, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        with urllib.request.urlopen(f"{address}/help/", timeout=20) as page:
            assert '/static/css/portal.css"' in page.read().decode()
        with urllib.request.urlopen(f"{address}/static/css/portal.css", timeout=20) as style:
            assert style.read() == (ROOT / "static/css/portal.css").read_bytes()
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{address}/no-such-page/", timeout=20)
        assert "DEBUG = True" in missing.value.read().decode()
    finally:
        server.terminate()
        server.wait(30)

"""The version stands in one place, and is told in the footer and by the command."""

from __future__ import annotations

import subprocess
import sys
import tomllib

from tests.conftest import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def test_the_footer_and_the_command_say_it(client, db):
    assert f"系统版本 {VERSION}" in client.get("/help/").content.decode()
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{VERSION}\n"

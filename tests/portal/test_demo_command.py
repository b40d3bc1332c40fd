"""bin/demo: says what it can do, and does not start twice over the same data."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from portal.embedded.demo import hold


def demo(var, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "portal.embedded.demo", *arguments],
        env=os.environ | {"PORTAL_VAR": str(var), "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_starts_nothing(tmp_path):
    done = demo(tmp_path / "var", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--reset" in done.stdout and not (tmp_path / "var").exists()


@pytest.mark.parametrize("arguments", [(), ("--reset",)])
def test_a_second_demo_names_the_first_and_leaves_it_alone(tmp_path, arguments):
    first = hold(tmp_path / "demo.lock")
    first.write("http://127.0.0.1:8000")
    first.flush()
    done = demo(tmp_path, *arguments)
    assert done.returncode == 1 and done.stderr.endswith("已在运行：http://127.0.0.1:8000\n")
    assert [path.name for path in tmp_path.iterdir()] == ["demo.lock"]
    first.close()
    assert hold(tmp_path / "demo.lock").read() == ""

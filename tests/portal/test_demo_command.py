"""bin/demo: says what it can do, does not start twice over the same data, never mixes rows with others' files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from portal.embedded.demo import hold
from portal.embedded.place import postgres_folder


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


def test_a_checkout_made_anew_does_not_find_the_rows_of_deleted_files(tmp_path, monkeypatch):
    var = tmp_path / "var"
    monkeypatch.setenv("PORTAL_VAR", str(var))
    first = postgres_folder()
    first.mkdir(parents=True, exist_ok=True)
    (first / "rows").touch()
    assert postgres_folder() == first
    shutil.rmtree(var)
    assert not (postgres_folder() / "rows").exists()
    for folder in {first, postgres_folder()}:
        shutil.rmtree(folder, ignore_errors=True)

"""bin/demo: says what it can do, does not start twice over the same data, never mixes rows with others' files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from unittest.mock import Mock

import pytest

from portal.embedded.demo import Supervisor, hold, prepare, unfinished
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


def test_a_filling_that_was_broken_off_is_found_at_the_next_start(tmp_path, monkeypatch):
    """It must never be reported as done: twenty dossiers of sixty are no demonstration."""
    stamp = tmp_path / "prepared"

    def broken_off(*arguments, **options):
        if arguments[0] == "fill_demo":
            raise KeyboardInterrupt
        return 0

    monkeypatch.setattr("portal.embedded.demo.manage", broken_off)
    monkeypatch.setattr("portal.embedded.demo.collect_static", Mock)
    with pytest.raises(KeyboardInterrupt):
        prepare(stamp=stamp)
    assert unfinished(stamp).exists() and not stamp.exists()
    monkeypatch.setattr("portal.embedded.demo.manage", lambda *arguments, **options: 0)
    prepare(stamp=stamp)
    assert stamp.exists() and not unfinished(stamp).exists()


def test_deaths_count_within_a_window(tmp_path, monkeypatch, capsys):
    supervisor, moments = Supervisor(tmp_path), iter([0, 100, 200, 300, 400, 1100, 1110])
    monkeypatch.setattr("portal.embedded.demo.time.monotonic", lambda: next(moments))
    assert [supervisor.dies_too_often("web") for _ in range(7)] == [False] * 7
    moments = iter(range(6))
    monkeypatch.setattr("portal.embedded.demo.time.monotonic", lambda: next(moments))
    assert [supervisor.dies_too_often("worker") for _ in range(6)] == [False] * 5 + [True]
    assert supervisor.stopping and "worker 反复退出" in capsys.readouterr().err


class Server:
    def __init__(self):
        self.alive, self.starts = False, 0

    def is_alive(self):
        return self.alive

    def start(self):
        self.alive, self.starts = True, self.starts + 1


def test_a_database_that_died_is_started_again(tmp_path, monkeypatch):
    supervisor, server = Supervisor(tmp_path), Server()
    supervisor.servers["postgres"] = server
    rounds = iter([None, None])

    def sleep(seconds):
        if next(rounds, "end") == "end":
            supervisor.stopping = True

    monkeypatch.setattr("portal.embedded.demo.time.sleep", sleep)
    supervisor.watch()
    assert server.starts == 1

"""A web worker that ends: who was at the door is answered, who comes later is refused before a word is sent."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

from portal.embedded.postgres import free_port
from tests.conftest import ROOT

APPLICATION = """
import time

def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        open({began!r}, "w").close()
        time.sleep(2)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
PATIENCE = 30


@contextmanager
def web(folder):
    port, began = free_port(), folder / "began"
    (folder / "pages.py").write_text(APPLICATION.format(began=str(began)))
    line = ["-m", "gunicorn", "pages", "-b", f"127.0.0.1:{port}", "--threads", "2", "--no-control-socket"]
    line += ["--chdir", str(folder), "-k", "portal.operations.draining.DrainingWorker"]
    process = subprocess.Popen([sys.executable, *line], env={"PYTHONPATH": str(ROOT)})
    try:
        until(lambda: ask(port, "/")[-2:] == b"ok")
        yield process, port, began
    finally:
        process.kill()
        process.wait()


def until(true) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if true():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def send(link: socket.socket, path: str) -> None:
    link.sendall(
        f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )


def answer(link: socket.socket) -> bytes:
    with link:
        return b"".join(iter(lambda: link.recv(4096), b""))


def ask(port: int, path: str) -> bytes:
    link = connect(port)
    send(link, path)
    return answer(link)


def refuses(port: int) -> bool:
    try:
        connect(port).close()
    except ConnectionRefusedError:
        return True
    return False


def test_the_door_is_shut_at_once_and_who_is_inside_is_answered(tmp_path):
    with web(tmp_path) as (process, port, began):
        slow = connect(port)
        send(slow, "/slow")
        until(began.exists)
        at_the_door = connect(port)
        process.terminate()
        until(lambda: refuses(port))
        slow.setblocking(False)
        with suppress(BlockingIOError):
            assert not slow.recv(1), "the door stayed open until the last answer"
        slow.settimeout(PATIENCE)
        send(at_the_door, "/")
        assert answer(at_the_door).endswith(b"ok")
        assert answer(slow).endswith(b"ok")
        assert process.wait(PATIENCE) == 0

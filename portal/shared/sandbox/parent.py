"""The parent of the limited children, one for each of our processes that opens files, born when the first is opened."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")

_lock = threading.Lock()
_door: socket.socket | None = None
_parent: subprocess.Popen | None = None
_owner = 0  # the process that the parent belongs to: who was forked from it asks for its own


@dataclass(frozen=True)
class Child:
    """`status` tells how it ended, once it has."""

    pid: int
    status: int

    def end(self) -> int:
        """Its exit code, negative for a signal; it is killed where it still lives."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 9)
        said = b""
        while piece := os.read(self.status, 64):
            said += piece
        os.close(self.status)
        return int(said or b"-9")


def bear(job: str, content: int, words: int, answers: int) -> Child:
    """A child at its work on the three descriptors. Raises OSError when none can be had."""
    for attempt in (1, 2):
        reading, writing = os.pipe()
        try:
            with _lock:
                socket.send_fds(_open_door(), [job.encode()], [content, words, answers, writing])
        except OSError:
            os.close(reading)
            reading = -1
            if attempt == 2:
                raise
        finally:
            os.close(writing)
        if reading >= 0:
            if pid := _first_line(reading):
                return Child(int(pid), reading)
            os.close(reading)
        close()  # it had gone to rest, or somebody ended it
    raise OSError("the sandbox's parent does not answer")


def close() -> None:
    """Let the parent go; the next file has another."""
    global _door, _parent
    with _lock:
        door, parent, _door, _parent = _door, _parent, None, None
    if door is not None:
        door.close()
    if parent is not None and _owner == os.getpid():
        parent.terminate()
        parent.wait()


def _open_door() -> socket.socket:
    global _door, _parent, _owner
    if _door is None or _owner != os.getpid():
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            _parent = subprocess.Popen(
                [sys.executable, "-I", str(CHILD), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},
                cwd="/",
                pass_fds=(theirs.fileno(),),
            )
        if _owner != os.getpid():
            atexit.register(close)
        _door, _owner = ours, os.getpid()
    return _door


def _first_line(reading: int) -> str:
    said = b""
    while not said.endswith(b"\n"):
        piece = os.read(reading, 1)
        if not piece:
            return ""
        said += piece
    return said.decode().strip()

"""Foreign bytes are opened in a disposable child with limits of memory, time and output, and without a network.

The child reads the file on its standard input and answers in frames on its standard output: a line of JSON,
followed by as many bytes as the line says. What it says is data for us, whatever it has become.
"""

from __future__ import annotations

import json
import os
import selectors
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from portal.shared.sandbox import parent

MEGABYTE = 1024 * 1024
MAX_LINE = 32 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes beyond the interpreter's own, seconds of the processor, seconds by the clock, bytes of the answer."""

    memory: int = 220 * MEGABYTE
    cpu: int = 20
    wall: float = 40.0
    output: int = 64 * MEGABYTE


@dataclass
class Answer:
    """Frames as they came; `ended` is False when the child died or was ended before it had said everything."""

    frames: list[tuple[dict[str, Any], bytes]] = field(default_factory=list)
    ended: bool = False
    why: str = ""  # time (of the processor), wall (by the clock), output or memory
    seconds: float = 0.0
    peak_mb: float = 0.0

    def first(self, key: str) -> dict[str, Any] | None:
        return next((told for told, _ in self.frames if key in told), None)


def run(job: str, content: BinaryIO, *, limits: Limits | None = None, **told) -> Answer:
    """Do a job of `jobs.py` on a file. Never raises for what the file does to the child."""
    limits, started = limits or Limits(), time.monotonic()
    answer = Answer()
    with readable(content) as source, tempfile.TemporaryFile() as words:
        words.write(json.dumps([limits.memory, limits.cpu, told]).encode("utf-8", "surrogatepass"))
        words.seek(0)
        reading, writing = os.pipe()
        try:
            child = parent.bear(job, source.fileno(), words.fileno(), writing)
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as answers:
            try:
                said = _listen(answers, child.pid, limits, answer)
            finally:
                code = child.end()
    answer.frames = list(_frames(said))
    last = answer.frames[-1][0] if answer.frames else {}
    answer.ended = bool(last.get("end")) and not answer.why
    answer.peak_mb = round(max(answer.peak_mb, float(last.get("peak_mb") or 0)), 1)
    if not answer.ended and not answer.why:
        answer.why = "time" if code in (-24, -9) else "memory"
    answer.seconds = round(time.monotonic() - started, 2)
    return answer


def readable(content: BinaryIO) -> BinaryIO:
    """A descriptor of its own on the same bytes; what lies elsewhere is copied to a file without a name."""
    try:
        number = content.fileno()
        return os.fdopen(os.open(f"/proc/self/fd/{number}", os.O_RDONLY), "rb")
    except (AttributeError, OSError, ValueError):
        pass
    copy = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    content.seek(0)
    while chunk := content.read(MEGABYTE):
        copy.write(chunk)
    copy.flush()
    copy.seek(0)
    return copy


def _listen(answers: BinaryIO, pid: int, limits: Limits, answer: Answer) -> bytes:
    """Read until the child is done, or until it has taken too long or said too much."""
    said, deadline = bytearray(), time.monotonic() + limits.wall
    with selectors.DefaultSelector() as ear:
        ear.register(answers, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                answer.why = "wall"
                break
            ready = ear.select(min(left, 0.1))
            answer.peak_mb = max(answer.peak_mb, _peak(pid))
            if ready:
                piece = os.read(answers.fileno(), 256 * 1024)
                if not piece:
                    break
                said += piece
                if len(said) > limits.output:
                    answer.why = "output"
                    break
    return bytes(said)


def _peak(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except (OSError, ValueError):
        pass
    return 0.0


def _frames(said: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    at = 0
    while at < len(said):
        end = said.find(b"\n", at)
        if end < 0:
            return
        try:
            told = json.loads(said[at:end])
        except ValueError:
            return
        size = told.get("bytes", 0) if isinstance(told, dict) else -1
        if not isinstance(size, int) or size < 0 or end + 1 + size > len(said):
            return
        yield told, said[end + 1 : end + 1 + size]
        at = end + 1 + size

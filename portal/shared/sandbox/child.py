"""The limited process and its parent: `child.py DOOR` loads the modules that look at files and forks one child a file.

The parent never opens a file. It runs without the portal's settings, database and environment, and ends when nobody
has asked for a minute. A request brings four descriptors: the file, [memory, seconds, words], where the child answers
in frames, and where the parent says the child's number and how it ended.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import types
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IDLE = 60  # seconds


def answer(told: dict, content: bytes = b"") -> None:
    line = json.dumps({**told, "bytes": len(content)}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    for piece in (line, content):
        view = memoryview(piece)
        while view:
            view = view[os.write(1, view) :]


def peak_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def work(job: str, content: int, words: int, answers: int, modules) -> None:
    """What a child does between its birth and its end; nothing of the parent's stays open to it."""
    jobs, confine = modules
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with os.fdopen(words, "rb", closefd=False) as paper:
        memory, seconds, told = json.loads(paper.read().decode("utf-8", "surrogatepass"))
    os.dup2(content, 0)
    os.dup2(answers, 1)
    os.closerange(3, 1024)
    task = jobs.load(job)
    confine.confine(memory=memory, seconds=seconds)
    with os.fdopen(0, "rb", closefd=False) as file:
        task(file, answer, **told)
    answer({"end": True, "peak_mb": peak_mb()})


def fork(request: bytes, given: list[int], modules) -> int:
    """Give birth to a child that is gone once it has done its job."""
    child = os.fork()
    if child:
        return child
    try:
        work(request.decode(), *given[:3], modules)
    except MemoryError:
        os._exit(3)
    except BaseException:  # whatever a file did: the parent's loop must not go on in a child
        os._exit(1)
    os._exit(0)


def serve(door: socket.socket, modules) -> None:
    bell, ringer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(ringer)
    alive: dict[int, int] = {}
    while True:
        ready = select.select([door, bell], [], [], IDLE)[0]
        if bell in ready:
            os.read(bell, 1024)
        bury(alive)
        if door in ready:
            request, given, _, _ = socket.recv_fds(door, 256, 4)
            if not request:
                return
            child = fork(request, given, modules)
            alive[child] = given.pop()
            tell(alive[child], child)
            for number in given:
                os.close(number)
        elif not ready and not alive:
            return


def bury(alive: dict[int, int]) -> None:
    for child in list(alive):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            tell(alive[child], os.waitstatus_to_exitcode(status))
            os.close(alive.pop(child))


def tell(where: int, number: int) -> None:
    with suppress(BrokenPipeError):  # who asked is gone
        os.write(where, f"{number}\n".encode())


def main() -> None:
    # The package's own __init__ starts Celery and Django; the modules below need neither.
    package = types.ModuleType("portal")
    package.__path__ = [str(ROOT)]
    sys.modules["portal"] = package
    from portal.shared.sandbox import confine, jobs

    for job in jobs.EVERY_DAY:
        jobs.load(job)
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])), (jobs, confine))


if __name__ == "__main__":
    main()

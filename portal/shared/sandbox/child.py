"""The limited process: `child.py JOB DESCRIPTOR` reads [memory, seconds, words] there, the file on its standard
input, and answers in frames on its standard output.

It runs without the portal's settings, database and environment: only the modules that look at files are loaded.
"""

from __future__ import annotations

import json
import os
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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


def main() -> None:
    # The package's own __init__ starts Celery and Django; the modules below need neither.
    package = types.ModuleType("portal")
    package.__path__ = [str(ROOT)]
    sys.modules["portal"] = package
    from portal.shared.sandbox import confine, jobs

    work = jobs.load(sys.argv[1])
    with os.fdopen(int(sys.argv[2]), "rb") as words:
        memory, seconds, told = json.loads(words.read().decode("utf-8", "surrogatepass"))
    confine.confine(memory=memory, seconds=seconds)
    with os.fdopen(0, "rb") as content:
        try:
            work(content, answer, **told)
        except MemoryError:
            os._exit(3)
    answer({"end": True, "peak_mb": peak_mb()})
    os._exit(0)


if __name__ == "__main__":
    main()

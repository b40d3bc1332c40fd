"""A worker of bin/mutants: its own servers, everything imported once, and a fork for each mutant.

Starting anew costs more than most mirrors' tests. A change inside functions is put into the fork's functions; what a
module does while it is imported (constants, decorators, the table's rows) needs a process that imports it anew.
Reads orders from its input, one JSON object a line, and answers each with one line.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import CodeType, FunctionType

import psycopg
import pytest

from portal.embedded.testing import servers

LONGEST = 900  # seconds; a mutant that takes longer hangs, and a hanging test is noticed
LINE = ("-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-m", "not slow and not nightly")
IMPORTED = (
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)  # what is imported already tells nothing of its asserts
MOMENTS = count(
    1_000_000_000
)  # of each planted file another, so that nobody runs what an earlier one compiled to


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    with servers():
        import_everything()
        for line in sys.stdin:
            answers.write(json.dumps(tried(**json.loads(line))) + "\n")
            answers.flush()


def import_everything() -> None:
    import django

    django.setup()
    for name in ("portal.urls", "training.demo"):
        importlib.import_module(name)
    gc.collect()


def tried(module: str, text: str, tests: list[str]) -> str:
    """The test that failed first; empty when nobody noticed. An empty text tries the code as it is."""
    clear_leftovers()
    file = Path(module)
    before, moment = file.read_text(encoding="utf-8"), file.stat().st_mtime_ns
    changed = changed_functions(str(file.resolve()), before, text) if text else {}
    if changed is not None:
        return run(tests, changed)
    try:
        file.write_text(text, encoding="utf-8")
        os.utime(file, (next(MOMENTS),) * 2)
        return run(tests, None)
    finally:
        file.write_text(before, encoding="utf-8")
        os.utime(file, ns=(moment, moment))


def clear_leftovers() -> None:
    """Of a run that was ended."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as link:
        rows = link.execute("SELECT datname FROM pg_database WHERE datname ~ '^(portal_pristine|copy_)'")
        for (name,) in rows.fetchall():
            link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(tests: list[str], changed: dict[CodeType, CodeType] | None) -> str:
    with tempfile.TemporaryFile("w+") as told:
        child = os.fork()
        if not child:
            os.setsid()
            for number in (1, 2):
                os.dup2(told.fileno(), number)
            if changed is None:
                os.execv(sys.executable, [sys.executable, "-m", "pytest", *LINE, *tests])  # noqa: S606  no shell is meant
            exchange(changed)
            try:
                code = int(pytest.main([*LINE, *IMPORTED, *tests]))
            finally:
                sys.stdout.flush()
                os._exit(locals().get("code", 3))
        code = ended(child)
        if code is None:
            return f"not done within {LONGEST} s"
        told.seek(0)
        lines = told.read().strip().splitlines() or [""]
    if code == 0:
        return ""
    failures = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return failures[0].split(" - ")[0] if failures else f"{code}: {lines[-1][:200]}"


def ended(child: int) -> int | None:
    """The code that it ended with; None when it had to be ended."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.1)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def changed_functions(path: str, before: str, after: str) -> dict[CodeType, CodeType] | None:
    """Each function's code that is another; None when the module itself would do something else."""
    try:
        pairs = list(paired(compile(before, path, "exec"), compile(after, path, "exec")))
    except ValueError:
        return None
    if shell(pairs[0][0]) != shell(pairs[0][1]):
        return None
    found = {}
    for old, new in pairs[1:]:
        if old.co_name.startswith("<") and old.co_name != "<lambda>":
            continue  # a comprehension goes with its function
        if old.co_flags & 0x1 == 0:  # a class's body, which runs when the module is imported
            if shell(old) != shell(new):
                return None
        elif stripped(old) != stripped(new):
            if old in found or old.co_freevars != new.co_freevars:
                return None
            found[old] = new
    return found or None


def paired(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    yield old, new
    inner = [[part for part in code.co_consts if isinstance(part, CodeType)] for code in (old, new)]
    for one, other in zip(*inner, strict=True):
        if one.co_name != other.co_name:
            raise ValueError("another structure")
        yield from paired(one, other)


def shell(code: CodeType) -> tuple:
    """What it does itself, without the functions within it."""
    constants = [part for part in code.co_consts if not isinstance(part, CodeType)]
    return code.co_code, repr(constants), code.co_names


def stripped(code: CodeType) -> tuple:
    """What it and the functions within it do, wherever their lines stand."""
    return shell(code), tuple(stripped(part) for part in code.co_consts if isinstance(part, CodeType))


def exchange(changed: dict[CodeType, CodeType]) -> None:
    """In every function made from it, those that a factory made while modules were imported too."""
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__ in changed:
            thing.__code__ = changed[thing.__code__]


if __name__ == "__main__":
    main()

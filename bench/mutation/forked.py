"""A worker of bin/mutants: its own servers, everything imported and every quick test collected once, a fork for each mutant.

Starting anew costs more than most tests. A change inside functions is put into a fork's functions; what a module does
while it is imported (constants, decorators, the table's rows) needs a fork that imports it anew, from a process that has
the libraries alone. Reads orders from its input, one JSON object a line, and answers each with one line: the test that
failed first; empty when nobody noticed. An empty text tries the code as it is.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import CodeType, FunctionType, SimpleNamespace

import psycopg
import pytest
import redis
from _pytest.runner import call_and_report

from bench.mutation.choosing import choose_tests
from bench.mutation.mirror import tests_of
from portal.embedded.testing import servers

LONGEST = 900  # seconds; a mutant that takes longer hangs, and a hanging test is noticed
WORK = 60  # seconds of the processor for one quick test
LINE = ("-x", "-q", "-s", "--tb=no", "-p", "no:cacheprovider", "-m", "not slow and not nightly")
IMPORTED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # these files' own asserts are told nothing of
QUICK = ("tests", "--ignore=tests/e2e")
OURS = ("portal", "platforms", "applications", "review", "training", "tests", "bench")
# Of each planted file another, so that nobody runs what an earlier one compiled to.
MOMENTS = count(1_000_000_000)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    with servers():
        import_libraries()
        ask_collected = started_collected()
        for line in sys.stdin:
            order = json.loads(line)
            within = is_within_functions(order)
            answers.write(json.dumps(ask_collected(order) if within else tried_anew(order)) + "\n")
            answers.flush()


def import_libraries() -> None:
    """Those that the portal imports; a fork that is thrown away finds their names."""
    reader, writer = os.pipe()
    if not os.fork():
        import django

        django.setup()
        for name in ("portal.urls", "training.demo"):
            importlib.import_module(name)
        from django.conf import settings

        apps = {name.partition(".apps")[0] for name in settings.INSTALLED_APPS}
        names = [
            name
            for name in sys.modules
            if not any(f"{name}.".startswith(f"{app}.") for app in (*OURS, *apps))
        ]
        with os.fdopen(writer, "w") as told:
            told.write(json.dumps(names))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        for name in json.loads(told.read()):
            try:
                importlib.import_module(name)
            except Exception:  # noqa: S112  what needs the settings is imported by each fork
                continue
    os.wait()


def started_collected() -> Callable[[dict], str]:
    """A fork that collects every quick test once; the way to ask it."""
    (orders_in, orders_out), (answers_in, answers_out) = os.pipe(), os.pipe()
    if not os.fork():
        silence()
        os.close(orders_out)
        plugin = Collected(os.fdopen(orders_in), os.fdopen(answers_out, "w"))
        pytest.main([*LINE, *IMPORTED, *QUICK], plugins=[plugin])
        os._exit(0)
    os.close(answers_out)
    orders, answers = os.fdopen(orders_out, "w"), os.fdopen(answers_in)
    answers.readline()  # what it collects is the code as it is: nothing is planted before it has read it all

    def ask(order: dict) -> str:
        orders.write(json.dumps(order) + "\n")
        orders.flush()
        return json.loads(answers.readline())

    return ask


class Collected:
    """Stands in for pytest's loop: answers each order by a fork that runs the tests chosen for it."""

    def __init__(self, orders, answers):
        self.orders, self.answers = orders, answers

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        make_database(session.items)
        self.answers.write("collected\n")
        self.answers.flush()
        for line in self.orders:
            self.answers.write(json.dumps(tried_in_fork(session, json.loads(line))) + "\n")
            self.answers.flush()
        return True


class Chosen:
    """Stands in for pytest's loop: runs the tests chosen for one order, tells which failed first."""

    def __init__(self, order: dict, writer: int):
        self.order, self.writer = order, writer

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        run_chosen(session, self.order, self.writer)
        return True


def make_database(items: list[pytest.Item]) -> None:
    """By the preparations of one test; forks find it made, and connect to it themselves."""
    from django.db import connections

    item = next(item for item in items if "db" in item.fixturenames)
    session_alone = SimpleNamespace(listchain=lambda: [item.session])
    call_and_report(item, "setup", log=False)
    call_and_report(item, "teardown", log=False, nextitem=session_alone)
    item._initrequest()  # it asks for its fixtures anew
    connections.close_all()


def tried_in_fork(session: pytest.Session, order: dict) -> str:
    clear_leftovers()
    file = Path(order["module"]).resolve()
    text = order["text"]
    changed = changed_functions(str(file), file.read_text(encoding="utf-8"), text) if text else {}

    def work(writer: int) -> None:
        gc.unfreeze()
        exchange(changed or {})
        run_chosen(session, order, writer)

    return answer_of_fork(work)


def tried_anew(order: dict) -> str:
    clear_leftovers("portal_pristine")
    file = Path(order["module"])
    before, moment = file.read_text(encoding="utf-8"), file.stat().st_mtime_ns
    files = tests_of(order["stratum"], order["module"])

    def work(writer: int) -> None:
        pytest.main([*LINE, *IMPORTED, *files], plugins=[Chosen(order, writer)])
        os.write(writer, b"does not start")  # nobody comes here from a loop that ran

    try:
        file.write_text(order["text"], encoding="utf-8")
        os.utime(file, (next(MOMENTS),) * 2)
        return answer_of_fork(work)
    finally:
        file.write_text(before, encoding="utf-8")
        os.utime(file, ns=(moment, moment))
        clear_leftovers("portal_pristine")
        administer(
            'CREATE DATABASE portal_pristine TEMPLATE "{}"'.format(
                os.environ["DATABASE_URL"].rpartition("/")[2]
            )
        )


def run_chosen(session: pytest.Session, order: dict, writer: int) -> None:
    """Until the first that fails; this process ends with it."""
    items = choose_tests(session.items, order)
    for item, following in zip(items, [*items[1:], None], strict=True):
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + WORK
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following or item)
        if session.testsfailed:
            os.write(writer, item.nodeid.encode())
            os._exit(0)
    os._exit(0 if items else 3)


def answer_of_fork(work: Callable[[int], None]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        os.close(reader)
        silence()
        try:
            work(writer)
        finally:
            os._exit(3)
    os.close(writer)
    code = ended(child)
    with os.fdopen(reader) as told:
        failed = told.read()
    if code is None or code == -signal.SIGXCPU:
        return "hangs"
    return failed or (f"ends with {code}" if code else "")


def silence() -> None:
    for number in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def clear_leftovers(also: str = "nothing") -> None:
    """Of a test that was ended: copies of the database, connections, what the broker keeps."""
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushall()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        rows = link.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'copy\\_%%' OR datname = %s", [also]
        )
        for (name,) in rows.fetchall():
            link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def administer(statement: str) -> None:
    address = os.environ["DATABASE_OWNER_URL"].rpartition("/")[0] + "/postgres"
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(statement)


def is_within_functions(order: dict) -> bool:
    if not order["text"]:
        return True
    file = Path(order["module"]).resolve()
    return changed_functions(str(file), file.read_text(encoding="utf-8"), order["text"]) is not None


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

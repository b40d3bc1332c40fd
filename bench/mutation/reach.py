"""Which quick tests run which function: asked once of the code as it is, by Python's own profiler.

`python -m bench.mutation.reach` (the quick suite once, in one process, about twice its usual time) writes
`var/reach.json`; `choosing` reads it where it is there. Names of functions outlast most changes; a map that is older
than the code costs a mutant a worse choice of tests, never a wrong outcome.
"""

from __future__ import annotations

import json
import os
import sys
from _lsprof import Profiler
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType

import pytest

from bench.mutation.mirror import ROOT
from portal.embedded.testing import servers

MAP = ROOT / "var/reach.json"
APPS = tuple(f"{ROOT / app}/" for app in ("portal", "platforms", "applications", "review"))


class Reached:
    """function (path and qualified name) → the numbers of the tests that ran it; tests by their numbers."""

    def __init__(self) -> None:
        self.tests: list[str] = []
        self.found: dict[str, list[int]] = defaultdict(list)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        profiler = Profiler(builtins=False)
        profiler.enable()
        try:
            return (yield)
        finally:
            profiler.disable()
            for name in {name_of(entry.code) for entry in profiler.getstats()} - {""}:
                self.found[name].append(len(self.tests))
            self.tests.append(item.nodeid)

    def pytest_sessionfinish(self) -> None:
        MAP.parent.mkdir(exist_ok=True)
        MAP.write_text(json.dumps({"tests": self.tests, "found": self.found}), encoding="utf-8")


def name_of(code: CodeType | str) -> str:
    if isinstance(code, str) or not code.co_filename.startswith(APPS):
        return ""
    return f"{Path(code.co_filename).relative_to(ROOT)}::{code.co_qualname.partition('.<locals>')[0]}"


@cache
def drawn() -> frozenset[str]:
    """The tests that the map knows; one that was written since is chosen as if there were no map."""
    return frozenset(json.loads(MAP.read_text("utf-8"))["tests"]) if MAP.exists() else frozenset()


@cache
def reached() -> dict[str, dict[str, int]]:
    """Function → test → how many functions that test ran: the fewer, the more it is about this one."""
    if not MAP.exists():
        return {}
    kept = json.loads(MAP.read_text("utf-8"))
    width: dict[int, int] = defaultdict(int)
    for numbers in kept["found"].values():
        for number in numbers:
            width[number] += 1
    return {
        name: {kept["tests"][number]: width[number] for number in numbers}
        for name, numbers in kept["found"].items()
    }


if __name__ == "__main__":
    with servers():
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"  # the servers set another
        line = [
            "-q",
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            "-p",
            "no:cacheprovider",
            "-m",
            "not slow and not nightly",
            "--ignore=tests/e2e",
        ]
        raise SystemExit(pytest.main([*line, *(sys.argv[1:] or ["tests"])], plugins=[Reached()]))

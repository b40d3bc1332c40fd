"""bin/mutants: plants one mutant after the other in a copy of the checkout, runs the tests of its mirror, keeps what came of it.

A kept outcome is used again as long as neither the module nor the tests that it rests on changed, so a run that was
broken off goes on where it stood.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from pathlib import Path
from queue import Queue

from bench.mutation.equivalent import EQUIVALENT
from bench.mutation.mirror import test_files
from bench.mutation.planting import Mutant, sample, source
from bench.mutation.reach import MAP
from bench.mutation.strata import ROOT, STRATA

KEPT, SHOWN = ROOT / "var/mutants.json", ROOT / "docs/mutation.md"
COPIED = {"editions", "permissions"}  # what these say stands in the tests a second time
OFTEN = 4  # tests of a stratum that noticed most so far, which are asked early
HEAD = """# Mutants

Written by `bin/mutants` on {day} at {commit}: {killed} of {total} mutants ({share}) were noticed by the quick tests
nearest to them (`bench/mutation/choosing.py`). The sample of {drawn} is drawn with seed {seed} evenly over the strata and, within one, over its modules. Goal: 95 %.

| | noticed | of | share |
|---|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", choices=STRATA, default="")
    parser.add_argument(
        "--show", action="store_true", help="try none, write what is known of the sample so far"
    )
    options = parser.parse_args()
    run = Run(sample(options.count, options.seed, options.only))
    if options.show:
        SHOWN.write_text(written(run.chosen, run.known, options.seed), encoding="utf-8")
        return 0
    with started_workers(options.workers) as workers, ThreadPoolExecutor(options.workers) as pool:
        run.forget_spoiled(workers)
        for mutant, outcome in pool.map(lambda mutant: (mutant, run.tried(mutant, workers)), run.waiting()):
            run.keep(mutant, outcome)
    if not options.only:
        SHOWN.write_text(written(run.chosen, run.known, options.seed), encoding="utf-8")
    return 0


class Run:
    """The sample, what is known of it, and the tests that fail on the code as it is, which notice nothing."""

    def __init__(self, chosen: list[Mutant]):
        self.chosen = in_turn(chosen)
        self.known = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
        self.spoiled: set[str] = set()
        self.sound: set[str] = set()

    def waiting(self) -> list[Mutant]:
        return [mutant for mutant in self.chosen if not is_known(mutant, self.known.get(mutant.name))]

    def keep(self, mutant: Mutant, outcome: dict[str, str]) -> None:
        self.known[mutant.name] = outcome | {"code": code_of(mutant, outcome)}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(self.known, ensure_ascii=False, indent=1), encoding="utf-8")
        print(
            f"{datetime.now(UTC):%H:%M:%S}\t{outcome['outcome']}\t{mutant.name}\t{outcome['by']}", flush=True
        )

    def tried(self, mutant: Mutant, workers: Queue[subprocess.Popen]) -> dict[str, str]:
        """`noticed` with the test that failed first, or `survived` with the line that nobody missed."""
        text, known = mutant.planted(), list(self.known.items())
        first = [
            row["by"] for name, row in known if name.startswith(mutant.module) and row["outcome"] == "noticed"
        ]
        noticing = Counter(
            self.known[one.name]["by"]
            for one in self.chosen
            if one.stratum == mutant.stratum and self.known.get(one.name, {}).get("outcome") == "noticed"
        )
        often = [name for name, _ in noticing.most_common(OFTEN)]
        order = {"stratum": mutant.stratum, "module": mutant.module, "line": mutant.line, "text": text}
        order |= {"first": first, "often": often}
        while failed := asked(workers, order | {"without": sorted(self.spoiled)}):
            if self.is_sound(failed, workers):
                return {"outcome": "noticed", "by": failed}
        return {"outcome": "survived", "by": change(source(mutant.module), text)}

    def is_sound(self, test: str, workers: Queue[subprocess.Popen]) -> bool:
        """It passes on the code as it is; one that doesn't is asked no more."""
        if test.startswith("tests/") and test not in self.sound | self.spoiled:
            fails = asked(workers, {"module": self.chosen[0].module, "text": "", "only": [test]})
            (self.spoiled if fails else self.sound).add(test)
            if fails:
                print(f"fails on the code as it is: {test}", flush=True)
        return test not in self.spoiled

    def forget_spoiled(self, workers: Queue[subprocess.Popen]) -> None:
        self.known = {name: row for name, row in self.known.items() if self.is_sound(row["by"], workers)}


def in_turn(chosen: list[Mutant]) -> list[Mutant]:
    """In turns, so that a run that was broken off says something of each; the written copies' strata come last."""
    found = []
    for group in (set(STRATA) - COPIED, COPIED):
        piles = [[mutant for mutant in chosen if mutant.stratum == stratum] for stratum in sorted(group)]
        found += [mutant for row in zip_longest(*piles) for mutant in row if mutant]
    return found


def is_known(mutant: Mutant, kept: dict | None) -> bool:
    return kept is not None and kept["code"] == code_of(mutant, kept)


def code_of(mutant: Mutant, outcome: dict) -> str:
    """What the outcome rests on: who was noticed stays so while that test stands, who survived met all of them."""
    digest = hashlib.sha256(source(mutant.module).encode())
    texts = test_files()
    file = outcome["by"].partition("::")[0]
    for text in [texts[file]] if file in texts else texts.values():
        digest.update(text.encode())
    return digest.hexdigest()[:12]


@cache
def commit() -> str:
    line = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def started_workers(count: int) -> Iterator[Queue[subprocess.Popen]]:
    with tempfile.TemporaryDirectory(prefix="portal-mutants-") as folder:
        workers: Queue[subprocess.Popen] = Queue()
        started = [started_worker(Path(folder, str(number))) for number in range(count)]
        for worker in started:
            workers.put(worker)
        try:
            yield workers
        finally:
            for worker in started:
                worker.stdin.close()
            for worker in started:
                worker.wait()


def copy_of_checkout(place: Path) -> Path:
    """What git knows, as it stands here, and the map of who runs what."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    place.mkdir()
    subprocess.run(
        ["cp", "--parents", "-t", str(place), *names.decode().rstrip("\0").split("\0")], cwd=ROOT, check=True
    )
    if MAP.exists():
        Path(place, MAP.relative_to(ROOT)).parent.mkdir(exist_ok=True)
        shutil.copy(MAP, place / MAP.relative_to(ROOT))
    return place


def started_worker(place: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.mutation.forked"],
        cwd=copy_of_checkout(place),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "PYTHONPATH": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def asked(workers: Queue[subprocess.Popen], order: dict) -> str:
    worker = workers.get()
    try:
        worker.stdin.write(json.dumps(order) + "\n")
        worker.stdin.flush()
        return json.loads(worker.stdout.readline())
    finally:
        workers.put(worker)


def change(before: str, after: str) -> str:
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return " → ".join(row[1:].strip() for row in rows if row[:1] in "+-" and row[:3] not in ("+++", "---"))


def written(chosen: list[Mutant], known: dict, seed: int) -> str:
    of = {
        mutant: known[mutant.name]["outcome"] == "noticed"
        for mutant in chosen
        if is_known(mutant, known.get(mutant.name))
        and (mutant.module, known[mutant.name]["by"]) not in EQUIVALENT
    }
    page = HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=commit(),
        seed=seed,
        killed=sum(of.values()),
        total=len(of),
        drawn=len(chosen),
        share=f"{sum(of.values()) / len(of):.1%}",
    )
    for stratum in STRATA:
        rows = [noticed for mutant, noticed in of.items() if mutant.stratum == stratum]
        page += f"| {stratum} | {sum(rows)} | {len(rows)} | {sum(rows) / max(1, len(rows)):.0%} |\n"
    page += "\n## Survivors\n\n"
    for mutant, noticed in of.items():
        if not noticed:
            page += (
                f"- `{mutant.module}:{mutant.line}` {mutant.operator}: `{known[mutant.name]['by'][:200]}`\n"
            )
    page += "\n## Equivalent, by hand, and not counted\n\n"
    for (module, changed), reason in EQUIVALENT.items():
        page += f"- `{module}`: `{changed}`: {reason}\n"
    return page


if __name__ == "__main__":
    sys.exit(main())

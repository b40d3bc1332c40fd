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
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from queue import Queue

from bench.mutation.mirror import tests_of
from bench.mutation.planting import ROOT, STRATA, Mutant, sample, source

KEPT, SHOWN = ROOT / "var/mutants.json", ROOT / "docs/mutation.md"
HEAD = """# Mutants

Written by `bin/mutants` on {day} at {commit}: {killed} of {total} mutants ({share}) were noticed by the quick tests of their
mirror (`bench/mutation/mirror.py`), drawn with seed {seed} evenly over the strata and, within one, over its modules. Goal: 95 %.

| | noticed | of | share |
|---|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", choices=STRATA, default="")
    options = parser.parse_args()
    chosen = sample(options.count, options.seed, options.only)
    known = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    waiting = [mutant for mutant in in_turn(chosen) if not is_known(mutant, known.get(mutant.name))]
    with started_workers(options.workers) as workers:
        with ThreadPoolExecutor(options.workers) as pool:
            for mutant, outcome in pool.map(lambda mutant: (mutant, tried(mutant, workers)), waiting):
                known[mutant.name] = outcome | {"code": code_of(mutant, outcome)}
                KEPT.parent.mkdir(exist_ok=True)
                KEPT.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
                print(f"{outcome['outcome']}\t{mutant.name}\t{outcome['by']}", flush=True)
        if failed := spoiled(known, chosen, workers):
            print(f"fails on the code as it is: {failed}")
            return 1
    if not options.only:
        SHOWN.write_text(written(chosen, known, options.seed), encoding="utf-8")
    return 0


def in_turn(chosen: list[Mutant]) -> list[Mutant]:
    """One stratum after the other, so that a run that was broken off says something of each."""
    piles = [[mutant for mutant in chosen if mutant.stratum == stratum] for stratum in STRATA]
    return [mutant for row in zip_longest(*piles) for mutant in row if mutant]


def is_known(mutant: Mutant, kept: dict | None) -> bool:
    return kept is not None and kept["code"] == code_of(mutant, kept)


def code_of(mutant: Mutant, outcome: dict) -> str:
    """What the outcome rests on: who was noticed stays so while that test stands, who survived met all of them."""
    tests = tests_of(mutant.stratum, mutant.module)
    digest = hashlib.sha256(source(mutant.module).encode())
    for name in [name for name in tests if name in outcome["by"]] or tests:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:12]


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
    """What git knows, as it stands here."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    place.mkdir()
    subprocess.run(
        ["cp", "--parents", "-t", str(place), *names.decode().rstrip("\0").split("\0")], cwd=ROOT, check=True
    )
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


def tried(mutant: Mutant, workers: Queue[subprocess.Popen]) -> dict[str, str]:
    """`noticed` with the test that failed first, or `survived` with the line that nobody missed."""
    text = mutant.planted()
    failed = asked(workers, mutant.module, text, tests_of(mutant.stratum, mutant.module))
    if failed:
        return {"outcome": "noticed", "by": failed}
    return {"outcome": "survived", "by": change(source(mutant.module), text)}


def asked(workers: Queue[subprocess.Popen], module: str, text: str, tests: list[str]) -> str:
    worker = workers.get()
    try:
        worker.stdin.write(json.dumps({"module": module, "text": text, "tests": tests}) + "\n")
        worker.stdin.flush()
        return json.loads(worker.stdout.readline())
    finally:
        workers.put(worker)


def spoiled(known: dict, chosen: list[Mutant], workers: Queue[subprocess.Popen]) -> str:
    """A test that fails on the code as it is notices nothing."""
    names = {known[m.name]["by"].partition("[")[0].split(" ")[-1] for m in chosen}
    tests = sorted(name for name in names if name.startswith("tests/"))
    return asked(workers, chosen[0].module, "", tests) if tests else ""


def change(before: str, after: str) -> str:
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return " → ".join(row[1:].strip() for row in rows if row[:1] in "+-" and row[:3] not in ("+++", "---"))


def written(chosen: list[Mutant], known: dict, seed: int) -> str:
    of = {mutant: known[mutant.name]["outcome"] == "noticed" for mutant in chosen}
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    page = HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=commit.stdout.strip(),
        seed=seed,
        killed=sum(of.values()),
        total=len(of),
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
    return page


if __name__ == "__main__":
    sys.exit(main())

"""bin/mutants: plants one mutant after the other in a copy of the checkout, runs the tests of its mirror, keeps what came of it.

A kept outcome is used again as long as neither the module nor its tests changed, so a run that was broken off
goes on where it stood.
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
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue

from bench.mutation.mirror import tests_of
from bench.mutation.planting import ROOT, STRATA, Mutant, sample, source

KEPT, SHOWN = ROOT / "var/mutants.json", ROOT / "docs/mutation.md"
LONGEST = 600  # seconds; a mutant that takes longer hangs, and a hanging test is noticed
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
    waiting = [mutant for mutant in chosen if known.get(mutant.name, {}).get("code") != code_of(mutant)]
    with tempfile.TemporaryDirectory(prefix="portal-mutants-") as folder:
        places: Queue[Path] = Queue()
        for number in range(options.workers):
            places.put(copy_of_checkout(Path(folder, str(number))))
        with ThreadPoolExecutor(options.workers) as pool:
            for mutant, outcome in pool.map(lambda mutant: (mutant, tried(mutant, places)), waiting):
                known[mutant.name] = outcome | {"code": code_of(mutant)}
                KEPT.parent.mkdir(exist_ok=True)
                KEPT.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
                print(f"{outcome['outcome']}\t{mutant.name}\t{outcome['by']}", flush=True)
    if not options.only:
        SHOWN.write_text(written(chosen, known, options.seed), encoding="utf-8")
    return 0


def code_of(mutant: Mutant) -> str:
    digest = hashlib.sha256(source(mutant.module).encode())
    for name in tests_of(mutant.stratum, mutant.module):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:12]


def copy_of_checkout(place: Path) -> Path:
    """What git knows, as it stands here."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    place.mkdir()
    subprocess.run(
        ["cp", "--parents", "-t", str(place), *names.decode().rstrip("\0").split("\0")], cwd=ROOT, check=True
    )
    return place


def tried(mutant: Mutant, places: Queue[Path]) -> dict[str, str]:
    """`noticed` with the test that failed first, or `survived` with the line that nobody missed."""
    place, text = places.get(), mutant.planted()
    file = place / mutant.module
    try:
        file.write_text(text, encoding="utf-8")
        failed = first_failure(place, tests_of(mutant.stratum, mutant.module))
    finally:
        file.write_text(source(mutant.module), encoding="utf-8")
        places.put(place)
    if failed:
        return {"outcome": "noticed", "by": failed}
    return {"outcome": "survived", "by": change(source(mutant.module), text)}


def first_failure(place: Path, tests: list[str]) -> str:
    """The line that pytest says about it; empty when everything passes."""
    line = [sys.executable, "-m", "portal.embedded.testing", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        done = subprocess.run(
            [*line, "-m", "not slow and not nightly", *tests],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"not done within {LONGEST} s"
    if done.returncode == 0:
        return ""
    told = [row for row in done.stdout.splitlines() if row.startswith(("FAILED", "ERROR"))]
    return told[0].split(" - ")[0] if told else (done.stderr or done.stdout).strip().splitlines()[-1][:200]


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

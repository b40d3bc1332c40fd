"""bin/assure: runs what measures each goal, keeps the figures, and writes docs/assurance.md.

A step that has passed on the same code is not run again, so that a run which was broken off goes on where it stood.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from bench.assurance.goals import GOALS, Goal

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT, SHOWN = ROOT / "docs/assurance.json", ROOT / "docs/assurance.md"
LONGEST = 1800  # seconds of one step; ten minutes on a machine of its own, which this one seldom is
WORDS = {"held": "held", "scaled": "held, scaled", "failed": "**not held**", "": "not run"}
HEAD = """# Assurance

Written by `bin/assure`, which runs what `bench/assurance/goals.py` lists. **held** means the goal as it was set; **held, scaled** means that what was run here held, and that
less was run than the goal asks for: it is no pass. *load* is the average of a quarter of an hour, of other work too. A figure marked *old* was measured before a change of what it measures.

| | goal | outcome | figure | here instead of the goal | on the operator's site | measured |
|---|---|---|---|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "goals", nargs="*", help="G1 … G20; all that are old or were never run when none is named"
    )
    parser.add_argument("--list", action="store_true", help="show what is known and run nothing")
    options = parser.parse_args()
    known = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    unknown = sorted(set(options.goals) - {goal.id for goal in GOALS})
    if unknown:
        parser.error(f"no such goal: {', '.join(unknown)}")
    if options.list:
        print(listed(known))
        return 0
    chosen = [goal for goal in GOALS if goal.id in options.goals or not options.goals]
    for goal in chosen:
        current = known.get(goal.id, {})
        if (
            not options.goals
            and current.get("outcome") in ("held", "scaled")
            and current["code"] == code_of(goal)
        ):
            continue
        run_goal(goal, known, again=bool(options.goals) and current.get("outcome") != "")
        print(f"{goal.id}\t{WORDS[known[goal.id]['outcome']]}\t{known[goal.id]['figure']}", flush=True)
    return 1 if any(known[goal.id]["outcome"] == "failed" for goal in chosen) else 0


def run_goal(goal: Goal, known: dict, *, again: bool) -> None:
    """One step after the other, each kept as soon as it has ended."""
    code, was = code_of(goal), known.get(goal.id, {})
    steps = {} if again or was.get("code") != code else was.get("steps", {})
    fresh = {"outcome": "", "figure": "", "code": code, "steps": steps}
    for command in goal.steps:
        name = " ".join(command)
        if not steps.get(name, {}).get("held"):
            print(f"{goal.id}: {name}", file=sys.stderr, flush=True)
            steps[name] = run_step(command)
            keep(known, goal.id, fresh)
    held = all(step["held"] for step in steps.values())
    fresh |= {
        "load": f"{os.getloadavg()[2]:.0f} on {os.cpu_count()} cores",
        "outcome": ("scaled" if goal.scale else "held") if held else "failed",
        "figure": "; ".join(step["figure"] for step in steps.values()),
        "commit": git("rev-parse", "--short", "HEAD"),
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    keep(known, goal.id, fresh)
    SHOWN.write_text(written(known), encoding="utf-8")


def run_step(command: tuple[str, ...]) -> dict:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        # A folder of its own: another run of tests on this machine sweeps what it finds in the common one.
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DEBUG_TEMPROOT": folder}
        report = Path(folder, "report.xml")
        if command[0] == "tests":
            environment["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
            # Only the older form of the report has room for what tests say about themselves.
            form = ["-o", "junit_family=xunit1", f"--junitxml={report}"]
            line = ["-m", "portal.embedded.testing", "-m", "", *form, *command[1:]]
        else:
            line = [*command]
        try:
            done = subprocess.run(
                [sys.executable, *line],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"held": False, "figure": f"not done within {LONGEST} s", "seconds": LONGEST}
        seconds = round(time.monotonic() - began)
        figure = counted(report) if command[0] == "tests" else last_line(done.stdout)
    if done.returncode:
        sys.stderr.write(done.stdout[-1500:] + done.stderr[-1500:])
    return {"held": done.returncode == 0, "figure": figure, "seconds": seconds}


def counted(report: Path) -> str:
    """Tests passed, and the sums of what tests say about themselves by `record_property`."""
    if not report.exists():
        return "no test was run"
    suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314  written by pytest a moment ago
    total = int(suite.get("tests"))
    wrong = int(suite.get("failures")) + int(suite.get("errors"))
    sums: dict[str, int] = {}
    for one in suite.iter("property"):
        sums[one.get("name")] = sums.get(one.get("name"), 0) + int(one.get("value"))
    figures = [f"{value:,} {name}" for name, value in sums.items()]
    return ", ".join([*figures, f"{total - wrong} of {total} tests"])


def last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no figure").strip()


def code_of(goal: Goal) -> str:
    """A digest of what the goal measures, as it lies here."""
    digest = hashlib.sha256()
    measured_by = [part for step in goal.steps for part in step if "/" in part and not part.startswith("/")]
    for name in sorted(git("ls-files", "--", *goal.watches, *measured_by).splitlines()):
        digest.update(name.encode() + (ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def keep(known: dict, goal: str, fresh: dict) -> None:
    """What another run has found meanwhile stays."""
    if KEPT.exists():
        known |= json.loads(KEPT.read_text("utf-8"))
    known[goal] = fresh
    KEPT.write_text(json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def measured(goal: Goal, known: dict) -> str:
    one = known.get(goal.id, {})
    if not one.get("outcome"):
        return ""
    old = "" if one["code"] == code_of(goal) else ", *old*"
    load = f", load {one['load']}" if one.get("load") else ""
    return f"{one['day']}, {one['commit']}{load}{old}"


def written(known: dict) -> str:
    return HEAD + "\n".join(row(goal, known) for goal in GOALS) + "\n"


def row(goal: Goal, known: dict) -> str:
    one = known.get(goal.id, {"outcome": "", "figure": ""})
    cells = (
        goal.id,
        goal.words,
        WORDS[one["outcome"]],
        one["figure"],
        goal.scale,
        goal.site,
        measured(goal, known),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def listed(known: dict) -> str:
    lines = []
    for goal in GOALS:
        one = known.get(goal.id, {"outcome": "", "figure": ""})
        outcome = WORDS[one["outcome"]].strip("*")
        lines.append(
            f"{goal.id:4}{outcome:14}{measured(goal, known):30}{goal.words[:70]}\n{'':18}{one['figure']}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

"""Time and peak memory of one piece of work, each in a process of its own."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def report(work: Callable[[], object], **facts) -> None:
    """Run and print a line of JSON: seconds, CPU seconds, memory before and at its peak in MB."""
    before, memory = resource.getrusage(resource.RUSAGE_SELF), peak()
    start = time.perf_counter()
    facts["result"] = work()
    seconds = time.perf_counter() - start
    after, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    facts |= {
        "seconds": round(seconds, 2),
        "cpu": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + child.ru_utime, 2),
        "before_mb": memory,
        "peak_mb": peak(),
    }
    print(json.dumps(facts, ensure_ascii=False))


def peak() -> int:
    """MB. Of this program alone: what getrusage says of a new process begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024


def run(script: str, *arguments: str) -> dict:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, script, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def table(rows: dict[str, dict]) -> str:
    lines = [
        "| | seconds | CPU s | memory before, MB | peak, MB |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, row in rows.items():
        lines.append(f"| {name} | {row['seconds']} | {row['cpu']} | {row['before_mb']} | {row['peak_mb']} |")
    return "\n".join(lines)

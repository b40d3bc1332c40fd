"""bin/topology --roll: a rolling update under traffic, as docs/operations.md has it; exits with 1 when a request failed.

What it saw is written to docs/roll.md.
"""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime

from bench.topology.parts import ROOT
from bench.topology.site import Topology
from bench.topology.traffic import Traffic

SHOWN = ROOT / "docs/roll.md"
HEAD = """# Rolling update

Written by `bin/topology --roll` on {day} at {commit} (load {load:.0f} on {cores} cores): every process of the portal changed in turn as
`docs/handbook/upgrade.md` has it, under the traffic of `bench/topology/traffic.py`. *Failed* are requests with a status of 500 or
more, 404, or none. **{failed} of {requests} failed**; {acknowledged} submissions acknowledged, {lost} lost.

```
"""


def roll(site: Topology, people: int = 30) -> int:
    traffic = Traffic(site, people).start()
    began, lines = time.monotonic(), []

    def say(what: str) -> None:
        failed = sum(one.failed for one in traffic.answers)
        slowest = max((one.seconds for one in traffic.answers), default=0)
        told = f"{len(traffic.answers)} requests, {failed} failed, the slowest {slowest:.1f} s"
        lines.append(f"{time.monotonic() - began:6.1f} s  {what}; {told}")
        print(lines[-1], flush=True)

    time.sleep(5)
    say("before")
    site.run("deploy/migrate")
    say("migrated")
    for name in ("web-a", "web-b", "worker-a", "worker-b", "relay-a", "relay-b", "beat"):
        part = site.parts[name]
        part.stop(100)
        part.start().wait()
        say(f"{name} is the new one")
        time.sleep(3)
    traffic.stop()
    failed = [one for one in traffic.answers if one.failed]
    for one in failed:
        lines.append(f"failed at {one.when}: {one.path} {one.status} {one.told}, after {one.seconds:.1f} s")
        print(lines[-1], flush=True)
    sums = traffic.reconciled()
    say(
        f"after; {sums['acknowledged']} submissions acknowledged, {len(sums['lost'])} lost, {sums['waiting']} letters and documents waiting"
    )
    if failed:
        site.keep_logs()
    SHOWN.write_text(written(traffic, lines, sums), encoding="utf-8")
    return int(bool(failed or sums["lost"]))


def written(traffic: Traffic, lines: list[str], sums: dict) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    head = HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=commit.stdout.strip(),
        load=os.getloadavg()[0],
        cores=os.cpu_count(),
        failed=sum(one.failed for one in traffic.answers),
        requests=len(traffic.answers),
        acknowledged=sums["acknowledged"],
        lost=len(sums["lost"]),
    )
    return head + "".join(f"{line}\n" for line in lines) + "```\n"

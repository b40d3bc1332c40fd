"""bin/drill: kills, freezes and fills each part of the topology under traffic, and writes docs/drill.md.

A killed part is started again after some seconds, as compose does; the database's leader stays away until its
replica leads. Recovery is the time from the fault to the last request that failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.topology.parts import ROOT
from bench.topology.site import Topology
from bench.topology.traffic import Traffic

AWAY, FROZEN, CALM = 4, 10, 12  # seconds: until a killed part is started again, a freeze, what follows
SHOWN = ROOT / "docs/drill.md"
HEAD = """# Drill

Written by `bin/drill` on {day} at {commit}: the production's topology on loopback (load {load:.0f} on {cores} cores), each part killed, frozen or
filled in turn under the traffic of `bench/topology/traffic.py`. A killed part came back after {away} s; a freeze lasted {frozen} s.
*Failed* are requests with a status of 500 or more, 404, or none; *recovery* is the time from the fault to the last of them.

| part | fault | requests | failed | pages | submissions | recovery | slowest |
|---|---|---|---|---|---|---|---|
"""


@dataclass
class Row:
    part: str
    fault: str
    requests: int
    pages: int
    submissions: int
    recovery: float
    slowest: float

    def __str__(self) -> str:
        failed = self.pages + self.submissions
        recovery = f"{self.recovery:.1f} s" if failed else "none needed"
        return f"| {self.part} | {self.fault} | {self.requests} | {failed} | {self.pages} | {self.submissions} | {recovery} | {self.slowest:.1f} s |"


class Drill:
    def __init__(self, site: Topology, traffic: Traffic) -> None:
        self.site, self.traffic, self.rows = site, traffic, []

    def watch(self, part: str, fault: str, act: Callable[[], None]) -> None:
        """Do it, wait until it is quiet again, and count."""
        self.calm()
        began = time.monotonic()
        act()
        time.sleep(CALM)
        answers = [one for one in self.traffic.answers if one.at + one.seconds >= began]
        failed = [one for one in answers if one.failed]
        pages = sum(one.path != "submit" for one in failed)
        last = max((one.at + one.seconds for one in failed), default=began)
        slowest = max((one.seconds for one in answers), default=0)
        self.rows.append(Row(part, fault, len(answers), pages, len(failed) - pages, last - began, slowest))
        print(self.rows[-1], flush=True)

    def calm(self) -> None:
        """No failure for five seconds, or the fault before it never ended."""
        end = time.monotonic() + 90
        while time.monotonic() < end:
            since = time.monotonic() - 5
            recent = [one for one in self.traffic.answers if one.at > since]
            if recent and not any(one.failed for one in recent):
                return
            time.sleep(1)
        raise SystemExit(f"after {self.rows[-1] if self.rows else 'nothing'} requests go on failing")

    def kill(self, name: str, label: str = "") -> None:
        part = self.site.parts[name]

        def act() -> None:
            part.kill()
            time.sleep(AWAY)
            part.start().wait()

        self.watch(label or name, "killed", act)

    def freeze(self, name: str, label: str = "") -> None:
        part = self.site.parts[name]

        def act() -> None:
            part.freeze()
            time.sleep(FROZEN)
            part.thaw()

        self.watch(label or name, "frozen", act)

    def kill_leader(self) -> None:
        leader = self.site.leader()

        def act() -> None:
            self.site.parts[leader].kill()
            end = time.monotonic() + 90
            while time.monotonic() < end and not self.another_leads(leader):
                time.sleep(0.5)
            self.site.parts[leader].start().wait()

        self.watch("database's leader", "killed", act)

    def another_leads(self, old: str) -> bool:
        other = "pg-b" if old == "pg-a" else "pg-a"
        try:
            return self.site.rest(other, "/primary") == 200
        except OSError:
            return False

    def fill(self, name: str) -> None:
        """The disk of that part has no room left."""
        filler = self.site.rooms[name] / "filler"

        def act() -> None:
            subprocess.run(
                ["dd", "if=/dev/zero", f"of={filler}", "bs=1M"], stderr=subprocess.DEVNULL, check=False
            )
            time.sleep(FROZEN)
            filler.unlink()

        self.watch(name, "disk full", act)

    def run(self) -> None:
        for name in (
            "web-a",
            "web-b",
            "worker-a",
            "beat",
            "relay-a",
            "mail",
            "scanner",
            "storage",
            "broker",
            "pgbouncer",
            "etcd",
        ):
            self.kill(name)
        replica = "pg-b" if self.site.leader() == "pg-a" else "pg-a"
        self.kill(replica, "database's replica")
        self.kill_leader()
        for name in ("web-a", "scanner", "storage", "broker", "mail", "worker-a"):
            self.freeze(name)
        self.freeze("pg-b" if self.site.leader() == "pg-a" else "pg-a", "database's replica")
        for name in self.site.rooms:
            self.fill(name)
        self.kill("proxy")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=120, help="dossiers that wait to be submitted")
    parser.add_argument("--only", default="", help="one part: kill and freeze it; nothing is written")
    options = parser.parse_args()
    site = Topology()
    try:
        traffic = Traffic(site.up(), options.people).start()
        drill = Drill(site, traffic)
        if options.only:
            drill.kill(options.only)
            drill.freeze(options.only)
        else:
            drill.run()
        drill.calm()
        traffic.stop()
        sums = traffic.reconciled()
    finally:
        site.down()
    if not options.only:
        SHOWN.write_text(written(drill.rows, sums), encoding="utf-8")
    print({name: value for name, value in sums.items() if name != "receipts"}, flush=True)
    return 1 if sums["lost"] or sums["wrong"] else 0


def written(rows: list[Row], sums: dict) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    head = HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=commit.stdout.strip(),
        load=os.getloadavg()[0],
        cores=os.cpu_count(),
        away=AWAY,
        frozen=FROZEN,
    )
    end = (
        f"\n{sums['acknowledged']} submissions were acknowledged, **{len(sums['lost'])} of them lost**; {len(sums['wrong'])} half done or "
        f"carried out twice; {sums['waiting']} letters and documents still waiting at the end.\n\n"
        "The store's object lock is tried with moto in the tests, not here; the scanner knows one signature of our own.\n"
    )
    return head + "".join(f"{row}\n" for row in rows) + end


if __name__ == "__main__":
    sys.exit(main())

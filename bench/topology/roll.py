"""bin/topology --roll: a rolling update under traffic, as docs/operations.md has it; exits with 1 when a request failed."""

from __future__ import annotations

import time

from bench.topology.site import Topology
from bench.topology.traffic import Traffic


def roll(site: Topology, people: int = 30) -> int:
    traffic = Traffic(site, people).start()
    began = time.monotonic()
    time.sleep(5)

    def say(what: str) -> None:
        failed = sum(one.failed for one in traffic.answers)
        slowest = max((one.seconds for one in traffic.answers), default=0)
        told = f"{len(traffic.answers)} requests, {failed} failed, the slowest {slowest:.1f} s"
        print(f"{time.monotonic() - began:6.1f} s  {what}; {told}", flush=True)

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
    sums = traffic.reconciled()
    say(f"after; {sums['acknowledged']} submissions acknowledged, {len(sums['lost'])} lost")
    return int(any(one.failed for one in traffic.answers) or bool(sums["lost"]))

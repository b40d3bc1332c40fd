"""bin/topology: brings the topology up and keeps it until Ctrl-C, or tries something of it and ends."""

from __future__ import annotations

import argparse
import signal
import sys

from bench.topology.proxy import try_proxy
from bench.topology.roll import roll
from bench.topology.site import HOST, Topology
from bench.topology.tls import try_tls

TRIALS = {
    "tls": (try_tls, "every connection inside, with its authority and with another"),
    "proxy": (try_proxy, "the proxy's own pages, and the public ones while the portal is away"),
    "roll": (roll, "one rolling update under traffic"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, (_, text) in TRIALS.items():
        parser.add_argument(f"--{name}", action="store_true", help=text)
    asked = parser.parse_args()
    site = Topology()
    try:
        site.up()
        if trials := [trial for name, (trial, _) in TRIALS.items() if getattr(asked, name)]:
            return max(trial(site) for trial in trials)
        print(
            f"https://127.0.0.1:{site.ports['proxy']}/ (Host: {HOST}); logs: {site.folder}; Ctrl-C ends it",
            flush=True,
        )
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
        return 0
    finally:
        site.down()


if __name__ == "__main__":
    sys.exit(main())

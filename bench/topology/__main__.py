"""bin/topology: brings the topology up and keeps it until Ctrl-C; with --roll, one rolling update under traffic."""

from __future__ import annotations

import argparse
import signal
import sys

from bench.topology.roll import roll
from bench.topology.site import HOST, Topology


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roll", action="store_true")
    options = parser.parse_args()
    site = Topology()
    try:
        site.up()
        if options.roll:
            return roll(site)
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

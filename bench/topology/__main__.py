"""bin/topology: brings the topology up and keeps it until Ctrl-C; --tls tries its connections, --roll one rolling update."""

from __future__ import annotations

import argparse
import signal
import sys

from bench.topology.roll import roll
from bench.topology.site import HOST, Topology
from bench.topology.tls import try_tls


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tls", action="store_true", help="every connection inside, with its authority and with another"
    )
    parser.add_argument("--roll", action="store_true", help="one rolling update under traffic")
    options = parser.parse_args()
    site = Topology()
    try:
        site.up()
        if options.tls or options.roll:
            return (try_tls(site) if options.tls else 0) or (roll(site) if options.roll else 0)
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

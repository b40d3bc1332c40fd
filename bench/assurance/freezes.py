"""G6: pages and submissions while the broker is frozen (it accepts and never answers).

python -m bench.assurance.freezes [--seconds 20]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench.assurance.filing import Applicant, filing_site, reconcile
from portal.embedded.valkey import Valkey

MOST_MORE = 0.2  # seconds that pages may take longer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="portal-freezes-"))
    broker = Valkey(folder).start()
    os.environ["REDIS_URL"] = broker.url
    frozen = broker.process.pid
    try:
        with filing_site(8) as (site, _, applicants):
            for one in applicants:
                one.open_page()
            before, _ = walk(applicants[:1], options.seconds / 2)
            os.kill(frozen, signal.SIGSTOP)
            try:
                during, faults = walk(applicants[:1], options.seconds)
                receipts = [one.submit()[1] for one in applicants]
            finally:
                os.kill(frozen, signal.SIGCONT)
            wrong = reconcile(site, [one for one in receipts if one])
    finally:
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)
    more = late(during) - late(before)
    print(
        f"broker frozen for {options.seconds:g} s: {len(during)} pages, {faults} failed, 95 % {more * 1000:+.0f} ms; "
        f"{sum(map(bool, receipts))} of {len(receipts)} dossiers filed meanwhile; {len(wrong)} lost or half done"
    )
    return 0 if not faults and all(receipts) and not wrong and more <= MOST_MORE else 1


def walk(people: list[Applicant], seconds: float) -> tuple[list[float], int]:
    took, faults, end = [], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for one in people:
            for path in ("/", "/my/", f"/my/dossiers/{one.dossier}/"):
                began = time.perf_counter()
                status, _, _ = one.ask("GET", path)
                took.append(time.perf_counter() - began)
                faults += status != 200
    return took, faults


def late(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95) - 1]


if __name__ == "__main__":
    sys.exit(main())

"""G6: pages, uploads and submissions while the broker and the scanner are frozen (they accept and never answer).

python -m bench.assurance.freezes [--seconds 20]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.assurance.filing import Applicant, filing_site, reconcile
from bench.site import Site
from portal.embedded.valkey import Valkey
from tests.portal.shared.samples import pdf

MOST_MORE = 0.2  # seconds that pages may take longer
UPLOADS = 20
CHECKING = """
from portal.kernel.outbox import drain_outbox
drain_outbox()
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="portal-freezes-"))
    broker = Valkey(folder).start()
    os.environ["REDIS_URL"] = broker.url
    scanner = socket.create_server(("127.0.0.1", 0), backlog=64)  # whoever asks waits for an answer
    os.environ["CLAMAV_ADDRESS"] = f"127.0.0.1:{scanner.getsockname()[1]}"
    frozen = broker.process.pid
    try:
        with filing_site(8) as (site, _, applicants):
            for one in applicants:
                one.open_page()
            before, _ = walk(applicants[:1], options.seconds / 2)
            os.kill(frozen, signal.SIGSTOP)
            worker = None
            try:
                received = sum(
                    applicants[-1].upload(f"中断{n}.pdf", numbered_pdf(n), "other")[0] == 200
                    for n in range(UPLOADS)
                )
                worker = begin_checking(site)
                during, faults = walk(applicants[:1], options.seconds)
                receipts = [one.submit()[1] for one in applicants]
            finally:
                os.kill(frozen, signal.SIGCONT)
                if worker:
                    worker.kill()
            wrong = reconcile(site, [one for one in receipts if one])
    finally:
        broker.stop()
        scanner.close()
        shutil.rmtree(folder, ignore_errors=True)
    more = late(during) - late(before)
    print(
        f"broker and scanner frozen for {options.seconds:g} s: {received} of {UPLOADS} uploads received, {len(during)} pages, {faults} failed, "
        f"half of them within {sorted(during)[len(during) // 2] * 1000:.0f} ms, 95 % {more * 1000:+.0f} ms; "
        f"{sum(map(bool, receipts))} of {len(receipts)} dossiers filed meanwhile; {len(wrong)} lost or half done"
    )
    whole = received == UPLOADS and all(receipts)
    return 0 if not faults and whole and not wrong and more <= MOST_MORE else 1


def numbered_pdf(number: int) -> bytes:
    """A good file of its own, so that the scanner is asked about it."""
    head, _, tail = pdf().rpartition(b"%%EOF")
    return head + b"%% %06d\n%%%%EOF" % number + tail


def begin_checking(site: Site) -> subprocess.Popen:
    """A worker with all that was received: it waits for the scanner, and pages must not."""
    line = [sys.executable, "manage.py", "shell", "-v0", "-c", CHECKING]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(line, env=site.env, cwd=Path(__file__).parents[2], **quiet)


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

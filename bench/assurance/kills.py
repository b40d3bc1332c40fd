"""G5: kill -9 of web workers and database backends while dossiers are submitted; then nothing may be half done.

python -m bench.assurance.kills [--kills 40]

A person whose browser got no answer tries again, as people do. A killed backend makes Postgres recover from its log.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import sys
import threading
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.assurance.filing import Applicant, filing_site, reconcile
from bench.site import tree

LONGEST_RECOVERY = 30  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    options = parser.parse_args()
    dice = random.Random(5)
    with filing_site(options.kills * 2) as (site, cluster, applicants):
        for one in applicants:
            one.open_page()
        waiting, receipts, recoveries, killed = list(applicants), [], [], {"web": 0, "database": 0}
        with ThreadPoolExecutor(4) as pool:
            for number in range(options.kills):
                stop = threading.Event()
                pair = [waiting.pop(), waiting.pop()]
                at_work = [pool.submit(insist, one, stop) for one in pair]
                time.sleep(dice.uniform(0, 0.6))
                kind = "database" if number % 4 == 3 else "web"
                killed[kind] += kill_one(kind, site.web.pid, cluster.data, dice)
                began = time.monotonic()
                receipts += [work.result() for work in at_work]
                recoveries.append(time.monotonic() - began)
        lost = receipts.count("")
        wrong = reconcile(site, [one for one in receipts if one])
    for sentence in wrong:
        print(sentence)
    print(
        f"{killed['web']} web workers and {killed['database']} database backends killed; {len(receipts) - lost} of {len(receipts)} "
        f"dossiers filed in the end; {len(wrong)} lost or half done; longest until both were filed {max(recoveries):.0f} s"
    )
    return 0 if not wrong and not lost and max(recoveries) <= LONGEST_RECOVERY else 1


def insist(applicant: Applicant, stop: threading.Event) -> str:
    """The receipt; after an answer that did not come, or a server error, the same page is sent again."""
    end = time.monotonic() + 2 * LONGEST_RECOVERY
    while time.monotonic() < end:
        try:
            status, receipt = applicant.submit()
        except (OSError, http.client.HTTPException, urllib.error.URLError):
            status, receipt = 0, ""
        if receipt:
            return receipt
        if status and status < 500:
            print(f"{applicant.page} answers {status} without a receipt")
            return ""
        time.sleep(0.3)
    return ""


def kill_one(kind: str, master: int, data: Path, dice: random.Random) -> int:
    """Kills one process that is at work; 0 when there is none."""
    if kind == "web":
        victims = tree(master)[1:]
    else:
        postmaster = int((data / "postmaster.pid").read_text().split()[0])
        victims = [
            pid
            for pid in tree(postmaster)[1:]
            if b"portal" in command_of(pid) or b"postgres:" in command_of(pid)
        ]
        victims = [pid for pid in victims if b"filing" in command_of(pid)]
    if not victims:
        return 0
    os.kill(dice.choice(victims), signal.SIGKILL)
    return 1


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    sys.exit(main())

"""G5: kill -9 at named points of uploads and submissions, and at random of web workers and database backends.

python -m bench.assurance.kills [--each 10] [--random 150]      (0: none of that kind)

Each named point is died at so often; a person whose browser got no answer tries again, as people do. A killed backend
makes Postgres recover from its log. Afterwards nothing that was acknowledged may be missing, and nothing half done.
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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from bench.assurance.filing import Applicant, filing_site, reconcile
from bench.assurance.points import SUBMISSIONS, UPLOADS
from bench.site import Site, tree

LONGEST_RECOVERY = 30  # seconds
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%% "
MATERIALS, PER_MATERIAL = ("other", "plan", "honours"), 15
RANDOM_FILERS, PER_UPLOADER = 30, PER_MATERIAL * len(MATERIALS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=0, help="deaths at each named point")
    parser.add_argument("--random", type=int, default=0, help="kills at random")
    options = parser.parse_args()
    filers = options.each + (RANDOM_FILERS if options.random else 0)
    uploads = options.each * len(UPLOADS) + 6 * options.random
    people = filers + 1 + uploads // PER_UPLOADER
    with filing_site(people, "bench.assurance.dying:application", "--preload") as (
        site,
        cluster,
        applicants,
    ):
        run = Run(site, applicants[options.each : filers], applicants[filers:])
        for one in applicants:
            one.fill_in()
        run.die_at_points(applicants[: options.each], options.each)
        print(f"{run.deaths} deaths at named points", file=sys.stderr, flush=True)
        killed = run.kill_at_random(options.random, cluster.data)
        wrong = [*run.faults, *reconcile(site, run.receipts, run.files)]
    for sentence in wrong[:20]:
        print(sentence)
    print(
        f"{run.deaths} deaths at {len(UPLOADS) + len(SUBMISSIONS)} named points, {killed['web']} web workers and {killed['database']} database backends killed at random; "
        f"{len(run.files)} uploads and {len(run.receipts)} dossiers acknowledged, {len(wrong)} lost or half done; "
        f"longest until one was through {max(run.took):.0f} s"
    )
    kills = run.deaths + sum(killed.values())
    wanted = options.each * (len(UPLOADS) + len(SUBMISSIONS)) + options.random
    return 0 if not wrong and kills >= wanted and max(run.took) <= LONGEST_RECOVERY else 1


class Run:
    """What people sent, and what they were told."""

    def __init__(self, site: Site, filers: list[Applicant], uploaders: list[Applicant]):
        self.site, self.waiting = site, filers
        self.slots = ((one, code) for code in MATERIALS for one in uploaders)
        self.room: tuple[Applicant, str] = next(self.slots)
        self.number, self.lock, self.deaths = count(1), threading.Lock(), 0
        self.receipts: list[str] = []
        self.files: list[str] = []
        self.took: list[float] = []
        self.faults: list[str] = []

    def die_at_points(self, filers: list[Applicant], each: int) -> None:
        for point in UPLOADS:
            for _ in range(each):
                self.upload(point)
        for one in filers:  # the same dossier dies at every point before it is filed in the end
            for point in SUBMISSIONS:
                self.deaths += self.dies(one.submit, point)
            self.file(one)

    def dies(self, send: Callable, point: str, *arguments) -> bool:
        try:
            answer = send(*arguments, **{"X-Die-At": point})
        except (OSError, http.client.HTTPException):
            return True
        self.faults.append(f"{point} was not died at: {answer[0]}")
        return False

    def file(self, one: Applicant) -> None:
        receipt = self.insist(one.submit)
        if receipt:
            self.receipts.append(str(receipt))

    def upload(self, point: str = "") -> None:
        with self.lock:
            number = next(self.number)
            if number % PER_MATERIAL == 0:
                self.room = next(self.slots)
            one, material = self.room
        name = f"中断{number}.pdf"
        sent = (name, PDF + b"%06d\n%%%%EOF" % number, material)
        if point:
            self.deaths += self.dies(one.upload, point, *sent)

        def try_again(**headers):
            status, told = one.upload(*sent, **headers)
            # A second try after a lost answer is told that the very file is there: that is an acknowledgement too.
            there = status == 200 or (status == 422 and "内容完全相同" in told.decode())
            return status, name if there else ""

        if self.insist(try_again):
            self.files.append(name)

    def insist(self, send: Callable) -> str:
        """What was told in the end; after an answer that did not come, or a server error, the same is sent again."""
        began, status, told = time.monotonic(), 0, ""
        while time.monotonic() < began + 2 * LONGEST_RECOVERY:
            try:
                status, told = send()
            except (OSError, http.client.HTTPException):
                status, told = 0, ""
            if told or 0 < status < 500:
                break
            time.sleep(0.1)
        self.took.append(time.monotonic() - began)
        if not told:
            self.faults.append(f"no acknowledgement in the end: {status}")
        return told

    def kill_at_random(self, wanted: int, data: Path) -> dict[str, int]:
        dice, killed, stop = random.Random(5), {"web": 0, "database": 0}, threading.Event()
        with ThreadPoolExecutor(4) as pool:
            people = [pool.submit(self.go_on, stop, number) for number in range(4)]
            tries = 0
            while sum(killed.values()) < wanted and tries < 2 * wanted:
                tries += 1
                self.wait_until_somebody_is_through()
                time.sleep(dice.uniform(0, 0.6))
                kind = "database" if tries % 4 == 3 else "web"
                killed[kind] += kill_one(kind, self.site.web.pid, data, dice)
            stop.set()
            for one in people:
                one.result()
        return killed

    def wait_until_somebody_is_through(self) -> None:
        """On a slow machine nobody would be, were the next kill not to wait."""
        there, end = len(self.took), time.monotonic() + LONGEST_RECOVERY
        while len(self.took) == there and time.monotonic() < end:
            time.sleep(0.02)

    def go_on(self, stop: threading.Event, number: int) -> None:
        while not stop.is_set():
            with self.lock:
                one = self.waiting.pop() if number % 2 and self.waiting else None
            if one:
                self.file(one)
                stop.wait(3)
            else:
                self.upload()


def kill_one(kind: str, master: int, data: Path, dice: random.Random) -> int:
    """Kills one process that is at work; 0 when there is none."""
    if kind == "web":
        victims = [pid for pid in tree(master)[1:] if b"gunicorn" in command_of(pid)]
    else:
        postmaster = int((data / "postmaster.pid").read_text().split()[0])
        victims = [pid for pid in tree(postmaster)[1:] if b"filing" in command_of(pid)]
    if not victims:
        return 0
    try:
        os.kill(dice.choice(victims), signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    sys.exit(main())

"""The last evening: a thousand declarations sent over 32 connections, each kept exactly once.

    python bench/stampede.py             # writes bench/RESULTS-stampede.md; some minutes on a quiet machine
    python bench/stampede.py --count 50  # a quick look, printed only

One complete draft, multiplied with its unit and its person; each person is signed in beforehand. One in twenty
declarations is sent twice at the same moment, as by an impatient hand. Served as in production, over loopback.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench.site import Site, cpu
from portal.embedded.postgres import Postgres

COUNT, AT_ONCE, TWICE = 1000, 32, 20
RESULTS = ROOT / "bench/RESULTS-stampede.md"
HEAD = [
    "# The last evening",
    "",
    "Written by `python bench/stampede.py`: a complete draft multiplied with its unit and person, all declarations sent at once through",
    "the form's own address, one in twenty twice. Two gunicorn workers of four threads as in production, everything over loopback.",
    "",
]
TOKEN = "s" * 32
SET_UP = """
import json, time
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from applications.models import Application
from bench.seed import multiply_units
from portal.accounts.session_store import SessionStore
from portal.accounts.sessions import BEGAN, SEEN
from portal.models import TrainingClock
from tests.factories import filing
made, year = filing.unit(), filing.year()
draft = filing.dossier(made, year)
multiply_units({count} - 1)
noon = timezone.make_aware(timezone.datetime.combine(filing.LAST_DAY, timezone.datetime.min.time())) + timedelta(hours=12)
TrainingClock.objects.update_or_create(pk=1, defaults={{"offset": noon - timezone.now()}})
found = []
for row in Application.objects.filter(state="DRAFT").select_related("created_by"):
    store = SessionStore()
    store[SESSION_KEY] = str(row.created_by.pk)
    store[BACKEND_SESSION_KEY] = "portal.accounts.backends.PortalBackend"
    store[HASH_SESSION_KEY] = row.created_by.get_session_auth_hash()
    store[BEGAN] = store[SEEN] = int(time.time())  # as the page with the form has left it
    store.create()
    found.append([str(row.pk), store.session_key])
print(json.dumps(found))
"""
KEPT = """
import json
from django.db.models import Count
from applications.models import Application, Submission
of_each = Application.objects.annotate(n=Count("submissions")).values_list("n", flat=True)
print(json.dumps({"states": dict(Application.objects.values_list("state").annotate(n=Count("*"))),
                  "once": sum(n == 1 for n in of_each), "more": sum(n > 1 for n in of_each),
                  "numbers": Application.objects.exclude(number=None).values("number").distinct().count(),
                  "submissions": Submission.objects.count()}))
"""


def declare(host: str, dossier: str, session: str) -> tuple[int, str, float]:
    """Status, where it leads (or why not), and milliseconds: as the browser sends the form."""
    said = {
        "declarant_name": "沈国栋",
        "declarant_title": "主任",
        "explanation": "压力测试的复制件，名称不同。",
    }
    form = urllib.parse.urlencode({**said, "declared": "on", "sequence": "1"})
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    start = time.perf_counter()
    connection = http.client.HTTPConnection(host, timeout=300)
    connection.request("POST", f"/my/dossiers/{dossier}/check/", form, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    took = (time.perf_counter() - start) * 1000
    connection.close()
    why = (
        re.sub(r"<[^>]+>|\s+", " ", page.partition('class="errors')[2][:1500]) if answer.status == 422 else ""
    )
    return answer.status, answer.headers.get("Location", why), took


def rush(site: Site, drafts: list[list[str]]) -> dict:
    """Everybody at once; what was acknowledged, how long it took, what it cost."""
    host = urllib.parse.urlsplit(site.address).netloc
    sent = [(*one, number) for number, one in enumerate(drafts)]
    sent += [(*one, number) for number, one in enumerate(drafts) if number % TWICE == 0]
    sent.sort(key=lambda one: one[2])  # the second click right behind the first
    before, began = (cpu(site.web.pid), cpu(site.postmaster)), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda one: declare(host, *one[:2]), sent))
    took = time.perf_counter() - began
    after = cpu(site.web.pid), cpu(site.postmaster)
    return {
        "sent": len(sent),
        "took": took,
        "statuses": Counter(status for status, *_ in answers),
        "acknowledged": len(
            {
                one[0]
                for one, (status, where, _) in zip(sent, answers, strict=True)
                if status == 302 and "/receipts/" in where
            }
        ),
        "refused": [where for status, where, _ in answers if status != 302][:1],
        "ms": sorted(ms for *_, ms in answers),
        "web_ms": (after[0] - before[0]) / len(sent),
        "postgres_ms": (after[1] - before[1]) / len(sent),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=COUNT)
    count = parser.parse_args().count
    folder = Path(tempfile.mkdtemp(prefix="portal-stampede-"))
    folder.chmod(0o755)
    cluster = Postgres(folder / "pg").start()
    site = Site(cluster, folder, "stampede")
    site.env["TRAINING_CLOCK"] = "1"
    try:
        site.manage("migrate", "-v0")
        site.manage("load_reference", "-v0")
        site.manage("collectstatic", "--noinput", "-v0")
        drafts = site.shell(SET_UP.format(count=count))
        site.start(())
        found = rush(site, drafts)
        kept = site.shell(KEPT)
        lines = log(count, found, kept)
        print("\n".join(lines))
        if count == COUNT:
            RESULTS.write_text("\n".join([*HEAD, *lines, ""]), encoding="utf-8")
    finally:
        site.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def log(count: int, found: dict, kept: dict) -> list[str]:
    ms = found["ms"]
    busy = [f"{found[name] * found['sent'] / found['took'] / 1000:.2f}" for name in ("web_ms", "postgres_ms")]
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: {count} drafts, "
        f"{found['sent']} declarations over {AT_ONCE} connections, fsync on.",
        "",
        "| | |",
        "|---|---:|",
        f"| acknowledged (dossiers whose sender was led to a receipt) | {found['acknowledged']} |",
        f"| kept: dossiers with exactly one submission / with more | {kept['once']} / {kept['more']} |",
        f"| different receipt numbers | {kept['numbers']} |",
        f"| answers | {', '.join(f'{number} × {status}' for status, number in sorted(found['statuses'].items()))} |",
        f"| seconds in all, declarations a second | {found['took']:.1f}, {found['sent'] / found['took']:.0f} |",
        f"| milliseconds: p50, p95, p99, longest | {ms[len(ms) // 2]:.0f}, {ms[int(len(ms) * 0.95)]:.0f}, {ms[int(len(ms) * 0.99)]:.0f}, {ms[-1]:.0f} |",
        f"| CPU of each, ms: web + Postgres | {found['web_ms']:.1f} + {found['postgres_ms']:.1f} |",
        f"| cores kept busy, of {os.cpu_count()}: web + Postgres | {' + '.join(busy)} |",
        *(f"| first refusal | {why} |" for why in found["refused"]),
        f"| states afterwards | {kept['states']} |",
    ]


if __name__ == "__main__":
    main()

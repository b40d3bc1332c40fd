"""What pages cost at 1,000 and at 10,000 dossiers: CPU of web workers and Postgres, queries, bytes.

bench/pages.py [--sizes 1000 10000] [--requests 20] [--rounds 3] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from portal.embedded.postgres import OWNER, Postgres, free_port

TICK = os.sysconf("SC_CLK_TCK")
PASSWORD = "Demo-2026-Portal"
PAGES = (  # name, who, address
    ("officer list, first page", "miit_officer", "/ministry/queue/?view=all"),
    ("officer list, filtered", "miit_officer", "/ministry/queue/?view=all&recommender=33&pips=f"),
    ("officer list, searched", "miit_officer", "/ministry/queue/?view=all&q=云帆中小企业融资"),
    ("officer list, page 50", "miit_officer", "/ministry/queue/?view=all&page=50"),
    ("dossier", "miit_officer", "/dossiers/{dossier}/"),
    ("score ranking", "miit_officer", "/ministry/decision/"),
    ("department's list", "zhejiang_officer", "/recommender/queue/"),
    ("public home", "", "/"),
    ("public directory", "", "/directory/"),
    ("public directory, searched", "", "/directory/?q=云帆融资"),
    ("public directory, page 50", "", "/directory/?page=50"),
    ("export: queue, Excel", "miit_officer", "/ministry/queue/export.xlsx?view=all"),
    ("export: directory, CSV", "", "/directory/download.csv"),
    ("export: directory, Excel", "", "/directory/download.xlsx"),
)
PREPARE = """
from bench.seed import seed
seed({count})
from applications.models import Application
print(Application.objects.filter(state="REPORTED").order_by("number").first().pk)
"""
COUNT = """
import json
from django.db import connection
from django.test import Client
from portal.models import User
found = {{}}
for name, who, address in {pages!r}:
    client = Client(headers={{"host": "127.0.0.1"}})
    if who:
        client.force_login(User.objects.get(username=who))
    try:
        client.get(address)
    except Exception as error:
        raise SystemExit(f"{{name}}: {{error!r}}")
    count = [0]
    def counting(execute, sql, params, many, context):
        count[0] += 1
        return execute(sql, params, many, context)
    with connection.execute_wrapper(counting):
        answer = client.get(address)
        list(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (name, answer.status_code)
    found[name] = count[0]
print(json.dumps(found))
"""


@dataclass
class Cost:
    worker_ms: float
    postgres_ms: float
    size: int
    queries: int = 0

    @property
    def total(self) -> float:
        return self.worker_ms + self.postgres_ms


def ticks(pid: int) -> int:
    """CPU of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15])


def tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in tree(int(child)))]


def cpu(pid: int) -> float:
    """Milliseconds of a process and everything below it."""
    total = 0
    for one in tree(pid):
        try:
            total += ticks(one)
        except OSError:
            continue
    return total * 1000 / TICK


class Site:
    """One database of one size, served as in production."""

    def __init__(self, cluster: Postgres, folder: Path, name: str, template: str = "template1"):
        self.port = free_port()
        cluster._psql("postgres", f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        self.address = f"http://127.0.0.1:{self.port}"
        self.postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": cluster.url("postgres", name),
            "DATABASE_OWNER_URL": cluster.url("postgres", name),
            "PORTAL_VAR": str(folder),
            "SITE_ORIGIN": self.address,
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def begin(self, *, migrated: bool = False) -> None:
        """Tables, reference data and people, for the sites to be copied from."""
        if not migrated:
            self.manage("migrate", "-v0")
            self.manage("load_reference", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")
        self.manage("fill_demo", "--people", "-v0")

    def seed(self, count: int) -> None:
        dossier = self.manage("shell", "-v0", "-c", PREPARE.format(count=count)).split()[-1]
        self.pages = [(n, who, a.format(dossier=dossier)) for n, who, a in PAGES]

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        return done.stdout

    def queries(self) -> dict[str, int]:
        return json.loads(self.manage("shell", "-v0", "-c", COUNT.format(pages=self.pages)).splitlines()[-1])

    def start(self) -> None:
        self.web = subprocess.Popen(
            ["deploy/web"], env=self.env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        self.people = {who: self.sign_in(who) for who in {who for _, who, _ in self.pages}}

    def sign_in(self, who: str):
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        if who:
            page = opener.open(f"{self.address}/login/").read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
            form = {"username": who, "password": PASSWORD, "csrfmiddlewaretoken": token}
            opener.open(f"{self.address}/login/", urllib.parse.urlencode(form).encode())
        return opener

    def measure(self, who: str, address: str, requests: int) -> Cost:
        url = self.address + urllib.parse.quote(address, safe="/?&=.")
        opener = self.people[who]
        for _ in range(4):  # both workers have seen the page
            size = len(opener.open(url).read())
        before = cpu(self.web.pid), cpu(self.postmaster)
        for _ in range(requests):
            opener.open(url).read()
        after = cpu(self.web.pid), cpu(self.postmaster)
        return Cost((after[0] - before[0]) / requests, (after[1] - before[1]) / requests, size)

    def stop(self) -> None:
        self.web.terminate()
        self.web.wait(30)


def run(sizes: list[int], requests: int, rounds: int) -> dict[int, dict[str, Cost]]:
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.chmod(0o755)
    cluster = Postgres(folder / "pg").start()
    sites: dict[int, Site] = {}
    try:
        Site(cluster, folder, "bench").begin()
        for count in sizes:
            print(f"seeding {count}", file=sys.stderr)
            sites[count] = Site(cluster, folder, f"bench_{count}", "bench")
            sites[count].seed(count)
            sites[count].start()
        counts = {count: site.queries() for count, site in sites.items()}
        found: dict[int, dict[str, list[Cost]]] = {count: {} for count in sizes}
        for number in range(rounds):  # A B A B: a machine that slows down slows both
            print(f"round {number + 1}", file=sys.stderr)
            for name, who, _ in PAGES:
                for count, site in sites.items():
                    address = next(a for n, _, a in site.pages if n == name)
                    few = requests if not name.startswith("export") else max(2, requests // 5)
                    found[count].setdefault(name, []).append(site.measure(who, address, few))
        return {
            count: {
                name: Cost(
                    statistics.median(one.worker_ms for one in costs),
                    statistics.median(one.postgres_ms for one in costs),
                    costs[0].size,
                    counts[count][name],
                )
                for name, costs in pages.items()
            }
            for count, pages in found.items()
        }
    finally:
        for site in sites.values():
            site.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def report(found: dict[int, dict[str, Cost]]) -> list[str]:
    small, large = min(found), max(found)
    lines = [
        f"| page | CPU ms at {small:,} (web + pg) | CPU ms at {large:,} (web + pg) | grows | queries | KB at {large:,} |",
        "|---|---|---|---|---|---|",
    ]
    for name, big in found[large].items():
        little = found[small][name]
        same = str(big.queries) if big.queries == little.queries else f"{little.queries} → {big.queries}"
        lines.append(
            f"| {name} | {little.total:.0f} ({little.worker_ms:.0f} + {little.postgres_ms:.0f}) "
            f"| {big.total:.0f} ({big.worker_ms:.0f} + {big.postgres_ms:.0f}) "
            f"| {big.total / max(little.total, 0.1):.2f} | {same} | {big.size / 1024:.0f} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="record the table in bench/RESULTS.md")
    options = parser.parse_args()
    lines = report(run(options.sizes, options.requests, options.rounds))
    print("\n".join(lines))
    if options.write:
        head = (
            f"## {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, {machine.machine()}, "
            f"Python {machine.python_version()}, {options.rounds} rounds of {options.requests} requests"
        )
        path = ROOT / "bench/RESULTS.md"
        path.write_text(
            path.read_text(encoding="utf-8") + "\n".join(["", head, "", *lines, ""]), encoding="utf-8"
        )


if __name__ == "__main__":
    main()

"""A portal and the floor, served as in production from one database, and what a request costs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench.pages import PAGES, Page
from portal.embedded import kept
from portal.embedded.postgres import OWNER, Postgres, binaries, free_port

PASSWORD = "Demo-2026-Portal"
PREPARE = """
import json
from bench.seed import seed
print(json.dumps(seed({count})))
"""
PLACES = """
import json
from applications.models import Application, Material
from applications.editions import get_edition
row = Application.objects.filter(state="REPORTED", materials__rows__isnull=False).order_by("number").first()
roster = Material.objects.filter(application=row, rows__isnull=False).order_by("position").first()
print(json.dumps({{"dossier": str(row.pk), "roster": roster.code}}))
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
        client.force_login(User.objects.get(username=who), backend="portal.accounts.backends.PortalBackend")
    client.get(address)
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
    """Milliseconds of CPU of one request, and its bytes."""

    worker_ms: float
    postgres_ms: float
    size: int

    @property
    def total(self) -> float:
        return self.worker_ms + self.postgres_ms


def nanoseconds(pid: int) -> int:
    """CPU of all threads of a process, finer than the clock's ticks."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total


def tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in tree(int(child)))]


def cpu(pid: int) -> float:
    """Milliseconds of a process and everything below it, what has ended since included: a connection's own server does."""
    ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
    total = sum(map(int, ended)) * 1e9 / os.sysconf("SC_CLK_TCK")
    for one in tree(pid):
        try:
            total += nanoseconds(one)
        except OSError:
            continue
    return total / 1e6


def peaks(pid: int) -> list[int]:
    """MB of each worker at its peak."""
    found = []
    for one in tree(pid)[1:]:
        status = Path(f"/proc/{one}/status").read_text()
        found.append(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
    return sorted(found)


class Site:
    """One database of one size, with the portal and, when asked for, the floor before it."""

    def __init__(self, cluster: Postgres, folder: Path, name: str, template: str = "template1"):
        self.port, self.floor_port = free_port(), free_port()
        self.cluster, self.name, self.folder = cluster, name, folder
        self.note = folder / f"{name}.json"  # written when the database is whole
        if not self.note.exists():
            cluster._psql("postgres", f"DROP DATABASE IF EXISTS {name}")
            cluster._psql("postgres", f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        self.address = f"http://127.0.0.1:{self.port}"
        self.postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        self.rows: dict[str, int] = {}
        self.places: dict[str, str] = {}
        self.people: dict[str, urllib.request.OpenerDirector] = {}
        self.tags: dict[str, str] = {}
        self.processes: list[subprocess.Popen] = []
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": cluster.url("postgres", name),
            "DATABASE_OWNER_URL": cluster.url("postgres", name),
            "PORTAL_VAR": str(folder),
            "SITE_ORIGIN": self.address,
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "PUBLIC_COPY_SECONDS": "5",  # both as in production
            "MENU_SECONDS": "10",
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def begin(self, *story: str, migrated: bool = False) -> None:
        """Tables, reference data and the demonstration, for the sites to be copied from."""
        if not migrated:
            self.manage("migrate", "-v0")
            self.manage("load_reference", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")
        self.manage("fill_demo", *story, "-v0")

    def begin_kept(self, place: Path) -> None:
        """The same from the demonstration that comes with the program, or from what an earlier run has kept."""
        released = kept.newest_fitting()
        if released:
            kept.restore(released, self.cluster.url("postgres", self.name), self.folder)
            if not kept.is_whole(released):
                self.manage("migrate", "-v0")
            self.manage("collectstatic", "--noinput", "-v0")
            return
        archive = place / "database.dump"
        if not archive.exists():
            self.begin()
            place.mkdir(parents=True, exist_ok=True)
            draft = archive.with_suffix(".part")
            self._program("pg_dump", "--format=custom", "--compress=1", f"--file={draft}")
            shutil.copytree(self.folder / "files", place / "files", dirs_exist_ok=True)
            draft.replace(archive)
            return
        self._program("pg_restore", "--exit-on-error", str(archive))
        shutil.copytree(place / "files", self.folder / "files", dirs_exist_ok=True)
        self.manage("collectstatic", "--noinput", "-v0")

    def _program(self, program: str, *arguments: str) -> None:
        url = self.cluster.url("postgres", self.name)
        line = [str(binaries() / "bin" / program), "--no-password", f"--dbname={url}", *arguments]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr[-2000:])

    def seed(self, count: int) -> None:
        """The rows of this size; those of an earlier run stand, with what was migrated since and the clock moved on."""
        if self.note.exists():
            kept_note = json.loads(self.note.read_text())
            self.rows = kept_note["rows"]
            self.cluster._psql(self.name, kept.GO_ON.format(saved=kept_note["saved"]))
        self.manage("migrate", "-v0")  # a kept demonstration may be older than the code, too
        if not self.note.exists():
            self.rows = self.shell(PREPARE.format(count=count))
        self.keep()

    def keep(self) -> None:
        self.note.write_text(json.dumps({"saved": datetime.now(UTC).isoformat(), "rows": self.rows}))

    def find_places(self) -> None:
        self.places = self.shell(PLACES.format())

    def shell(self, code: str):
        """What the code prints last, as JSON."""
        return json.loads(self.manage("shell", "-v0", "-c", code).splitlines()[-1])

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

    def queries(self, pages: tuple[Page, ...] = PAGES) -> dict[str, int]:
        mine = [(page.name, page.who, self.place(page)) for page in pages if not page.is_floor]
        return self.shell(COUNT.format(pages=mine))

    def place(self, page: Page) -> str:
        return page.address.format(**self.places)

    def start(self, pages: tuple[Page, ...] = PAGES) -> None:
        self.web = self._serve(["deploy/web"], self.address, self.env)
        floor = {**self.env, "WEB_BIND": f"127.0.0.1:{self.floor_port}"}
        line = Path(ROOT, "deploy/web").read_text().partition("exec python ")[2]
        line = line.replace("portal.wsgi --config deploy/gunicorn.conf.py", "bench.floor:application")
        command = ["sh", "-c", f"exec {sys.executable} {line}"]
        self.floor = self._serve(command, f"http://127.0.0.1:{self.floor_port}", floor)
        self.people = {who: self.sign_in(who) for who in {page.who for page in pages}}

    def _serve(self, command: list[str], address: str, env: dict[str, str]) -> subprocess.Popen:
        log = self.folder / f"{self.name}-{len(self.processes)}.log"
        with log.open("w") as words:
            process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=words, stderr=words)
        self.processes.append(process)
        for _ in range(1500):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
                return process
            except OSError:
                if process.poll() is not None:
                    break
                time.sleep(0.2)
        raise SystemExit(f"{command[0]} for {self.name} does not answer:\n{log.read_text()[-3000:]}")

    def sign_in(self, who: str):
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        if who not in ("", "floor"):
            page = opener.open(f"{self.address}/login/").read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
            form = {"username": who, "password": PASSWORD, "csrfmiddlewaretoken": token}
            opener.open(f"{self.address}/login/", urllib.parse.urlencode(form).encode())
        return opener

    def ask(self, page: Page) -> int:
        """Bytes of the answer."""
        port = self.floor_port if page.is_floor else self.port
        url = f"http://127.0.0.1:{port}" + urllib.parse.quote(self.place(page), safe="/?&=.")
        request = urllib.request.Request(url)
        if page.again and page.name in self.tags:
            request.add_header("If-None-Match", self.tags[page.name])
        try:
            with self.people[page.who].open(request, timeout=300) as answer:
                if page.again:
                    self.tags[page.name] = answer.headers.get("ETag", "")
                return len(answer.read())
        except urllib.error.HTTPError as refused:
            if refused.code == 304:
                return 0
            raise SystemExit(f"{page.name}: {refused.code} {url}") from refused

    def measure(self, page: Page, requests: int) -> Cost:
        web = self.floor if page.is_floor else self.web
        for _ in range(2 if page.few else 4):  # both workers have seen the page
            size = self.ask(page)
        before = cpu(web.pid), cpu(self.postmaster)
        for _ in range(requests):
            self.ask(page)
        after = cpu(web.pid), cpu(self.postmaster)
        return Cost((after[0] - before[0]) / requests, (after[1] - before[1]) / requests, size)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(60)

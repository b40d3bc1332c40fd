"""Fifty uploads of 50 MB, eight at once, and a slow client, at a portal served as bin/demo serves it.

    python bench/crowd.py          # prints the table of RESULTS-crowd.md; five minutes at most, 3 GB on disk

Everything goes over loopback, in pieces as static/js/upload.js sends them. Meanwhile one person opens a plain page.
"""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench.files import MEGABYTE, make
from bench.site import Site, cpu, peaks
from portal.embedded.postgres import Postgres

FILES, AT_ONCE, PIECE = 50, 8, 2 * MEGABYTE
SLOW_SECONDS, DEADLINE = 60, 300
SLOTS = ("other", "plan", "honours")  # twenty files are the most of one material
SET_UP = """
from training.demo.actors import give_password
from tests.factories import filing
made = filing.unit()
give_password(made.user)
print(made.user.username, filing.dossier(made, filing.year(), leave_out=("plan", "other", "honours")).pk)
"""


class Client:
    """A signed-in person on a connection of one's own."""

    def __init__(self, site: Site, who: str):
        self.host = urllib.parse.urlsplit(site.address).netloc
        opener = site.sign_in(who)
        jar = next(h.cookiejar for h in opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor))
        cookies = {cookie.name: cookie.value for cookie in jar}
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": next(value for name, value in cookies.items() if "csrf" in name),
            "X-Requested-With": "fetch",
        }

    def ask(self, method: str, path: str, body: bytes = b"", **headers) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=DEADLINE)
        connection.request(method, path, body, {**self.headers, **headers})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def begin(self, material: str, name: str, size: int) -> dict:
        form = urllib.parse.urlencode({"name": name, "size": size, "fingerprint": name}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, told = self.ask("POST", f"{material}uploads/", form, **kind)
        if status != 201:
            raise SystemExit(f"{material}: {status} {told[:300].decode()}")
        return json.loads(told)

    def upload(self, material: str, name: str, content: bytes) -> float:
        start, told = time.perf_counter(), self.begin(material, name, len(content))
        for offset in range(0, len(content), PIECE):
            self.ask(
                "PATCH", told["place"], content[offset : offset + PIECE], **{"Upload-Offset": str(offset)}
            )
        status, said = self.ask("POST", told["finish"])
        if status != 200:
            raise SystemExit(f"{name}: {status} {said[:300].decode()}")
        return time.perf_counter() - start

    def trickle(self, material: str) -> int:
        """A piece that takes a minute: a kilobyte every second on one request."""
        place = self.begin(material, "慢.pdf", SLOW_SECONDS * 1024)["place"]
        host, _, port = self.host.partition(":")
        lines = [
            f"PATCH {place} HTTP/1.1",
            f"Host: {self.host}",
            f"Content-Length: {SLOW_SECONDS * 1024}",
            "Upload-Offset: 0",
        ]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        with socket.create_connection((host, int(port)), timeout=DEADLINE) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode())
            for number in range(SLOW_SECONDS):
                line.sendall((b"%PDF-1.7\n" if number == 0 else b"").ljust(1024, b" "))
                time.sleep(1)
            return int(line.recv(64).split()[1])


def plain_pages(client: Client, path: str, seconds: float | None, stop: threading.Event) -> list[float]:
    took, began = [], time.monotonic()
    while not stop.is_set() and (seconds is None or time.monotonic() - began < seconds):
        start = time.perf_counter()
        status, _ = client.ask("GET", path)
        took.append((time.perf_counter() - start) * 1000 if status == 200 else float("inf"))
        stop.wait(0.2)
    return took


def serve(site: Site, application: str = "portal.wsgi", *more: str) -> None:
    """As bin/demo does: two workers of four threads."""
    options = [
        "-b",
        f"127.0.0.1:{site.port}",
        "-w",
        "2",
        "--threads",
        "4",
        "-k",
        "gthread",
        "--timeout",
        "120",
        *more,
    ]
    site.web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, *options],
        env=site.env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    site.processes.append(site.web)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{site.address}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)


def work(site: Site, who: str, pk: str, content: bytes) -> list[str]:
    client, stop = Client(site, who), threading.Event()
    home, rows = "/my/", []

    def line(name: str, took: list[float], more: str) -> None:
        ordered = sorted(took)
        late = ordered[int(len(ordered) * 0.95)]
        rows.append(
            f"| {name} | {statistics.median(took):.0f} | {late:.0f} | {ordered[-1]:.0f} | {'、'.join(map(str, peaks(site.web.pid)))} | {more} |"
        )

    for _ in range(6):  # both workers have seen it
        client.ask("GET", home)
    line("nobody else", plain_pages(client, home, 8, stop), "")
    before, began = cpu(site.web.pid), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE + 2) as pool:
        reader = pool.submit(plain_pages, client, home, None, stop)

        def send(number: int) -> float:
            head, _, tail = content.rpartition(b"%%EOF")  # each a file of its own
            own = head + b"%% %06d\n%%%%EOF" % number + tail
            return client.upload(
                f"/my/dossiers/{pk}/materials/{SLOTS[number % 3]}/", f"附件{number}.pdf", own
            )

        try:
            with ThreadPoolExecutor(AT_ONCE) as senders:
                each = list(senders.map(send, range(FILES)))
            total = time.perf_counter() - began
        finally:
            stop.set()
        used = (cpu(site.web.pid) - before) / 1000
        words = f"{FILES} × {round(len(content) / MEGABYTE)} MB in {total:.0f} s, each {statistics.median(each):.1f} s; {used:.0f} s of CPU"
        line(f"{AT_ONCE} uploads at once", reader.result(), words)
    stop = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(client.trickle, f"/my/dossiers/{pk}/materials/{SLOTS[0]}/")
        took = plain_pages(client, home, SLOW_SECONDS - 2, stop)
        line("one slow client", took, f"its piece answered {slow.result()} after {SLOW_SECONDS} s")
    return rows


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="portal-crowd-"))
    folder.chmod(0o755)
    cluster = Postgres(folder / "pg").start()
    site = Site(cluster, folder, "crowd")
    try:
        site.begin("--people")
        who, pk = site.manage("shell", "-v0", "-c", SET_UP).split()[-2:]
        make(str(folder / "scan.pdf"), pages=10)  # just under 50 MB
        content = (folder / "scan.pdf").read_bytes()
        serve(site)
        try:
            rows = work(site, who, pk, content)
        finally:
            site.stop()
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    head = "| meanwhile | page, median ms | 95 % | longest | workers at their peak, MB | |\n|---|---:|---:|---:|---:|---|"
    print("\n".join([head, *rows]))


if __name__ == "__main__":
    main()

"""Work on files beside the bare libraries, each in a process of its own: uploads, rosters, workbooks.

    python bench/files.py          # prints its part of docs/performance.md, which bin/bench writes

A request goes through Django's own WSGI handler and parser in this process, as gunicorn would call it. No database is
needed: what is measured is the files, not the rows about them.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
sys.path.insert(0, str(ROOT))
import django
import pikepdf
import xlsxwriter
from django.core.handlers.wsgi import WSGIRequest
from python_calamine import CalamineWorkbook

django.setup()

from applications.rosters import RosterContext, read_roster
from portal.files.inspection import inspect_upload
from portal.files.partial import PIECE
from portal.files.scanner import scan
from portal.shared.storage import store_private
from portal.shared.xlsx import write_rows
from training.demo.files import sme_roster

ROWS, COLUMNS, ROUNDS = 20_000, 13, 3
MEGABYTE = 1024 * 1024
BOUNDARY = b"----portal"


class Body(io.RawIOBase):
    """The multipart body as it comes from the socket: never whole in memory."""

    def __init__(self, path: str):
        head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        self.parts = [
            io.BytesIO(head % BOUNDARY),
            Path(path).open("rb"),  # noqa: SIM115 - ends with the process
            io.BytesIO(b"\r\n--%s--\r\n" % BOUNDARY),
        ]
        self.size = sum(part.seek(0, 2) for part in self.parts)
        for part in self.parts:
            part.seek(0)

    def read(self, size: int = -1) -> bytes:
        while self.parts:
            piece = self.parts[0].read(size)
            if piece:
                return piece
            self.parts.pop(0)
        return b""


def received(path: str):
    body = Body(path)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "a",
            "SERVER_PORT": "80",
            "wsgi.input": body,
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY.decode()}",
            "CONTENT_LENGTH": str(body.size),
        }
    )
    return request.FILES["file"]


def bare(path: str) -> int:
    """What any Django view does: parse and save."""
    return len(store_private(received(path), sha256="0" * 64))


def keep(content) -> int:
    found = inspect_upload(content, name="报告.pdf", allowed={"pdf"}, max_bytes=200 * MEGABYTE)
    scan(content)
    store_private(content, sha256=found.sha256)
    return found.pages


def whole(path: str) -> int:
    return keep(received(path))


def pieces(path: str) -> int:
    """As PATCH requests bring it: a piece in memory, written at its place, then the same checks."""
    with Path(path).open("rb") as source, tempfile.NamedTemporaryFile() as target:
        while piece := source.read(PIECE):
            with Path(target.name).open("r+b") as file:
                file.seek(0, 2)
                file.write(piece)
        with Path(target.name).open("rb") as content:
            return keep(content)


def make(path: str, pages: int = 40) -> int:
    """A scan with 5 MB a page: pictures that no compression makes smaller."""
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj["/Extra"] = document.make_stream(os.urandom(5 * MEGABYTE - 2048))
    document.save(path)
    return Path(path).stat().st_size


def roster(path: str) -> int:
    with Path(path).open("rb") as content:
        return len(read_roster("smes", content, context=RosterContext(2026, date(2026, 3, 2))).rows)


def bare_roster(path: str) -> int:
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def cells():
    for number in range(ROWS):
        yield (f"2026-浙-{number:04d}", *("示范平台服务机构",) * (COLUMNS - 3), number, number / 10)


def workbook(path: str) -> int:
    with Path(path).open("wb") as out:
        write_rows(out, ["列"] * COLUMNS, cells())
    return ROWS


def bare_workbook(path: str) -> int:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(cells()):
        for column, value in enumerate(row):
            (sheet.write_number if column >= COLUMNS - 2 else sheet.write_string)(number, column, value)
    book.close()
    return ROWS


WORK = {
    "upload, 100 MB": (whole, bare, 3),
    "upload in pieces": (pieces, bare, 3),
    "roster of 5,000 rows": (roster, bare_roster, 4),
    "workbook, 20,000 × 13": (workbook, bare_workbook, 1.5),
}
HEAD = [
    "## Files",
    "",
    "CPU seconds in a process of its own, beside a bare multipart view, python-calamine and XlsxWriter.",
    "",
    "| | portal | bare | ratio | goal | memory more than before, MB |",
    "|---|---:|---:|---:|---:|---:|",
]


def lines() -> list[str]:
    """The table: medians of ratios over interleaved rounds."""
    found = [*HEAD]
    with tempfile.TemporaryDirectory() as folder:
        scanned, book, made = (f"{folder}/{name}" for name in ("scan.pdf", "roster.xlsx", "made.xlsx"))
        make(scanned, pages=20)
        Path(book).write_bytes(sme_roster(2500, 2500, 2025, 7))
        for name, (_, _, goal) in WORK.items():
            path = scanned if "upload" in name else book if "roster" in name else made
            rounds = [(measure(name, 0, path), measure(name, 1, path)) for _ in range(ROUNDS)]
            ours, theirs = (median(pair[side]["cpu"] for pair in rounds) for side in (0, 1))
            ratio = median(one["cpu"] / other["cpu"] for one, other in rounds)
            figure = f"{ratio:.2f}" if ratio <= goal else f"**{ratio:.2f}**"
            more = max(one["more_mb"] for one, _ in rounds)
            found.append(f"| {name} | {ours:.2f} | {theirs:.2f} | {figure} | {goal:g} | {more} |")
    return found


def measure(name: str, side: int, path: str) -> dict:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, __file__, name, str(side), path]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def report(name: str, side: int, path: str) -> None:
    """A line of JSON: CPU seconds with those of child processes, and memory at the peak beyond what was there."""
    before, memory = spent(), peak()
    WORK[name][side](path)
    print(json.dumps({"cpu": spent() - before, "more_mb": peak() - memory}))


def spent() -> float:
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)


def peak() -> int:
    """MB. Of this program alone: what getrusage says of a new process begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024


if __name__ == "__main__":
    if len(sys.argv) == 4:
        report(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    else:
        print("\n".join(lines()))

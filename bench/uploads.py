"""An upload of 200 MB through the portal's checks, whole and in pieces, beside a bare multipart view.

    python bench/uploads.py          # prints the table of RESULTS-materials.md

The request goes through Django's own WSGI handler and parser in this process, as gunicorn would call it.
No database is needed: what is measured is taking the file in, not the rows about it.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import django
import pikepdf
from django.core.handlers.wsgi import WSGIRequest

django.setup()

from bench.measure import report, run, table
from portal.files.inspection import inspect_upload
from portal.files.partial import PIECE
from portal.files.scanner import scan
from portal.shared.storage import store_private

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


WORK = {"bare": bare, "whole": whole, "pieces": pieces, "make": make}


def main() -> None:
    if len(sys.argv) == 3:
        report(lambda: WORK[sys.argv[1]](sys.argv[2]))
        return
    with tempfile.NamedTemporaryFile(suffix=".pdf") as scan_file:
        size = run(__file__, "make", scan_file.name)["result"]
        rows = {
            "bare multipart view: parse and save": run(__file__, "bare", scan_file.name),
            "portal: parse, both digests, every object looked at, save": run(
                __file__, "whole", scan_file.name
            ),
            "portal: in pieces of 2 MB, then the same": run(__file__, "pieces", scan_file.name),
        }
    print(f"PDF of {size // MEGABYTE} MB, 40 pages\n\n{table(rows)}")


if __name__ == "__main__":
    main()

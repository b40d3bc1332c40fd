"""Bulk files: everything of a kind in one gzipped file of JSON lines, made anew when it has changed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.models import BulkFile
from portal.shared.storage import open_private, store_private

KEPT = "public, max-age=0, s-maxage=60"


@dataclass(frozen=True)
class Source:
    """`stamp` is cheap and changes with the rows."""

    label: str
    stamp: Callable[[], str]
    rows: Callable[[], Iterable[dict]]


_sources: dict[str, Source] = {}


def provide_bulk(name: str, source: Source) -> None:
    _sources[name] = source


def label_of(name: str) -> str:
    return _sources[name].label


def write_bulk_files() -> list[str]:
    """Names of those that were made anew."""
    made = []
    for name, source in sorted(_sources.items()):
        stamp = source.stamp()
        known = BulkFile.objects.filter(pk=name).first()
        if known is None or known.stamp != stamp:
            _write(name, source, stamp, known)
            made.append(name)
    return made


def _write(name: str, source: Source, stamp: str, known: BulkFile | None) -> None:
    buffer, count = io.BytesIO(), 0
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed:
        for row in source.rows():
            packed.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
            count += 1
    content = buffer.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    key = known.key if known and known.sha256 == sha256 else store_private(io.BytesIO(content), sha256=sha256)
    BulkFile.objects.update_or_create(
        name=name,
        defaults={
            "stamp": stamp,
            "key": key,
            "sha256": sha256,
            "size": len(content),
            "rows": count,
            "made_at": timezone.now(),
        },
    )


@login_not_required
@require_safe
def bulk_file(request, name: str):
    """The newest one; asked again with its ETag it is not sent again."""
    row = BulkFile.objects.filter(pk=name).first()
    if row is None:
        raise Http404
    etag = f'"{row.sha256}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = FileResponse(open_private(row.key), content_type="application/gzip")
        response["Content-Length"] = str(row.size)
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.jsonl.gz")
    response["ETag"], response["Cache-Control"] = etag, KEPT
    return response

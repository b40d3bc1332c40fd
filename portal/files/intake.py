"""Taking in a file: inspect, scan, store, one row. The row belongs to the record that it was given to."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from typing import BinaryIO

from django.db import models, transaction

from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import SYSTEM
from portal.models import StoredFile
from portal.shared.refusal import UploadRefused
from portal.shared.storage import open_private, store_private
from portal.shared.uploads import inspect_upload, scan


def take_in(
    content: BinaryIO,
    *,
    name: str,
    owner: models.Model,
    by,
    allowed: Collection[str],
    max_bytes: int,
    present: Mapping[str, str] | None = None,
) -> StoredFile:
    """Store an upload after every check. Raises UploadRefused; nothing refused is kept.

    `present` are the files that stand at its side already, SHA-256 to name: the same one is not taken twice.
    """
    report = inspect_upload(content, name=name, allowed=allowed, max_bytes=max_bytes)
    if present and report.sha256 in present:
        raise UploadRefused(
            "twice",
            f"与已上传的“{present[report.sha256][:40]}”内容完全相同，不需要重复上传，请核对是否选错文件。",
        )
    verdict = scan(content)
    return StoredFile.objects.create(
        owner_model=owner._meta.label_lower,
        owner_id=owner.pk,
        name=report.name,
        extension=report.extension,
        content_type=report.content_type,
        size=report.size,
        pages=report.pages,
        key=store_private(content, sha256=report.sha256),
        sha256=report.sha256,
        sm3=report.sm3,
        scan=verdict,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )


def keep_own(content: bytes, *, name: str, owner: models.Model) -> StoredFile:
    """Store a document that the portal itself has made (a receipt, a certificate)."""
    return take_in(
        io.BytesIO(content), name=name, owner=owner, by=None, allowed={"pdf"}, max_bytes=200 * 1024 * 1024
    )


def rescan_quarantined(limit: int = 100) -> int:
    """Judge the files that came in while the scanner was down; returns how many were judged.

    Stops at the first that the scanner still does not answer for.
    """
    judged = 0
    waiting = StoredFile.objects.filter(scan=StoredFile.Scan.QUARANTINED).order_by("uploaded_at")
    for file in waiting[:limit]:
        with open_private(file.key) as content:
            try:
                verdict = scan(content)
            except UploadRefused:
                verdict = StoredFile.Scan.INFECTED
        if verdict == StoredFile.Scan.QUARANTINED:
            break
        _settle(file, verdict)
        judged += 1
    return judged


@transaction.atomic
def _settle(file: StoredFile, verdict: str) -> None:
    file.scan = verdict
    file.save(update_fields=["scan"])
    audit.record(action="scan", obj=file, by=SYSTEM, facts={"verdict": verdict, "sha256": file.sha256})
    outbox.send("file_scanned", key=f"scan:{file.pk}:{verdict}", file=str(file.pk))

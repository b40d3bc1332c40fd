"""Taking in a file: inspect, scan, store, one row. The row belongs to the record that it was given to."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import BinaryIO

from django.db import models

from portal import clock
from portal.models import StoredFile
from portal.shared.storage import store_private
from portal.shared.uploads import inspect_upload, scan


def take_in(
    content: BinaryIO, *, name: str, owner: models.Model, by, allowed: Collection[str], max_bytes: int
) -> StoredFile:
    """Store an upload after every check. Raises UploadRefused; nothing refused is kept."""
    report = inspect_upload(content, name=name, allowed=allowed, max_bytes=max_bytes)
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

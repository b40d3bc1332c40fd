"""Uploads in pieces, so that a broken connection costs a piece and not the file.

A row says how far a file has come, a file in a folder shared by the web processes holds the pieces. Each
piece names its offset, as in the tus protocol; it is short, so that memory stays flat, and it is written
under the row's lock, so that two windows cannot write one file.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from portal.files.models.partial_upload import PartialUpload
from portal.kernel import clock
from portal.shared.digests import sha256_hex
from portal.shared.refusal import UploadRefused
from portal.shared.uploads import clean_filename, too_large

PIECE = 2 * 1024 * 1024  # bytes that a browser sends at a time
KEPT = timedelta(hours=48)
MAX_OPEN = 40  # per person: what is begun and left alone takes room


class WrongOffset(Exception):
    """The piece does not follow what is there; `offset` is where to go on."""

    def __init__(self, offset: int):
        self.offset = offset
        super().__init__(f"expected offset {offset}")


def begin(
    owner: models.Model,
    *,
    slot: str,
    name: str,
    size: int,
    fingerprint: str,
    allowed: Collection[str],
    max_bytes: int,
    by,
) -> PartialUpload:
    """A new upload, or the one of the same file that was broken off. Raises UploadRefused before a byte is sent."""
    name, _ = clean_filename(name, allowed)
    fingerprint = sha256_hex(fingerprint.encode("utf-8", "replace"))
    if size <= 0:
        raise UploadRefused("empty", "文件是空的，请检查后重新上传。")
    if size > max_bytes:
        raise too_large(max_bytes)
    found = of(owner, slot).filter(name=name, size=size, fingerprint=fingerprint).first()
    if found:
        return found
    if PartialUpload.objects.filter(started_by=by, expires_at__gt=clock.now()).count() >= MAX_OPEN:
        raise UploadRefused("too_many_open", "未传完的文件过多，请先继续上传或者放弃。")
    return PartialUpload.objects.create(
        owner_model=owner._meta.label_lower, owner_id=owner.pk, slot=slot, fingerprint=fingerprint,
        name=name, size=size, started_by=by, started_at=clock.now(), expires_at=clock.now() + KEPT,
    )  # fmt: skip


def of(owner: models.Model, slot: str) -> models.QuerySet[PartialUpload]:
    return PartialUpload.objects.filter(
        owner_model=owner._meta.label_lower, owner_id=owner.pk, slot=slot, expires_at__gt=clock.now()
    )


@transaction.atomic
def append(upload: PartialUpload, *, offset: int, piece: bytes) -> PartialUpload:
    """Write one piece. Raises WrongOffset, or UploadRefused for more than was announced."""
    row = PartialUpload.objects.select_for_update().get(pk=upload.pk)
    if offset != row.offset:
        raise WrongOffset(row.offset)
    if offset + len(piece) > row.size:
        raise UploadRefused("longer", "文件在上传过程中变长，请重新选择文件。")
    path = path_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written at its place rather than appended: a process that died may have left more than the row knows.
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()
    row.offset = offset + len(piece)
    row.save(update_fields=["offset"])
    return row


def path_of(upload: PartialUpload) -> Path:
    return Path(settings.PARTIAL_UPLOADS) / str(upload.pk)


def discard(upload: PartialUpload) -> None:
    PartialUpload.objects.filter(pk=upload.pk).delete()
    path_of(upload).unlink(missing_ok=True)

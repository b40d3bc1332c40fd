"""Uploads in pieces, so that a broken connection costs a piece and not the file.

A row says how far a file has come and where its pieces lie: in the store of all files, which every web process
reaches. Each piece names its offset, as in the tus protocol, and is short, so that memory stays flat. It is stored
first and counts once the row says so under its lock, so that two windows cannot write one file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from datetime import timedelta
from typing import BinaryIO

from django.db import DatabaseError, InterfaceError, models, transaction

from portal.files.models.partial_upload import PartialUpload
from portal.kernel import clock
from portal.shared.digests import sha256_hex
from portal.shared.refusal import UploadRefused
from portal.shared.storage import open_private, remove_private, store_piece
from portal.shared.uploads import clean_filename, too_large

FOLDER = "partial"
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
        owner_model=owner._meta.label_lower,
        owner_id=owner.pk,
        slot=slot,
        fingerprint=fingerprint,
        name=name,
        size=size,
        started_by=by,
        started_at=clock.now(),
        expires_at=clock.now() + KEPT,
    )


def of(owner: models.Model, slot: str) -> models.QuerySet[PartialUpload]:
    return PartialUpload.objects.filter(
        owner_model=owner._meta.label_lower, owner_id=owner.pk, slot=slot, expires_at__gt=clock.now()
    )


def append(upload: PartialUpload, *, offset: int, piece: bytes) -> PartialUpload:
    """Keep one piece. Raises WrongOffset, UploadRefused for more than was announced, StoreUnavailable."""
    if offset != upload.offset:
        raise WrongOffset(upload.offset)
    if offset + len(piece) > upload.size:
        raise UploadRefused("longer", "文件在上传过程中变长，请重新选择文件。")
    key = store_piece(f"{FOLDER}/{upload.pk}/{offset:012d}", piece)
    try:
        return _count(upload, offset, len(piece), key)
    except (DatabaseError, InterfaceError):
        raise  # the answer of a commit may be lost: a row may count this piece; left over, it expires with its upload
    except BaseException:
        remove_private(key)
        raise


@transaction.atomic
def _count(upload: PartialUpload, offset: int, length: int, key: str) -> PartialUpload:
    row = PartialUpload.objects.select_for_update().get(pk=upload.pk)
    if offset != row.offset:
        raise WrongOffset(row.offset)
    row.offset, row.pieces = offset + length, [*row.pieces, key]
    row.save(update_fields=["offset", "pieces"])
    return row


def assembled(upload: PartialUpload) -> BinaryIO:
    """The pieces as one file without a name; the caller closes it. Raises FileNotFoundError, StoreUnavailable."""
    whole = tempfile.TemporaryFile()  # noqa: SIM115
    for key in upload.pieces:
        with open_private(key) as piece:
            while chunk := piece.read(PIECE):
                whole.write(chunk)
    whole.seek(0)
    return whole


def discard(upload: PartialUpload) -> None:
    row = PartialUpload.objects.filter(pk=upload.pk).first()
    PartialUpload.objects.filter(pk=upload.pk).delete()
    for key in row.pieces if row else ():
        remove_private(key)

"""Taking in a file. The row belongs to the record that it was given to; until the checks are over nobody opens it.

Most files are received: name, size, digest and first bytes are looked at, the bytes are stored, and the page answers.
The worker looks into them (`portal.files.checking`). What has no second chance to say what is wrong with it is looked
into at once, in a child, and before the record's transaction begins (`portal.files.taking`).
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
from django.conf import settings
from django.db import DatabaseError, InterfaceError, models

from portal.files.inspect.heads import HEAD, check_head
from portal.files.inspection import inspect_upload, measure
from portal.files.pages import keep_pages
from portal.kernel import clock, outbox
from portal.models import StoredFile
from portal.shared.refusal import UploadRefused
from portal.shared.storage import StoreFull, StoreUnavailable, remove_private, store_private
from portal.shared.uploads import TYPES, clean_filename

State, Scan = StoredFile.State, StoredFile.Scan
NO_STORE = UploadRefused("store", "文件存储暂时没有响应，文件没有保存；已填写的内容不受影响，请稍后再上传。")
# Coming again later does not help here, somebody has to make room.
FULL_STORE = UploadRefused(
    "store", "文件存储空间已满，文件没有保存；已填写的内容不受影响，请联系系统管理员后再上传。"
)


@dataclass(frozen=True)
class Received:
    """Bytes that lie in the store and belong to nobody yet."""

    name: str
    extension: str
    size: int
    sha256: str
    sm3: str
    key: str


def receive(content: BinaryIO, *, name: str, allowed: Collection[str], max_bytes: int) -> Received:
    """Store an upload unopened. Call it outside of any transaction: the store may be slow. Raises UploadRefused."""
    name, extension = clean_filename(name, allowed)
    digester = measure(content, max_bytes)
    check_head(content.read(HEAD), extension)
    return Received(
        name, extension, digester.size, digester.sha256, digester.sm3, _store(content, digester.sha256)
    )


def give_back(received: Received) -> None:
    """The record did not want it after all. A commit whose answer was lost is a commit: then a row has the bytes."""
    try:
        kept = StoredFile.objects.filter(key=received.key).exists()
    except (DatabaseError, InterfaceError):
        return  # nobody can say now; what belongs to nobody is swept later
    if not kept:
        remove_private(received.key)


def enter(
    received: Received, *, owner: models.Model, by, present: Mapping[str, str] | None = None
) -> StoredFile:
    """The row of a received file, and the message that has it checked. In the transaction of the record's change.

    `present` are the files that stand at its side already, SHA-256 to name: the same one is not taken twice.
    """
    _refuse_twice(received.sha256, present)
    row = _create(received, owner=owner, by=by, state=State.RECEIVED)
    outbox.send("file_received", key=f"file_received:{row.pk}", file=str(row.pk))
    return row


@dataclass
class Judged:
    """A received file that was looked into at once; `placed` once a record has it."""

    received: Received
    pages: int | None
    placed: bool = False


def judge(
    content: BinaryIO,
    *,
    name: str,
    allowed: Collection[str],
    max_bytes: int,
    present: Mapping[str, str] | None = None,
) -> Judged:
    """Look into an upload and store it. Takes seconds: never inside a transaction, where others wait for its locks."""
    report = inspect_upload(content, name=name, allowed=allowed, max_bytes=max_bytes)
    _refuse_twice(report.sha256, present)
    key = _store(content, report.sha256)
    if not settings.CLAMAV_ADDRESS:
        keep_pages(report.sha256, report.pictures)
    received = Received(report.name, report.extension, report.size, report.sha256, report.sm3, key)
    return Judged(received, report.pages)


def place(judged: Judged, *, owner: models.Model, by, present: Mapping[str, str] | None = None) -> StoredFile:
    """The row, in the transaction of the record's change. Where there is a scanner the worker asks it afterwards."""
    _refuse_twice(judged.received.sha256, present)
    judged.placed = True
    if settings.CLAMAV_ADDRESS:
        return enter(judged.received, owner=owner, by=by)
    return _create(
        judged.received, owner=owner, by=by, state=State.CLEAN, scan=Scan.UNSCANNED, pages=judged.pages
    )


@contextmanager
def given_back() -> Iterator[list[Judged]]:
    """A list for what is looked into before a transaction; what no record has in the end goes back out of the store."""
    judged: list[Judged] = []
    try:
        yield judged
    except BaseException:
        for one in judged:
            give_back(one.received)
        raise
    for one in judged:
        if not one.placed:
            give_back(one.received)


def keep_own(content: bytes, *, name: str) -> Judged:
    """Store a document that the portal itself has made (a receipt, a certificate); `place_own` gives it its row."""
    digester = measure(io.BytesIO(content), len(content))
    with pikepdf.open(io.BytesIO(content)) as document:
        pages = len(document.pages)
    key = store_private(io.BytesIO(content), sha256=digester.sha256)
    return Judged(Received(name, "pdf", digester.size, digester.sha256, digester.sm3, key), pages)


def place_own(kept: Judged, *, owner: models.Model) -> StoredFile:
    kept.placed = True
    return _create(kept.received, owner=owner, by=None, state=State.CLEAN, scan=Scan.CLEAN, pages=kept.pages)


def _refuse_twice(sha256: str, present: Mapping[str, str] | None) -> None:
    if present and sha256 in present:
        raise UploadRefused(
            "twice",
            f"与已上传的“{present[sha256][:40]}”内容完全相同，不需要重复上传，请核对是否选错文件。",
        )


def _store(content: BinaryIO, sha256: str) -> str:
    try:
        return store_private(content, sha256=sha256)
    except StoreFull as error:
        raise FULL_STORE from error
    except StoreUnavailable as error:
        raise NO_STORE from error


def _create(received: Received, *, owner: models.Model, by, **how) -> StoredFile:
    return StoredFile.objects.create(
        owner_model=owner._meta.label_lower,
        owner_id=owner.pk,
        name=received.name,
        extension=received.extension,
        content_type=TYPES[received.extension],
        size=received.size,
        key=received.key,
        sha256=received.sha256,
        sm3=received.sm3,
        uploaded_by=by,
        uploaded_at=clock.now(),
        **how,
    )

"""Private files through the storage API: written once, never overwritten, served only by a view.

Every call has a budget of seconds (settings) and a breaker: a store that does not answer costs one page ten seconds,
and those after it nothing.
"""

from __future__ import annotations

import errno
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import BinaryIO
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse

from portal.shared.breaker import Breaker
from portal.shared.waiting import demand_no_transaction

breaker = Breaker("store", rest=10.0)
FULL_CODES = {"QuotaExceeded", "XMinioStorageFull"}  # Ceph's and MinIO's


class StoreUnavailable(Exception):
    """The store does not answer; whoever waits is told so and comes again."""

    sentence = "文件存储暂时没有响应，请稍后再试；已经上传的文件不受影响。"


class StoreFull(StoreUnavailable):
    sentence = "文件存储空间已满，暂时不能接收文件，请联系系统管理员；已经上传的文件不受影响。"


class ObjectMissing(FileNotFoundError):
    """The row is there and its bytes are not."""

    sentence = "文件的登记还在，但存储中找不到文件内容，请联系系统管理员从备份恢复。"


@contextmanager
def asking_store() -> Iterator[None]:
    if breaker.is_open:
        raise StoreUnavailable
    try:
        yield
    except (FileNotFoundError, SuspiciousFileOperation):
        raise
    except (OSError, BotoCoreError, ClientError) as error:
        if _is_full(error):
            raise StoreFull from error
        breaker.failed()
        raise StoreUnavailable from error
    breaker.worked()


def _is_full(error: Exception) -> bool:
    """A disk says it by its number; S3 stores by HTTP's 507 or by a code of their own."""
    if not isinstance(error, ClientError):
        return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status == 507 or error.response.get("Error", {}).get("Code") in FULL_CODES


def store_private(content: BinaryIO, *, sha256: str) -> str:
    """Store a stream under a key of its own and return the key; nothing can be written there again."""
    demand_no_transaction("the store")
    content.seek(0)
    with asking_store():
        return default_storage.save(
            f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}-{uuid.uuid4().hex}", File(content)
        )


def store_piece(key: str, content: bytes) -> str:
    """Store a piece of an upload; returns the key, which differs from the asked one when that is taken."""
    with asking_store():
        return default_storage.save(key, ContentFile(content))


def keys_under(folder: str) -> list[str]:
    """Keys two levels below a folder; none when the store does not answer."""
    try:
        with asking_store():
            names = default_storage.listdir(folder)[0]
            return [
                f"{folder}/{name}/{key}"
                for name in names
                for key in default_storage.listdir(f"{folder}/{name}")[1]
            ]
    except (StoreUnavailable, FileNotFoundError):
        return []


def remove_private(key: str) -> None:
    """Take away what no row speaks of. A store that is down keeps it; nobody reaches it."""
    with suppress(StoreUnavailable, FileNotFoundError), asking_store():
        default_storage.delete(key)


def keep_rendition(key: str, content: bytes) -> None:
    """Keep something that can be made again from a stored file; made twice at once, either is as good."""
    with suppress(StoreUnavailable), asking_store():
        if not default_storage.exists(key):
            default_storage.save(key, ContentFile(content))


def kept_since(key: str) -> datetime | None:
    """When it was written; None when it is gone or the store does not answer."""
    with suppress(StoreUnavailable, FileNotFoundError), asking_store():
        return default_storage.get_modified_time(key)
    return None


def read_rendition(key: str) -> bytes | None:
    try:
        with asking_store(), default_storage.open(key, "rb") as content:
            return content.read()
    except FileNotFoundError:
        return None


def open_private(key: str) -> BinaryIO:
    """Raises ObjectMissing, StoreUnavailable, and SuspiciousFileOperation for a crafted key."""
    with asking_store():
        try:
            opened = default_storage.open(key, "rb")
            _ = (
                opened.file
            )  # S3 fetches on the first touch: what is missing is told here and not in mid-answer
        except FileNotFoundError as error:
            raise ObjectMissing(key) from error
        return opened


def private_response(key: str, filename: str, content_type: str, *, inline: bool) -> FileResponse:
    """A streamed file that no browser may interpret, cache or frame."""
    response = FileResponse(open_private(key), content_type=content_type)
    kind = "inline" if inline else "attachment"
    extension = "".join(c for c in filename.rpartition(".")[2] if c.isascii() and c.isalnum())[:8] or "bin"
    response["Content-Disposition"] = (
        f"{kind}; filename=\"file.{extension}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response

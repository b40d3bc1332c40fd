"""Private files through the storage API: written once, never overwritten, served only by a view."""

from __future__ import annotations

import uuid
from typing import BinaryIO
from urllib.parse import quote

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse


def store_private(content: BinaryIO, *, sha256: str) -> str:
    """Store a stream under a key of its own and return the key; nothing can be written there again."""
    content.seek(0)
    return default_storage.save(
        f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}-{uuid.uuid4().hex}", File(content)
    )


def open_private(key: str) -> BinaryIO:
    """Raises FileNotFoundError for a key that was never stored, SuspiciousFileOperation for a crafted one."""
    return default_storage.open(key, "rb")


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

from __future__ import annotations

import errno
import io

import pytest
from botocore.exceptions import ClientError
from django.core.exceptions import SuspiciousFileOperation

from portal.shared.digests import sha256_hex
from portal.shared.storage import (
    StoreFull,
    asking_store,
    breaker,
    open_private,
    private_response,
    store_private,
)

pytestmark = pytest.mark.django_db
CONTENT = b"content of a file"
DIGEST = sha256_hex(CONTENT)


def test_a_file_is_found_again_under_a_key_that_names_its_digest():
    key = store_private(io.BytesIO(CONTENT), sha256=DIGEST)
    assert key.startswith(f"sha256/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}-")
    with open_private(key) as stored:
        assert stored.read() == CONTENT


def test_the_same_content_twice_never_overwrites():
    stream = io.BytesIO(CONTENT)
    stream.read()
    first, second = (store_private(stream, sha256=DIGEST) for _ in range(2))
    assert first != second
    with open_private(first) as one, open_private(second) as other:
        assert one.read() == other.read() == CONTENT


def of_s3(status: int, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")


@pytest.mark.parametrize(
    "said",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        of_s3(507, "XMinioStorageFull"),
        of_s3(507, "InsufficientStorage"),
        of_s3(403, "QuotaExceeded"),
    ],
    ids=str,
)
def test_a_store_without_room_is_called_full_and_rests_nobody(said):
    with pytest.raises(StoreFull), asking_store():
        raise said
    assert not breaker.is_open


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd"])
def test_a_key_leads_nowhere_else(key):
    with pytest.raises(SuspiciousFileOperation):
        open_private(key)


@pytest.mark.parametrize(
    ("name", "inline", "disposition"),
    [
        (
            "报告 1.pdf",
            False,
            "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%201.pdf",
        ),
        (
            'a"\r\nSet-Cookie: b/c.pn"g',
            True,
            "inline; filename=\"file.png\"; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20b%2Fc.pn%22g",
        ),
        (
            "无扩展名",
            False,
            "attachment; filename=\"file.bin\"; filename*=UTF-8''%E6%97%A0%E6%89%A9%E5%B1%95%E5%90%8D",
        ),
    ],
)
def test_a_response_streams_and_no_browser_may_interpret_cache_or_misname_it(name, inline, disposition):
    key = store_private(io.BytesIO(CONTENT), sha256=DIGEST)
    response = private_response(key, name, "application/pdf", inline=inline)
    assert response.streaming
    assert b"".join(response.streaming_content) == CONTENT
    assert {
        header: response[header]
        for header in (
            "Content-Disposition",
            "Content-Type",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cache-Control",
        )
    } == {
        "Content-Disposition": disposition,
        "Content-Type": "application/pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    response.close()

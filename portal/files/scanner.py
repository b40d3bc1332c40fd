"""The virus scanner: asked over a socket with a budget of seconds, left alone for a while when it does not answer."""

from __future__ import annotations

import socket
import struct
import time
from typing import BinaryIO

from django.conf import settings

from portal.shared.breaker import Breaker
from portal.shared.refusal import INFECTED, UploadRefused
from portal.shared.waiting import demand_no_transaction

CHUNK = 256 * 1024
CONNECT, ANSWER = 3.0, 120.0  # seconds; a worker waits for a file of 200 MB, never a page
breaker = Breaker("scanner", rest=30.0)


def scan(content: BinaryIO, *, patience: float = ANSWER) -> str:
    """clean, unscanned (no scanner is configured) or quarantined (it does not answer). Raises when infected."""
    if not settings.CLAMAV_ADDRESS:
        return "unscanned"
    if breaker.is_open:
        return "quarantined"
    demand_no_transaction("the scanner")
    host, _, port = settings.CLAMAV_ADDRESS.partition(":")
    try:
        answer = _ask_clamd(content, host, int(port or 3310), patience)
    except OSError:
        breaker.failed()
        return "quarantined"
    finally:
        content.seek(0)
    breaker.worked()
    if answer.endswith(b"FOUND"):
        raise UploadRefused(*INFECTED)
    return "clean" if answer.endswith(b"OK") else "quarantined"


def _ask_clamd(content: BinaryIO, host: str, port: int, patience: float) -> bytes:
    content.seek(0)
    deadline = time.monotonic() + patience
    with socket.create_connection((host, port), timeout=CONNECT) as link:
        link.settimeout(min(20.0, patience))  # a scanner that takes no bytes for so long is frozen
        link.sendall(b"zINSTREAM\0")
        while chunk := content.read(CHUNK):
            link.sendall(struct.pack(">I", len(chunk)) + chunk)
            if time.monotonic() > deadline:
                raise TimeoutError("the scanner takes too long")
        link.sendall(struct.pack(">I", 0))
        link.settimeout(max(1.0, deadline - time.monotonic()))
        answer = b""
        while not answer.endswith(b"\0") and (more := link.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\r\n ")

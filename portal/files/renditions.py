"""Documents and packages that are made once, by a worker, and kept by the digest of what they are made from.

A process that serves people asks for one and waits a moment (`DRAWS_DOCUMENTS` is off there): laying out takes hundreds of
megabytes and holds up everybody else in the process. What is kept goes after some days; it can be made again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from portal.kernel import outbox
from portal.shared import pdf
from portal.shared.digests import sha256_hex
from portal.shared.storage import keep_rendition, open_private, read_rendition

FOLDER = "drawn"
KEPT_DAYS = 7
DIGEST = 64  # characters of a digest, in front of what is kept
PAUSE, PATIENCE = 0.1, 8  # seconds between two looks, and until whoever waits is told to come again
Maker = Callable[..., bytes]
_makers: dict[str, Maker] = {}


class BeingDrawn(Exception):
    """The worker has it in hand; whoever waits comes again."""

    sentence = "文件正在生成，请过几秒再打开一次。"


def draws(kind: str):
    """Register what makes a kind of rendition from facts that JSON can carry."""

    def register(make: Maker) -> Maker:
        _makers[kind] = make
        return make

    return register


def rendition(kind: str, inputs: str, **facts: str) -> bytes:
    """The kept bytes; `inputs` names all that they depend on."""
    key = key_of(kind, inputs)
    content = read_whole(key)
    if content is not None:
        return content
    return make(kind, key, facts) if draws_itself() else ask_worker(kind, key, facts)


def template_pdf(template: str, context: dict, *, style: str = "official") -> bytes:
    """PDF of a template, laid out anew only when its words or its style have changed."""
    html = render_to_string(template, context)
    key = key_of("pdf", f"{pdf.style_text(style)}\0{html}")
    content = read_whole(key)
    if content is not None:
        return content
    if draws_itself():
        return make("pdf", key, {"style": style, "html": html})
    source = f"{key}.html"  # beside the files and not in the queue, whose rows are read by administrators
    keep_rendition(source, html.encode())
    return ask_worker("pdf", key, {"style": style, "source": source})


@draws("pdf")
def draw_pdf(style: str, html: str = "", source: str = "") -> bytes:
    if source:
        with open_private(source) as content:
            html = content.read().decode()
    return pdf.render_pdf(html, style=style)


def draws_itself() -> bool:
    """Within a transaction nobody asks: the worker would not see the question, and a lock would wait for it."""
    if settings.DRAWS_DOCUMENTS:
        return True
    try:
        with transaction.atomic(durable=True):  # refused within another
            return False
    except RuntimeError:
        return True


def make(kind: str, key: str, facts: dict[str, str]) -> bytes:
    content = _makers[kind](**facts)
    keep_rendition(key, sha256_hex(content).encode() + content)
    return content


def read_whole(key: str) -> bytes | None:
    """None too while another process is still writing: the digest in front says where it ends."""
    kept = read_rendition(key) or b""
    return kept[DIGEST:] if kept and sha256_hex(kept[DIGEST:]).encode() == kept[:DIGEST] else None


def ask_worker(kind: str, key: str, facts: dict[str, str]) -> bytes:
    minute = int(time.time()) // 60  # asked anew when an answer was lost
    outbox.send("rendition", key=f"{key}:{minute}", kind=kind, place=key, facts=facts)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(PAUSE)
        content = read_whole(key)
        if content is not None:
            return content
    raise BeingDrawn


def key_of(kind: str, inputs: str) -> str:
    digest = sha256_hex(f"{settings.VERSION}\0{kind}\0{inputs}".encode())
    return f"{FOLDER}/{digest[:2]}/{digest}"

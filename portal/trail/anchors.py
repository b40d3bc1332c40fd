"""Heads of the audit chains, written outside the database: the owner of a database can cut a chain's
tail without a trace inside it, so each anchor says how long every chain was and what stood at its end.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from portal.kernel.audit import Break
from portal.models import AuditEvent
from portal.shared.digests import canonical_json, sha256_hex

FILE = "锚定文件"


def write_anchor() -> str:
    """Append one line (time, number of events, heads, digest over the line before) and return its digest.

    Writers wait for each other. A line that an outage tore stays as it is, and the next one begins on its own.
    """
    path = Path(settings.AUDIT_ANCHOR_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as anchors:
        fcntl.flock(anchors, fcntl.LOCK_EX)
        anchors.seek(0)
        written = anchors.read()
        whole = [line for line in map(_parse, written.splitlines()) if line]
        body = {
            **_heads(),
            "at": timezone.now().isoformat(),
            "previous": whole[-1]["digest"] if whole else "",
        }
        digest = sha256_hex(canonical_json(body).encode())
        torn = written and not written.endswith("\n")
        anchors.write(
            ("\n" if torn else "") + json.dumps({**body, "digest": digest}, ensure_ascii=False) + "\n"
        )
    return digest


def compare_with_anchors() -> Iterator[Break]:
    """Yield every chain that differs from what any anchor saw, and whatever is wrong with the anchors themselves."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    if not path.exists():
        yield Break(FILE, 0, "找不到库外锚定文件，本次没有与库外锚定比对")
        return
    previous, seen = "", {}
    for number, line in enumerate(map(_parse, path.read_text(encoding="utf-8").splitlines()), start=1):
        if line is None:
            yield Break(FILE, number, "锚定文件此行残缺，无法读出")
            continue
        body = {key: value for key, value in line.items() if key != "digest"}
        if line["previous"] != previous or sha256_hex(canonical_json(body).encode()) != line["digest"]:
            yield Break(FILE, number, "锚定文件本身被改动")
        previous = line["digest"]
        seen |= {(stream, sequence): digest for stream, (sequence, digest) in line["heads"].items()}
    if not seen:
        yield Break(FILE, 0, "库外锚定文件中没有锚定，本次没有与库外锚定比对")
    yield from _compare_heads(seen)


def _compare_heads(seen: dict[tuple[str, int], str]) -> Iterator[Break]:
    events = AuditEvent.objects.filter(stream__in={stream for stream, _ in seen})
    stored = {
        (stream, sequence): digest
        for stream, sequence, digest in events.values_list("stream", "sequence", "hash")
    }
    for (stream, sequence), digest in sorted(seen.items()):
        if stored.get((stream, sequence)) != digest:
            yield Break(stream, sequence, "与库外锚定不符，末尾记录可能被删改")


def _heads() -> dict:
    lengths = dict(AuditEvent.objects.values_list("stream").annotate(Max("sequence")))
    newest = AuditEvent.objects.order_by("stream", "-sequence").distinct("stream")
    return {
        "events": sum(lengths.values()),
        "heads": {event.stream: [event.sequence, event.hash] for event in newest},
    }


def _parse(line: str) -> dict | None:
    try:
        parsed = json.loads(line)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) and {"digest", "previous", "heads"} <= parsed.keys() else None

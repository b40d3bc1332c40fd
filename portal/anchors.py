"""Heads of the audit chains, written outside the database: the owner of a database can cut a chain's
tail without a trace inside it, so each anchor says how long every chain was and what stood at its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from portal.audit import Break
from portal.models import AuditEvent
from portal.shared.digests import canonical_json, sha256_hex


def write_anchor() -> str:
    """Append one line (time, number of events, heads, digest over the line before) and return its digest."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    previous = _lines(path)[-1]["digest"] if path.exists() and _lines(path) else ""
    lengths = dict(AuditEvent.objects.values_list("stream").annotate(Max("sequence")))
    heads = {
        event.stream: [event.sequence, event.hash]
        for event in AuditEvent.objects.order_by("stream", "-sequence").distinct("stream")
    }
    body = {
        "at": timezone.now().isoformat(),
        "events": sum(lengths.values()),
        "heads": heads,
        "previous": previous,
    }
    digest = sha256_hex(canonical_json(body).encode())
    with path.open("a", encoding="utf-8") as anchors:
        anchors.write(json.dumps({**body, "digest": digest}, ensure_ascii=False) + "\n")
    return digest


def compare_with_anchors() -> Iterator[Break]:
    """Yield every chain that is shorter than, or differs from, what the newest anchor saw."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    if not path.exists():
        return
    previous = ""
    lines = _lines(path)
    for number, line in enumerate(lines, start=1):
        body = {key: value for key, value in line.items() if key != "digest"}
        if line["previous"] != previous or sha256_hex(canonical_json(body).encode()) != line["digest"]:
            yield Break("锚定文件", number, "锚定文件本身被改动")
        previous = line["digest"]
    for stream, (sequence, digest) in (lines[-1]["heads"] if lines else {}).items():
        stored = (
            AuditEvent.objects.filter(stream=stream, sequence=sequence).values_list("hash", flat=True).first()
        )
        if stored != digest:
            yield Break(stream, sequence, "与库外锚定不符，末尾记录可能被删改")


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]

"""The log after a restore that lost entries (ADR 0085): what was published comes back from its files, what nobody has
any more is listed, and two administrators let the log go on under a new name whose first entry says all this."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import transaction

from portal.kernel import clock, signoff
from portal.kernel.permissions import Role, forbid
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent, Leaf, LogContinuation, Seal, SignOff
from portal.shared.digests import canonical_json, sha256_hex
from portal.trail.log import check_entries, current_log, next_place, origin_of, published_size, tiles_of
from portal.trail.tiles import BrokenTiles
from portal.trail.tlog import Head, Note, encode

BATCH = 5000


@transaction.atomic
def propose_continuation(*, by, note: str) -> SignOff:
    """By the administrator who restored; raises TransitionBlocked when the database holds all that was published."""
    if by is None or by.role != Role.ADMINISTRATOR or not by.is_active:
        forbid("续立日志由系统管理员办理。")
    log = current_log()
    tiles = tiles_of(log)
    size, here = published_size(tiles), next_place(log)
    if size <= here:
        raise TransitionBlocked(["库中的日志不短于已公布的日志，不需要续立。"])
    try:
        check_entries(log, tiles, here)
        rows = [leaf_of(log, number, entry) for number, entry in enumerate(tiles.entries(here, size), here)]
    except BrokenTiles as broken:
        raise TransitionBlocked([f"{broken}，不能续立；请先从另一份抄本恢复已公布的日志文件。"]) from None
    row = LogContinuation.objects.create(
        log=log,
        size=size,
        note=tiles.checkpoint,
        recovered=len(rows),
        lost="\n".join(lost_of(rows)),
        proposed_at=clock.now(),
    )
    return signoff.prepare([row], "carry_on", by=by, note=note)


def lost_of(rows: Iterable[Leaf]) -> list[str]:
    """Entries whose event or sealed row is no longer in the database: of them only the digest is left."""
    return [row.entry for row in rows if row.kind in (Leaf.Kind.EVENT, Leaf.Kind.SEAL) and row.source is None]


def leaf_of(log: int, number: int, published: bytes) -> Leaf:
    """A published entry as a row again, tied to its event or seal where that is still here."""
    entry = published.decode()
    said = json.loads(entry)
    row = Leaf(log=log, number=number, entry=entry)
    if "event" in said:
        row.kind = Leaf.Kind.EVENT
        row.source = AuditEvent.objects.filter(hash=said["event"]).values_list("pk", flat=True).first()
    elif "seal" in said:
        found = Seal.objects.filter(digest=said["seal"], table=said["row"])
        row.kind, row.source = Leaf.Kind.SEAL, found.values_list("pk", flat=True).first()
    elif "statement" in said:
        row.kind = Leaf.Kind.STATEMENT
    elif "public" in said:
        row.kind, row.key = Leaf.Kind.PUBLIC, f"{said['public']}:{said['key']}"
    else:
        row.kind = Leaf.Kind.ORIGIN if "continues" in said else Leaf.Kind.CHECKPOINT
    return row


def go_on(row: LogContinuation) -> None:
    """The old log whole again as it was published, and the first entry of the next one."""
    tiles, here = tiles_of(row.log), next_place(row.log)
    if tiles.checkpoint != row.note:
        raise TransitionBlocked(["拟办之后已公布的检查点有变化，请退回后重新拟办。"])
    back = [
        leaf_of(row.log, number, entry) for number, entry in enumerate(tiles.entries(here, row.size), here)
    ]
    if "\n".join(lost_of(back)) != row.lost:
        raise TransitionBlocked(["拟办之后库中的记录有变化，请退回后重新拟办。"])
    Leaf.objects.bulk_create(back, batch_size=BATCH)
    Leaf.objects.create(
        log=row.log + 1, number=0, kind=Leaf.Kind.ORIGIN, entry=first_entry(row), disclosed=row.lost
    )


def first_entry(row: LogContinuation) -> str:
    head = Head.parse(Note.parse(row.note).text)
    lost = row.lost_lines
    return canonical_json(
        {
            "continues": {"origin": head.origin, "root": encode(head.root), "size": head.size},
            "lost": {"count": len(lost), "sha256": sha256_hex(row.lost.encode())},
        }
    )


def name_of_next(row: LogContinuation) -> str:
    return origin_of(row.log + 1)

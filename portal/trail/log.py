"""The public log: entries get their places, tiles are written, and the head is signed and shown to the witnesses.

One writer at a time, held by a lock on a file. No transaction is open while a witness is asked.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.models import Checkpoint, Leaf
from portal.trail import witnesses
from portal.trail.keys import log_signers
from portal.trail.publishing import checkpoint_leaf, has_waiting_statements, new_leaves
from portal.trail.tiles import LONGEST_ENTRY, BrokenTiles, Tiles
from portal.trail.tlog import Head, Note, sign_note, tree_hash

EVERY = timedelta(hours=1)
BATCH = 5000
structured = structlog.get_logger(__name__)


def current_log() -> int:
    return Leaf.objects.aggregate(at=Max("log"))["at"] or 1


def origin_of(log: int) -> str:
    return settings.LOG_ORIGIN if log == 1 else f"{settings.LOG_ORIGIN}/{log}"


def tiles_of(log: int) -> Tiles:
    return Tiles(Path(settings.LOG_DIR) / ("" if log == 1 else str(log)))


def is_due() -> bool:
    """Every hour, and at once when somebody waits for a proof."""
    newest = Checkpoint.objects.filter(log=current_log()).order_by("-made_at").first()
    return newest is None or timezone.now() - newest.made_at >= EVERY or has_waiting_statements()


def publish() -> Checkpoint:
    """Take in what is new, publish it as tiles and sign the head. Raises BrokenTiles, and then signs nothing."""
    with _alone():
        log = current_log()
        tiles = tiles_of(log)
        check_published(log, tiles)
        number_leaves(log)
        size = write_tiles(log, tiles)
        head = Head(origin_of(log), size, tree_hash(tiles, 0, size))
        note = sign_note(head.text, log_signers())
        lines, refusals = witnesses.ask_all(head, note, tiles)
        for name, sentence in refusals.items():
            structured.error("witness_did_not_sign", witness=name, reason=sentence, size=size)
        tiles.keep_checkpoint(note + lines)
        return Checkpoint.objects.create(
            log=log, size=size, note=note + lines, refusals=refusals, made_at=timezone.now()
        )


def number_leaves(log: int) -> int:
    """Give what is new its places, closed by a leaf that says when; all of it or nothing."""
    with transaction.atomic():
        place = next_place(log)
        fresh = _with_checkpoint(log)
        while batch := list(islice(fresh, BATCH)):
            for leaf in batch:
                if len(leaf.entry.encode()) > LONGEST_ENTRY:
                    raise ValueError(f"too long for the log: {leaf.key}")
                leaf.number, place = place, place + 1
            Leaf.objects.bulk_create(batch)
    return place


def next_place(log: int) -> int:
    last = Leaf.objects.filter(log=log).aggregate(at=Max("number"))["at"]
    return 0 if last is None else last + 1


def _with_checkpoint(log: int) -> Iterator[Leaf]:
    yield from list(new_leaves(log))
    yield checkpoint_leaf(log)


def write_tiles(log: int, tiles: Tiles) -> int:
    """Bring the files up to the database; their size before is what the published head says."""
    size = published_size(tiles)
    rows = Leaf.objects.filter(log=log, number__gte=size).order_by("number").values_list("entry", flat=True)
    entries = (entry.encode() for entry in rows.iterator(BATCH))
    while batch := list(islice(entries, BATCH)):
        size = tiles.append(size, batch)
    return size


def published_size(tiles: Tiles) -> int:
    return Head.parse(Note.parse(tiles.checkpoint).text).size if tiles.checkpoint else 0


def check_published(log: int, tiles: Tiles) -> None:
    """A log signs nothing that does not continue its own published head: database, files and head must agree first."""
    if not tiles.checkpoint:
        if Checkpoint.objects.filter(log=log).exists():
            raise BrokenTiles("已公布的检查点文件不在了")
        return
    try:
        before = Head.parse(Note.parse(tiles.checkpoint).text)
    except ValueError:
        raise BrokenTiles("已公布的检查点文件无法读出") from None
    if tree_hash(tiles, 0, before.size) != before.root:
        raise BrokenTiles("已公布的日志文件与检查点不符")
    check_entries(log, tiles, min(next_place(log), before.size))
    end = next_place(log)
    if before.size > end:
        raise BrokenTiles(f"库中的日志只有 {end} 条，短于已公布的 {before.size} 条")


def check_entries(log: int, tiles: Tiles, size: int) -> None:
    """Of what both have, the last one is the same (the tree binds all before it)."""
    if not size:
        return
    last = Leaf.objects.get(log=log, number=size - 1).entry.encode()
    if [last] != list(tiles.entries(size - 1, size)):
        raise BrokenTiles("库中的日志与已公布的不同")


@contextmanager
def _alone() -> Iterator[None]:
    folder = Path(settings.LOG_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""The trail against everything that stands beside it: the public log, the published files, the rows, the witnesses.

Each check yields what does not agree. What could not be compared is not passed over: it raises NotCompared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connection

from portal.kernel.audit import Break
from portal.kernel.workflow import stateful_models
from portal.models import Checkpoint, Leaf
from portal.trail import witnesses
from portal.trail.keys import log_verifiers
from portal.trail.log import origin_of, tiles_of
from portal.trail.tiles import BrokenTiles, Tiles
from portal.trail.tlog import Head, Note, tree_hash

LOG = "公开日志"
# What entered the log after a checkpoint was not there before it: an hour's grace for transactions still open.
GRACE = "1 hour"


class NotCompared(Exception):
    """Something that this verification was not able to look at, as a Chinese sentence."""


EVENTS = """
  SELECT coalesce(e.stream, %(log)s), coalesce(e.sequence, l.number + 1), CASE
      WHEN e.id IS NULL THEN '日志所记的操作已不在库中' ELSE '与公开日志所记的摘要不符' END, l.entry
  FROM portal_leaf l LEFT JOIN portal_auditevent e ON e.id = l.source
  WHERE l.kind = 'event' AND (e.id IS NULL OR l.entry <> '{{"event":"' || e.hash || '"}}')
  ORDER BY l.log, l.number
"""
UNLOGGED = """
  SELECT e.stream, e.sequence, '早于最近的检查点，却没有记入公开日志', ''
  FROM portal_auditevent e
  WHERE e.recorded_at < (SELECT max(made_at) FROM portal_checkpoint) - interval '{grace}'
    AND NOT EXISTS (SELECT 1 FROM portal_leaf l WHERE l.kind = 'event' AND l.source = e.id)
  ORDER BY e.stream, e.sequence
"""
SEALS = """
  SELECT coalesce(s."table" || ' ' || s."row", %(log)s), l.number + 1, '封存摘要与公开日志不符', ''
  FROM portal_leaf l LEFT JOIN portal_seal s ON s.id = l.source
  WHERE l.kind = 'seal'
    AND (s.id IS NULL OR l.entry <> '{{"row":"' || s."table" || '","seal":"' || s.digest || '"}}')
  ORDER BY l.log, l.number
"""
BACKDATED = """
  WITH placed AS (
    SELECT l.kind, l.source, max(CASE WHEN l.kind = 'checkpoint'
        THEN (l.entry::jsonb -> 'checkpoint' ->> 'at')::timestamptz END)
      OVER (PARTITION BY l.log ORDER BY l.number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier
    FROM portal_leaf l
  )
  SELECT e.stream, e.sequence, '记录时间早于它记入日志之前的检查点，属于事后补记', ''
  FROM placed p JOIN portal_auditevent e ON e.id = p.source
  WHERE p.kind = 'event' AND e.recorded_at < p.earlier - interval '{grace}'
  ORDER BY e.stream, e.sequence
"""
SUSPECT_STATE = """
  SELECT t.id::text, CASE WHEN e.uuid IS NULL AND t.state_event IS NOT NULL THEN '状态所依据的操作记录不存在'
      ELSE '状态与最近一次操作记录不符' END
  FROM "{table}" t
  LEFT JOIN LATERAL (
    SELECT uuid, after FROM portal_auditevent
    WHERE stream = '{label}:' || t.id AND after <> '' ORDER BY sequence DESC LIMIT 1
  ) e ON true
  WHERE t.state_event IS DISTINCT FROM e.uuid OR t.state <> coalesce(e.after, '{initial}')
  ORDER BY 1
"""


def compare_with_log() -> Iterator[Break]:
    """Each event and each seal as the log holds it, and nothing that came to it afterwards."""
    lost = accepted_losses()
    for statement in (EVENTS, UNLOGGED, SEALS, BACKDATED):
        for stream, number, sentence, entry in _rows(statement.format(grace=GRACE), {"log": LOG}):
            if entry not in lost:
                yield Break(stream, number, sentence)


def accepted_losses() -> set[str]:
    """Entries that two persons have declared lost, when the log went on after a restore."""
    return {
        line
        for text in Leaf.objects.filter(kind=Leaf.Kind.ORIGIN).values_list("disclosed", flat=True)
        for line in text.splitlines()
    }


def replay_states() -> Iterator[Break]:
    """Each row with a life stands where its last event put it."""
    for model in stateful_models():
        label = model._meta.label_lower
        initial = str(model._meta.get_field("state").default)
        statement = SUSPECT_STATE.format(table=model._meta.db_table, label=label, initial=initial)
        for key, sentence in _rows(statement):
            yield Break(f"{label}:{key}", 0, sentence)


def compare_files(since: int, progress: Callable[[int], None]) -> Iterator[Break]:
    """The published files hold the entries that the database holds, and every signed head is theirs."""
    for log in Leaf.objects.order_by("log").values_list("log", flat=True).distinct():
        tiles = tiles_of(log)
        try:
            yield from _compare_tiles(log, tiles, since if log == 1 else 0, progress)
            yield from _check_heads(log, tiles)
        except (BrokenTiles, ValueError, OSError) as error:
            sentence = str(error) if isinstance(error, BrokenTiles) else "已公布的文件无法读出"
            yield Break(LOG, 0, sentence)


def _compare_tiles(log: int, tiles: Tiles, since: int, progress: Callable[[int], None]) -> Iterator[Break]:
    if not tiles.checkpoint:
        raise BrokenTiles("已公布的检查点文件不在了")
    size = Head.parse(Note.parse(tiles.checkpoint).text).size
    signed = Checkpoint.objects.filter(log=log).order_by("-size").values_list("size", flat=True).first() or 0
    if size < signed:
        yield Break(LOG, size + 1, f"已公布的检查点只有 {size} 条，曾签发过 {signed} 条")
    rows = Leaf.objects.filter(log=log, number__gte=since, number__lt=size).order_by("number")
    stored = rows.values_list("number", "entry").iterator(chunk_size=5000)
    for number, published in enumerate(tiles.entries(since, size), start=since):
        found = next(stored, None)
        if found is None or found[0] != number:
            yield Break(LOG, number + 1, "库中的日志缺少这一条")
            return
        if found[1].encode() != published:
            yield Break(LOG, number + 1, "库中的日志与已公布的不同")
        if number % 5000 == 0:
            progress(number)


def _check_heads(log: int, tiles: Tiles) -> Iterator[Break]:
    known, size = log_verifiers(), Head.parse(Note.parse(tiles.checkpoint).text).size
    notes = [
        *Checkpoint.objects.filter(log=log).order_by("size", "id").values_list("note", flat=True),
        tiles.checkpoint,
    ]
    for raw in notes:
        try:
            note = Note.parse(raw)
            head, signed = Head.parse(note.text), note.signed_by(known)
        except ValueError:
            yield Break(LOG, 0, "检查点的签名不成立")
            continue
        if not signed:
            yield Break(LOG, head.size, "检查点没有本门户的签名")
        elif head.size > size or tree_hash(tiles, 0, head.size) != head.root:
            yield Break(LOG, head.size, "检查点与已公布的日志不符")


def compare_with_witnesses() -> Iterator[Break]:
    """What each witness has seen, checkpoint by checkpoint. Raises NotCompared at the end when one did not answer."""
    silent = []
    known = witnesses.all_witnesses()
    if not known:
        raise NotCompared("没有设置见证方，没有与库外的见证比对")
    for log in Leaf.objects.order_by("log").values_list("log", flat=True).distinct():
        tiles = tiles_of(log)
        for witness in known:
            try:
                yield from _compare_witness(witness, origin_of(log), tiles)
            except witnesses.Refusal:
                silent.append(witness.name)
    if silent:
        raise NotCompared(f"见证方没有应答，没有比对：{'、'.join(dict.fromkeys(silent))}")


def _compare_witness(witness: witnesses.Witness, origin: str, tiles: Tiles) -> Iterator[Break]:
    agreed = 0
    for head in witnesses.read_history(witness, origin):
        try:
            same = tree_hash(tiles, 0, head.size) == head.root
        except (BrokenTiles, OSError):
            same = False
        if not same:
            yield Break(
                LOG,
                agreed + 1,
                f"与见证方 {witness.name} 见过的不同：第 {agreed + 1} 条至第 {head.size} 条之间被改写",
            )
            return
        agreed = head.size


def _rows(statement: str, parameters: dict | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()

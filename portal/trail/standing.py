"""Public records against the trail: every row that declares `on_record` stands as its newest event says it stood.

What is older than that saying was taken stock of once, by the first daily run after it came; from then on a row
without an event was not written by the portal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection

from portal.kernel.action_labels import known_actions
from portal.kernel.audit import Break, Thing, plain, record
from portal.kernel.permissions import SYSTEM
from portal.kernel.standing import columns_on_record
from portal.models import AuditEvent
from portal.shared.digests import canonical_json
from portal.trail.comparing import NotCompared

STOCK = "portal.stock:1"
CHUNK, STOCKED = 2000, 200  # rows compared at a time, rows in one event of the stock
NEWEST = """
  SELECT k.key, e.body FROM unnest(%(keys)s::text[]) k(key) JOIN LATERAL (
    SELECT body FROM portal_auditevent WHERE stream = %(label)s || ':' || k.key ORDER BY sequence DESC LIMIT 1
  ) e ON true
"""
GONE = """
  SELECT e.stream FROM portal_auditevent e
  WHERE e.action = ANY(%(actions)s) AND e.sequence = 1
    AND split_part(e.stream, ':', 1) = %(label)s
    AND NOT EXISTS (SELECT 1 FROM "{table}" t WHERE t.id::text = split_part(e.stream, ':', 2))
  ORDER BY 1
"""
Rows = Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]


def models_on_record() -> list[Any]:
    return [model for model in apps.get_models() if columns_on_record(model)]


def compare_public_records() -> Iterator[Break]:
    """Each public row with what the trail says of it, column by column; and what it speaks of that is gone."""
    stock, unsaid = read_stock(), 0
    for model in models_on_record():
        label = model._meta.label_lower
        for key, row, said in _rows(model):
            said = said or stock.get(label, {}).get(key)
            if said is not None:
                yield from _differences(model, key, row, said)
            elif stock:
                yield Break(f"{label}:{key}", 0, "没有操作记录，不是经系统写入的")
            else:
                unsaid += 1
        # By what is done to such records, for which there is an index: of a million events only theirs are read.
        actions = [code for code, _ in known_actions() if code.startswith(f"{model._meta.model_name}.")]
        facts = {"label": label, "actions": actions}
        for stream in _run(GONE.format(table=model._meta.db_table), facts):
            yield Break(stream[0], 0, "操作记录所记的对象已不在库中")
        for key in stock.get(label, {}).keys() - _keys(model):
            yield Break(f"{label}:{key}", 0, "操作记录所记的对象已不在库中")
    if unsaid:
        raise NotCompared(f"有 {unsaid} 条公开记录的现状还没有登记，下一个整夜作业登记以后比对")


def take_stock() -> int:
    """Once: how the rows stand of which no event says it yet. Returns of how many it spoke."""
    if AuditEvent.objects.filter(stream=STOCK).exists():
        return 0
    count = 0
    for model in models_on_record():
        waiting = ((key, row) for key, row, said in _rows(model) if said is None)
        for rows in _batches(waiting, STOCKED):
            _record_stock({model._meta.label_lower: dict(rows)})
            count += len(rows)
    _record_stock({"": {}})  # also where nothing was older: from here on every row has its event
    return count


def read_stock() -> dict[str, dict[str, dict[str, Any]]]:
    """model → key → row, as the stock says; empty before it was taken."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for body in AuditEvent.objects.filter(stream=STOCK).values_list("body", flat=True):
        for label, rows in json.loads(body)["stands"].items():
            found.setdefault(label, {}).update(rows)
    return found


def _record_stock(stands: dict[str, Any]) -> None:
    record(action="take", obj=Thing("stock", "公开记录", "portal", stands), by=SYSTEM)


def _rows(model: Any) -> Rows:
    names, label = columns_on_record(model), model._meta.label_lower
    every = model._base_manager.order_by("pk").values("pk", *names).iterator(chunk_size=CHUNK)
    for rows in _batches(every, CHUNK):
        keys = [str(row["pk"]) for row in rows]
        said = {
            key: json.loads(body).get("stands") for key, body in _run(NEWEST, {"keys": keys, "label": label})
        }
        for key, row in zip(keys, rows, strict=True):
            yield key, plain({name: row[name] for name in names}), said.get(key)


def _differences(model: Any, key: str, row: dict[str, Any], said: dict[str, Any]) -> Iterator[Break]:
    for name in (
        name for name in row if name in said
    ):  # a column that a release added or dropped is in one of them only
        if canonical_json(row[name]) != canonical_json(said[name]):
            words = model._meta.get_field(name.removesuffix("_id")).verbose_name
            yield Break(f"{model._meta.label_lower}:{key}", 0, f"{words}与最近一次操作所记的不符")


def _batches(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(rows, size)):
        yield batch


def _keys(model: Any) -> set[str]:
    return {str(key) for key in model._base_manager.values_list("pk", flat=True)}


def _run(statement: str, facts: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall()

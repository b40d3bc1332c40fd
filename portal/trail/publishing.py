"""What goes into the public log: the digest of every event and of every sealed row, statements that a holder can
show (receipts, certificates), and the public records themselves (titles, notices, draws, calendar, editions).

Apps register what is theirs; persons appear nowhere but inside salted digests.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from portal.kernel import clock
from portal.models import AuditEvent, Leaf, Seal
from portal.shared.digests import canonical_json

IN_FLIGHT = 20_000  # numbers that transactions still open may hold below the newest one in the log
GONE = {"state": "gone"}

Records = Callable[[], Iterable[tuple[str, dict[str, Any]]]]
_records: dict[str, Records] = {}


@dataclass(frozen=True)
class Statement:
    """What a holder proves of a row: `kind` names it, `tell` gives the facts that are shown with the proof."""

    kind: str
    model: type[models.Model]
    tell: Callable[[Any], dict[str, Any]]


_statements: dict[str, Statement] = {}


def register_records(kind: str, records: Records) -> None:
    """Public records as (key, plain facts); each change of one is a new entry of the log."""
    _records[kind] = records


def register_statement(kind: str, model: type[models.Model], tell: Callable[[Any], dict[str, Any]]) -> None:
    """Rows of a sealed model whose holders get a proof."""
    _statements[model._meta.db_table] = Statement(kind, model, tell)


def statement_of(row: models.Model) -> Statement:
    return _statements[row._meta.db_table]


def public_records() -> dict[str, dict[str, dict]]:
    """kind → key → facts, as the pages show them now."""
    return {kind: dict(records()) for kind, records in sorted(_records.items())}


def entry_of_statement(kind: str, salt: uuid.UUID, disclosed: str) -> str:
    digest = hashlib.sha256(f"{salt}\n{disclosed}".encode()).hexdigest()
    return canonical_json({"digest": digest, "statement": kind})


def entry_of_event(digest: str) -> str:
    """The chain's hash is over a text with a random number in it, so that nobody guesses what it says."""
    return canonical_json({"event": digest})


def entry_of_seal(table: str, digest: str) -> str:
    return canonical_json({"row": table, "seal": digest})


def has_waiting_statements() -> bool:
    """Whether somebody holds a receipt or a certificate that no checkpoint covers yet."""
    return _unlogged(Seal, Leaf.Kind.SEAL).filter(table__in=_statements).exists()


def new_leaves(log: int) -> Iterator[Leaf]:
    """What the log does not hold yet, in the order in which it enters."""
    for pk, digest in _unlogged(AuditEvent, Leaf.Kind.EVENT).values_list("pk", "hash").iterator(5000):
        yield Leaf(log=log, kind=Leaf.Kind.EVENT, source=pk, entry=entry_of_event(digest))
    for seal in _unlogged(Seal, Leaf.Kind.SEAL).iterator(5000):
        yield Leaf(log=log, kind=Leaf.Kind.SEAL, source=seal.pk, entry=entry_of_seal(seal.table, seal.digest))
        yield from _state(log, seal)
    yield from _changed_records(log)


def checkpoint_leaf(log: int) -> Leaf:
    """Closes what entered together: when, by the wall and by the portal's clock (they differ in training)."""
    moments = {"at": timezone.now(), "clock": clock.now().replace(tzinfo=None).isoformat(timespec="seconds")}
    return Leaf(log=log, kind=Leaf.Kind.CHECKPOINT, entry=canonical_json({"checkpoint": moments}))


def _unlogged(model: type[models.Model], kind: str):
    newest = Leaf.objects.filter(kind=kind).aggregate(at=Max("source"))["at"] or 0
    logged = Leaf.objects.filter(kind=kind, source=OuterRef("pk"))
    return model.objects.filter(pk__gt=newest - IN_FLIGHT).exclude(Exists(logged)).order_by("pk")


def _state(log: int, seal: Seal) -> Iterator[Leaf]:
    statement = _statements.get(seal.table)
    row = statement and not seal.while_state and statement.model._base_manager.filter(pk=seal.row).first()
    key = f"{statement.kind}:{seal.row}" if row else ""
    if not row or Leaf.objects.filter(kind=Leaf.Kind.STATEMENT, key=key).exists():
        return
    disclosed, salt = canonical_json(statement.tell(row)), uuid.uuid4()
    yield Leaf(
        log=log,
        kind=Leaf.Kind.STATEMENT,
        key=key,
        entry=entry_of_statement(statement.kind, salt, disclosed),
        salt=salt,
        disclosed=disclosed,
    )


def _changed_records(log: int) -> Iterator[Leaf]:
    newest = Leaf.objects.filter(kind=Leaf.Kind.PUBLIC).order_by("key", "-log", "-number").distinct("key")
    logged = dict(newest.values_list("key", "entry"))
    shown = {}
    for kind, rows in public_records().items():
        for key, record in rows.items():
            shown[f"{kind}:{key}"] = canonical_json({"key": key, "public": kind, "record": record})
    for name in logged.keys() - shown.keys():
        kind, _, key = name.partition(":")
        shown[name] = canonical_json({"key": key, "public": kind, "record": GONE})
    for name in sorted(shown):
        if logged.get(name) != shown[name]:
            yield Leaf(log=log, kind=Leaf.Kind.PUBLIC, key=name, entry=shown[name])

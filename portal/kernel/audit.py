"""The trail: one append-only event per change, chained by hash within each object's stream.

`record` runs inside the transaction of the change it describes: no event, no change. The chain is
over the stored canonical text, so that nothing depends on how a row is read back later.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.kernel import clock
from portal.kernel.models.audit import AuditEvent
from portal.kernel.request import current_address, current_request_id
from portal.kernel.standing import standing_of
from portal.privacy.fields import PrivateField
from portal.privacy.masking import mask
from portal.shared.digests import canonical_json
from portal.shared.together import ask, written

GENESIS = "0" * 64


def root_of(obj: models.Model | Thing) -> str:
    """The dossier that an object belongs to, as its events name it."""
    root = getattr(obj, "audit_root", obj)
    return f"{root._meta.label_lower}:{root.pk}"


@transaction.atomic(savepoint=False)
def record(
    *,
    action: str,
    obj: models.Model | Thing,
    by,
    note: str = "",
    before: str = "",
    after: str = "",
    facts: Mapping[str, Any] | None = None,
    event_id: uuid.UUID | None = None,
) -> AuditEvent:
    """Append one event to the object's stream. `obj.audit_root` names the dossier it belongs to."""
    stream = f"{obj._meta.label_lower}:{obj.pk}"
    previous = _lock_and_read_head(stream)
    event = AuditEvent(
        uuid=event_id or uuid.uuid4(),
        stream=stream,
        sequence=(previous.sequence + 1) if previous else 1,
        root=root_of(obj),
        action=f"{obj._meta.model_name}.{action}",
        actor_id=by.pk if by is not None else None,
        actor_label=describe_actor(by),
        object_label=str(obj)[:200],
        before=before,
        after=after,
        note=note,
        at=clock.now(),
        recorded_at=timezone.now(),
        request_id=current_request_id(),
        address=current_address()[:45],
        previous_hash=previous.hash if previous else GENESIS,
    )
    said = {"facts": plain(_without_contacts(obj, facts or {}))}
    if stands := plain(obj.stands if isinstance(obj, Thing) else standing_of(obj)):
        said["stands"] = stands
    event.body = canonical_json({**event.signed_columns(), **said})
    event.hash = chain_hash(event.previous_hash, event.body)
    event.save(force_insert=True)
    return event


def record_read(obj: models.Model, *, by, what: str, **facts) -> None:
    """A read of a file or an export: the only write that a safe method makes."""
    record(action=what, obj=obj, by=by, facts=facts)


def chain_hash(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def describe_actor(by) -> str:
    if by is None:
        return "公众"
    return by.audit_label() if hasattr(by, "audit_label") else str(by)


class Thing:
    """What acts are done to that has no row: the portal's keys are files on its host."""

    pk = 1

    def __init__(self, kind: str, words: str, place: str = "host", stands: Mapping[str, Any] | None = None):
        self._meta = SimpleNamespace(label_lower=f"{place}.{kind}", model_name=kind, concrete_fields=())
        self.words, self.stands = words, stands or {}

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold; sequence 0 stands for the whole."""

    stream: str
    sequence: int
    sentence: str

    def __str__(self) -> str:
        place = f"{self.stream} 第 {self.sequence} 条" if self.sequence else self.stream
        return f"{place}：{self.sentence}"


def _lock_and_read_head(stream: str) -> AuditEvent | None:
    """Serialise writers of one stream until the transaction ends: two events may not share a predecessor."""
    lock = ("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [stream])
    [head] = ask(written(_head_of, stream), before=lock)
    return next(iter(head), None)


def _head_of(stream: str) -> models.QuerySet:
    return AuditEvent.objects.filter(stream=stream).order_by("-sequence").only("sequence", "hash")[:1]


def _without_contacts(obj: models.Model | Thing, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail keeps for ever of a sealed field: never the whole. `private_facts` names what else is one."""
    hidden = {field.name for field in obj._meta.concrete_fields if isinstance(field, PrivateField)}
    hidden.update(getattr(obj, "private_facts", ()))
    return {name: _masked(value) if name in hidden else value for name, value in facts.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return mask(str(value)) if value else value


def plain(value: Any) -> Any:
    """Facts as JSON: rows become their label and key, so that the trail needs no join to be read."""
    if isinstance(value, models.Model):
        return {"id": str(value.pk), "label": str(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | models.QuerySet):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)

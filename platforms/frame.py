"""What the pages of a title's later life share: history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.kernel.action_labels import action_label
from portal.models import AuditEvent


@dataclass(frozen=True)
class Step:
    title: str
    at: datetime
    who: str
    note: str
    state: str = ""


def history(obj, *, hide: tuple[str, ...] = ()) -> list[Step]:
    """The changes of one record, newest first; reads and drafts are left to the trail itself."""
    events = AuditEvent.objects.filter(stream=f"{obj._meta.label_lower}:{obj.pk}").order_by("-sequence")
    labels = dict(type(obj)._meta.get_field("state").flatchoices)
    skipped = {"edit", "see_complainant", "reveal_complainant", "export", "open_file", "read_file", *hide}
    return [
        Step(action_label(e.action), e.at, e.actor_label, e.note, labels.get(e.after, ""))
        for e in events
        if e.action.rpartition(".")[2] not in skipped
    ]

"""A complaint is not known to its platform before it is taken up (Art. 13); until then no reading may give it away."""

from __future__ import annotations

from collections.abc import Iterator

from applications.models import Application
from applications.openings.model import Matter, provides_matters
from platforms.models import Complaint
from portal.kernel.permissions import Role
from portal.models import AuditEvent


def told_by(model, verb: str, rows) -> dict:
    """When the verb that tells the unit was done, by the record's key."""
    label = model._meta.label_lower
    found = AuditEvent.objects.filter(
        stream__in=[f"{label}:{row.pk}" for row in rows], action=f"{model._meta.model_name}.{verb}"
    )
    return {stream.partition(":")[2]: at for stream, at in found.values_list("stream", "at")}


@provides_matters
def complaints(application: Application) -> Iterator[Matter]:
    rows = list(Complaint.objects.filter(title__platform=application.platform_id))
    told = told_by(Complaint, "take_up", rows)
    for row in rows:
        yield Matter(
            "投诉核查",
            frozenset({Role.RECOMMENDER}),
            row.received_at,
            told.get(str(row.pk)),
            row.concluded_at,
        )

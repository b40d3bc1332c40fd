"""Support for platforms (Arts. 16, 18): recorded by who gave it, voided with a reason, never deleted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from platforms.models import Platform, Recommender, SupportRecord
from platforms.querysets import recommenders_of
from portal.kernel import audit, clock
from portal.kernel.permissions import Role, allowed
from portal.kernel.workflow import TransitionBlocked


def giver_of(user) -> Recommender | None:
    """The recommender a user records for; None stands for the ministry."""
    return recommenders_of(user).first() if user.role == Role.RECOMMENDER else None


@transaction.atomic
def record_support(platform: Platform, *, by, **content: Any) -> SupportRecord:
    if not allowed(by, "support", platform):
        raise PermissionDenied
    row = SupportRecord.objects.create(
        platform=platform, giver=giver_of(by), entered_by=by, entered_at=clock.now(), **content
    )
    audit.record(action="record", obj=row, by=by, facts=content)
    return row


@transaction.atomic
def void_support(record: SupportRecord, *, reason: str, by) -> SupportRecord:
    if not allowed(by, "void", record):
        raise PermissionDenied
    row = SupportRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if row.voided_at:
        raise TransitionBlocked(["此条记录已经作废。"])
    row.voided_at, row.void_reason = clock.now(), reason
    row.save(update_fields=["voided_at", "void_reason"])
    audit.record(action="void", obj=row, by=by, note=reason)
    return row

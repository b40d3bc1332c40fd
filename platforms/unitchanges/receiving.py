"""A platform goes to another unit only when that unit says so: in the portal, or where nobody signs for it, on paper."""

from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from platforms.models import Organisation, UnitChange
from platforms.querysets import people_of_organisation
from platforms.states import OPEN_CHANGES
from portal.files.intake import Judged, place
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent
from portal.shared.workingdays import date_cn

NEEDS_PAPER = "新单位在本系统没有可以确认的负责人，请上传其加盖公章的同意接收函。"


def answers_itself(unit: Organisation) -> bool:
    """Whether somebody who signs for the unit can be asked here."""
    return people_of_organisation(unit, "sign_organisation").exists()


def consent_of(change: UnitChange) -> AuditEvent | None:
    """A case's units never change, so what was agreed to stays agreed to until the case ends."""
    stream = f"{change._meta.label_lower}:{change.pk}"
    return AuditEvent.objects.filter(stream=stream, action="unitchange.receive").first()


def consented() -> Exists:
    """The same of the rows of a list."""
    stream = Concat(Value(f"{UnitChange._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    return Exists(AuditEvent.objects.filter(stream=stream, action="unitchange.receive"))


def consent_in_words(change: UnitChange) -> str:
    found = consent_of(change)
    if found is None:
        return "尚未同意"
    return found.note or f"{found.actor_label}，{date_cn(clock.day_of(found.at))}在本系统确认"


def may_receive(change: UnitChange, user) -> bool:
    """Whether the case waits for this person's word."""
    asked = UnitChange.objects.for_user(user, "receive").filter(~consented(), state__in=OPEN_CHANGES)
    return asked.filter(pk=change.pk).exists()


@transaction.atomic
def receive(change: UnitChange, *, by) -> UnitChange:
    """The receiving unit's word; said twice it is on record once."""
    row = UnitChange.objects.select_for_update(of=("self",)).select_related("platform").get(pk=change.pk)
    demand_scope(by, "receive", row)
    if row.state not in OPEN_CHANGES:
        raise TransitionBlocked([f"此变更{row.get_state_display()}，不需要再同意。"])
    if consent_of(row) is None:
        outbox.send_event(audit.record(action="receive", obj=row, by=by))
    return row


def keep_consent(change: UnitChange, paper: Judged, by) -> None:
    """The sealed paper of a unit; it stands for the unit's word only where nobody of the unit can be asked."""
    kept = place(paper, owner=change, by=by)
    if not answers_itself(change.operator):
        note = f"同意接收函：{kept.name}（SHA-256 {kept.sha256}），{change.filed_by.name}上传"
        audit.record(action="receive", obj=change, by=by, note=note)

"""A platform goes to another unit only when that unit says so: in the portal, or where nobody signs for it, on paper."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from platforms.models import Organisation, UnitChange
from platforms.querysets import people_of_organisation
from platforms.states import OPEN_CHANGES
from portal.files.intake import Judged, place
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import calendar
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent
from portal.shared.workingdays import date_cn

NEEDS_PAPER = "新单位在本系统没有可以确认的负责人，请上传其加盖公章的同意接收函。"


REMIND_AFTER = (5, 10)  # working days without an answer


def waited_for(since: datetime, day: date) -> int:
    """Full working days that somebody has waited for an answer."""
    first = clock.day_of(since)
    return len(calendar().workdays_between(first + timedelta(days=1), day))


def is_late(since: datetime) -> bool:
    return waited_for(since, clock.today()) >= REMIND_AFTER[0]


def answers_itself(unit: Organisation) -> bool:
    """Whether somebody who signs for the unit can be asked here."""
    return people_of_organisation(unit, "sign_organisation").exists()


def consent_of(change: UnitChange) -> AuditEvent | None:
    """A case's units never change, so what was agreed to stays agreed to until the case ends."""
    stream = f"{change._meta.label_lower}:{change.pk}"
    return AuditEvent.objects.filter(stream=stream, action="unitchange.receive").first()


def consented() -> Exists:
    """The same of the rows of a list."""
    return _said("unitchange.receive")


def declined() -> Exists:
    """Of the rows of a list, whether the receiving unit said no; it may still say yes afterwards."""
    return _said("unitchange.decline")


def _said(action: str) -> Exists:
    stream = Concat(Value(f"{UnitChange._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    return Exists(AuditEvent.objects.filter(stream=stream, action=action))


def refusal_of(change: UnitChange) -> AuditEvent | None:
    stream = f"{change._meta.label_lower}:{change.pk}"
    return AuditEvent.objects.filter(stream=stream, action="unitchange.decline").last()


def consent_in_words(change: UnitChange) -> str:
    found = consent_of(change)
    if found is None and (refusal := refusal_of(change)):
        return f"不同意接收：{refusal.note}（{refusal.actor_label}，{date_cn(clock.day_of(refusal.at))}）"
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
    row = _asked(change, by)
    if consent_of(row) is None:
        outbox.send_event(audit.record(action="receive", obj=row, by=by))
    return row


@transaction.atomic
def decline(change: UnitChange, *, note: str, by) -> UnitChange:
    """The receiving unit says no: the case stays with its unit, which withdraws it; a word once given is kept."""
    row = _asked(change, by)
    if consent_of(row) is not None:
        raise TransitionBlocked(["贵单位已同意接收，不能再改为不同意；情况有变化的，请告知主管部门。"])
    if not note.strip():
        raise TransitionBlocked(["请写明不同意接收的理由。"])
    outbox.send_event(audit.record(action="decline", obj=row, by=by, note=note.strip()[:1000]))
    return row


def _asked(change: UnitChange, by) -> UnitChange:
    row = UnitChange.objects.select_for_update(of=("self",)).select_related("platform").get(pk=change.pk)
    demand_scope(by, "receive", row)
    if row.state not in OPEN_CHANGES:
        raise TransitionBlocked([f"此变更{row.get_state_display()}，不需要再答复。"])
    return row


def keep_consent(change: UnitChange, paper: Judged, by) -> None:
    """The sealed paper of a unit; it stands for the unit's word only where nobody of the unit can be asked."""
    kept = place(paper, owner=change, by=by)
    if not answers_itself(change.operator):
        note = f"同意接收函：{kept.name}（SHA-256 {kept.sha256}），{change.filed_by.name}上传"
        audit.record(action="receive", obj=change, by=by, note=note)

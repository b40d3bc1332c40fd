"""The training clock: forward only, in demonstration mode only; due jobs run before the page returns."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import calendar
from portal.kernel.daily import run_due_days
from portal.kernel.permissions import forbid
from portal.kernel.workflow import TransitionBlocked
from portal.models import TrainingClock
from portal.shared.workingdays import date_cn

LONGEST_MOVE = timedelta(days=800)
MORNING = time(9, 30)


def move_to_day(day, *, by) -> datetime:
    """Stand at 9:30 of a later day."""
    return move_to(timezone.make_aware(datetime.combine(day, MORNING)), by=by)


def move_by_workdays(number: int, *, by) -> datetime:
    """Stand at 9:30 of the n-th working day after today."""
    days, day = calendar(), clock.today()
    for _ in range(number):
        day = days.next_workday(day + timedelta(days=1))
    return move_to_day(day, by=by)


@transaction.atomic
def move_to(moment: datetime, *, by) -> datetime:
    if not settings.TRAINING_CLOCK:
        forbid("演练时钟只在演示环境中可用。")
    row, _ = TrainingClock.objects.select_for_update().get_or_create(pk=1)
    present = timezone.now() + row.offset
    if moment <= present:
        raise TransitionBlocked([f"演练时钟只能向后拨，现在已是 {date_cn(timezone.localdate(present))}。"])
    if moment - present > LONGEST_MOVE:
        raise TransitionBlocked(["一次最多向后拨 800 天。"])
    row.offset = moment - timezone.now()
    row.save()
    clock.forget()
    audit.record(action="move", obj=row, by=by, facts={"from": present.isoformat(), "to": moment.isoformat()})
    run_due_days(timezone.localdate(moment))
    outbox.drain_outbox(leave=("receipt_pdf",))
    return moment

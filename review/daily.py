"""Jobs of the clock in the review: experts hear of sheets that are due."""

from __future__ import annotations

from datetime import date

from portal.kernel import audit, outbox
from portal.kernel.calendar import calendar
from portal.kernel.daily import daily
from portal.kernel.permissions import SYSTEM
from review.models import Assignment
from review.states import AT_WORK

REMIND_AT = (3, 1)  # working days before a sheet is due


@daily
def remind_of_sheets(day: date) -> None:
    """3 and 1 working days before the day: to each expert about the own sheet, like the organiser's reminder."""
    if not calendar().is_workday(day):
        return
    rows = Assignment.objects.filter(
        state__in=AT_WORK, application__state="UNDER_REVIEW", due_on__gte=day
    ).exclude(reminded_on=day)
    for row in rows:
        if calendar().days_left(day, row.due_on) in REMIND_AT:
            row.reminded_on = day
            row.save(update_fields=["reminded_on"])
            event = audit.record(action="remind", obj=row, by=SYSTEM)
            outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))

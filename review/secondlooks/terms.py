"""Until when a second look may be asked for: the cycle's working days after the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from applications.models import Application, Cycle
from applications.states import REOPENED, ApplicationState
from portal.kernel import clock
from portal.kernel.calendar import calendars_since
from portal.models import AuditEvent
from portal.shared.workingdays import Calendar

DECIDING = ("decline", "refuse", "reject", "fail", "uphold_objection")
LONG_AGO = timedelta(days=180)  # beyond any term
LABEL = Application._meta.label_lower


def decided_on(applications) -> Mapping[str, date]:
    """Of dossiers that a decision ended: the day of the decision, read from the trail, by key."""
    streams = [f"{LABEL}:{row.pk}" for row in applications]
    events = AuditEvent.objects.filter(
        stream__in=streams, action__in=[f"application.{verb}" for verb in DECIDING]
    )
    found = events.order_by("at").values_list("stream", "at")
    return {stream.partition(":")[2]: clock.day_of(at) for stream, at in found}


def last_day(application: Application, day: date, days: Calendar | None = None) -> date:
    """24:00 of this day ends the term for a decision of `day`; no change of the calendar since makes it earlier."""
    known = calendars_since(clock.start_of(day))
    length = application.cycle.second_look_days
    return max(
        one.add_workdays(day + timedelta(days=1), length) for one in ((days, *known) if days else known)
    )


def end_of(application: Application, day: date, days: Calendar | None = None) -> date:
    """The same; a day that was announced for a title's end may become later, never earlier."""
    last, title = last_day(application, day, days), application.designation
    if application.state != ApplicationState.FAILED or title is None or title.fails_on is None:
        return last
    return max(last, title.fails_on - timedelta(days=1))


def open_terms(old: Calendar, new: Calendar) -> Iterator[tuple[Application, date, date]]:
    """Terms that run today, with their last day by one calendar and by the other."""
    rows = list(_unasked().select_related("cycle", "platform", "designation").order_by("number"))
    days, today = decided_on(rows), clock.today()
    for row in rows:
        day = days.get(str(row.pk))
        if day and day > today - LONG_AGO and end_of(row, day, old) >= today:
            yield row, end_of(row, day, old), end_of(row, day, new)


def _unasked() -> QuerySet[Application]:
    """What was never filed and brought forward by the ministry may be questioned as well."""
    filed = Q(submitted_at__isnull=False) | Q(reported_at__isnull=False)
    return Application.objects.filter(filed, state__in=REOPENED, second_look=None)


def term_of(application: Application) -> tuple[date, date] | None:
    """(day of the decision, last day to ask), or None where nothing was decided that can be asked about."""
    if application.state not in REOPENED:
        return None
    day = decided_on([application]).get(str(application.pk))
    return (day, end_of(application, day)) if day else None


def still_open_in(cycle: Cycle) -> int:
    """How many decisions of a year may still be questioned today and have not been."""
    rows = list(_unasked().filter(cycle=cycle).select_related("cycle", "designation"))
    days, today = decided_on(rows), clock.today()
    recent = [row for row in rows if days.get(str(row.pk), date.min) > today - LONG_AGO]
    return sum(end_of(row, days[str(row.pk)]) >= today for row in recent)

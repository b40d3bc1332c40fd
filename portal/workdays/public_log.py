"""The kernel's own public records in the log: which days were announced as working days and holidays."""

from __future__ import annotations

from portal.models import CalendarYear
from portal.trail.publishing import register_records


def calendar_records():
    for year in CalendarYear.objects.prefetch_related("days"):
        days = sorted(year.days.all(), key=lambda day: day.day)
        yield (
            str(year.year),
            {
                "source": year.source,
                "off": [str(day.day) for day in days if not day.is_workday],
                "work": [str(day.day) for day in days if day.is_workday],
            },
        )


register_records("calendar", calendar_records)

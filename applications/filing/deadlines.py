"""Deadlines of one dossier, and the nearest of a unit's."""

from __future__ import annotations

from datetime import date

from applications.models import Application
from applications.states import ApplicationState
from portal.kernel import clock


def filing_deadline(application: Application) -> date:
    """The year's last day, or the later one that was admitted for this dossier."""
    until = application.cycle.filing_until
    return max(until, application.late_filing_until or until)


def next_deadline(dossiers, platforms, filed, open_cycle) -> date | None:
    """The day by which something of this unit must still be filed; None when nothing waits for it."""
    days = [
        filing_deadline(row)
        for row in dossiers
        if row.state == ApplicationState.DRAFT and filing_deadline(row) >= clock.today()
    ]
    if open_cycle and open_cycle.filing_until >= clock.today():
        unfiled = any((platform.pk, open_cycle.pk) not in filed for platform in platforms)
        days += [open_cycle.filing_until] * unfiled
    return min(days, default=None)


def admitted_until(dossiers, open_cycle) -> date | None:
    """The first of the later days that were granted to this unit's own drafts of the year."""
    days = [
        filing_deadline(row)
        for row in dossiers
        if row.cycle == open_cycle and row.state == ApplicationState.DRAFT and row.late_filing_until
    ]
    return min((day for day in days if day >= clock.today()), default=None)

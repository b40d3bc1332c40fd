"""Deadlines of one dossier."""

from __future__ import annotations

from datetime import date

from applications.models import Application


def filing_deadline(application: Application) -> date:
    """The year's last day, or the later one that was admitted for this dossier."""
    until = application.cycle.filing_until
    return max(until, application.late_filing_until or until)

"""Jobs of the clock in the re-review: a failing takes effect when the days for a second look are over (ADR 53)."""

from __future__ import annotations

from datetime import date

from applications.models import Application
from applications.states import ApplicationState
from platforms.states import LIVE_TITLES
from portal.kernel.daily import daily
from portal.kernel.permissions import SYSTEM
from review.models import Notice
from review.revocations.endings import finish_title
from review.secondlooks.terms import decided_on, last_day
from review.states import SecondLookState


@daily
def end_failed_titles(day: date) -> None:
    """Whoever asked for a second look waits for its answer; a granted one takes the dossier out of this list."""
    rows = Application.objects.filter(state=ApplicationState.FAILED, designation__state__in=LIVE_TITLES)
    rows = list(rows.exclude(second_look__state=SecondLookState.ASKED).select_related("cycle", "designation"))
    decided = decided_on(rows)
    for row in rows:
        told = decided.get(str(row.pk))
        if told and last_day(row, told) < day:
            notice = Notice.objects.filter(items__application=row, subject=Notice.Subject.REVOCATION).latest(
                "published_on"
            )
            finish_title(row.designation, "end", notice=notice, by=SYSTEM, note=row.outcome_reason)

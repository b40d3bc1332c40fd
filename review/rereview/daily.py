"""Jobs of the clock in the re-review: a failing takes effect when the days for a second look are over (ADR 53)."""

from __future__ import annotations

from datetime import date, timedelta

from applications.models import Application
from applications.states import ApplicationState
from platforms.states import LIVE_TITLES
from portal.kernel.calendar import calendar
from portal.kernel.daily import daily
from portal.kernel.permissions import SYSTEM
from review.models import Notice
from review.revocations.endings import finish_title
from review.secondlooks.terms import decided_on, end_of
from review.states import OPEN_REVOCATIONS, SecondLookState


@daily
def end_failed_titles(day: date) -> None:
    """Whoever asked for a second look waits for its answer; a granted one takes the dossier out of this list.

    An open revocation is decided by people first: the clock drops no case (Art. 15). Days of a year without a
    notice are an estimate: nothing ends on them before the notice is entered.
    """
    failed = Application.objects.filter(state=ApplicationState.FAILED, designation__state__in=LIVE_TITLES)
    failed = failed.exclude(designation__revocations__state__in=OPEN_REVOCATIONS)
    rows = list(
        failed.exclude(second_look__state=SecondLookState.ASKED).select_related(
            "cycle", "designation", "second_look"
        )
    )
    decided = decided_on(rows)
    for row in rows:
        told = decided.get(str(row.pk))
        if told and end_of(row, told) < day and not calendar().is_provisional(told, end_of(row, told)):
            notice = Notice.objects.filter(items__application=row, subject=Notice.Subject.REVOCATION).latest(
                "published_on"
            )
            # What held it beyond its term ends with this day; an outage moves no announced one.
            held = hasattr(row, "second_look") or row.designation.revocations.exists()
            finish_title(
                row.designation,
                "end",
                notice=notice,
                by=SYSTEM,
                note=row.outcome_reason,
                on=day if held else end_of(row, told) + timedelta(days=1),
            )

"""A lending ends by the clock when its case does."""

from __future__ import annotations

from datetime import date

from portal.kernel.daily import daily
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import perform
from review.handlers.services import has_nothing_left
from review.models import OutsideHandler
from review.states import HandlerState


@daily
def release_outside_handlers(day: date) -> None:
    rows = OutsideHandler.objects.filter(state=HandlerState.APPOINTED)
    for row in rows.select_related("application__cycle", "application__second_look"):
        if has_nothing_left(row.application):
            perform(row, "release", by=SYSTEM)

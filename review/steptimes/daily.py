"""The clock renews the public figures on the first of each month."""

from __future__ import annotations

from datetime import date

from applications.models import Cycle
from applications.states import CycleState
from portal.kernel.daily import daily
from review.steptimes.measuring import measure


@daily
def measure_steps(day: date) -> None:
    if day.day == 1:
        for cycle in Cycle.objects.national().exclude(state=CycleState.DRAFT):
            if cycle.state != CycleState.ENDED or not cycle.step_times.filter(
                measured_on__gt=cycle.closes_on
            ):
                measure(cycle)

"""The time that dossiers spent in each state, from the trail's own moments: median and 90th percentile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from django.db import transaction

from applications.models import Application, Cycle
from applications.states import LIVE, ApplicationState
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.models import AuditEvent
from review.steptimes.models import StepTime

LABEL = Application._meta.label_lower
MEASURED = tuple(state for state in LIVE if state != ApplicationState.DRAFT)


def days_in_steps(cycle: Cycle) -> Mapping[str, list[int]]:
    """Per state the working days of every completed stay: the day of coming doesn't count, the day of going does."""
    days, spent = calendar(), defaultdict(list)
    streams = [f"{LABEL}:{pk}" for pk in cycle.applications.values_list("pk", flat=True)]
    events = AuditEvent.objects.filter(stream__in=streams).exclude(after="")
    came = {}
    for stream, after, at in events.order_by("stream", "sequence").values_list("stream", "after", "at"):
        day = clock.day_of(at)
        state, since = came.get(stream, ("", None))
        if after == state:
            continue
        if state in MEASURED:
            spent[state].append(len(days.workdays_between(since + timedelta(days=1), day)))
        came[stream] = (after, day)
    return spent


def ninth_of(values: Sequence[int]) -> int:
    """The least value that nine in ten don't exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[-(-9 * len(ordered) // 10) - 1]


@transaction.atomic
def measure(cycle: Cycle) -> None:
    """Keep the figures of one year anew."""
    spent = days_in_steps(cycle)
    for state, values in spent.items():
        middle = Decimal(str(median(values))).quantize(Decimal("0.1"), ROUND_HALF_UP)
        facts = {"number": len(values), "median": middle, "ninth": ninth_of(values)}
        StepTime.objects.update_or_create(
            cycle=cycle, state=state, defaults={**facts, "measured_on": clock.today()}
        )

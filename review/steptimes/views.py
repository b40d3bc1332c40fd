"""The public page of promised and measured times, per year and step."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.dossiers.promises import promise_of
from applications.models import Cycle
from applications.states import ApplicationState, CycleState
from review.steptimes.measuring import MEASURED


@login_not_required
@require_safe
def times(request):
    cycles = Cycle.objects.national().exclude(state=CycleState.DRAFT).prefetch_related("step_times")
    years = [
        {"cycle": cycle, "steps": _steps(cycle), "is_measured": bool(cycle.step_times.all())}
        for cycle in cycles.order_by("-year")[:6]
    ]
    return render(request, "review/steptimes/page.html", {"years": years})


def _steps(cycle: Cycle) -> list[dict]:
    found = {row.state: row for row in cycle.step_times.all()}
    return [
        {
            "name": ApplicationState(state).label,
            "promise": promise_of(cycle, state),
            "measured": found.get(state),
        }
        for state in MEASURED
    ]

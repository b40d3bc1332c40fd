"""A unit leaves a round after it was reported: the dossier ends, and what others still had to do with it falls away."""

from __future__ import annotations

from django.db import transaction

from applications.models import Application
from applications.states import CorrectionState
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import perform
from review.panels.models import AT_WORK


@transaction.atomic
def leave_round(application: Application, *, note: str, by) -> Application:
    row = perform(application, "leave_round", by=by, note=note)
    for request in row.corrections.filter(state=CorrectionState.OPEN):
        perform(request, "cancel", by=SYSTEM)
    for assignment in row.assignments.filter(state__in=AT_WORK):
        perform(assignment, "release", by=SYSTEM, note="申报单位已退出本轮评审")
    return row

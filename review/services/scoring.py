"""Scoring: saving a sheet, handing it in, concluding a review."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from applications.models import Application
from portal import audit
from portal.permissions import allowed
from portal.workflow import TransitionBlocked, perform
from review.models import Assignment
from review.scoring import mean, total_of
from review.states import AssignmentState


class Outdated(Exception):
    """The sheet was saved elsewhere meanwhile."""


@transaction.atomic
def save_sheet(
    assignment: Assignment, *, sheet: dict, comment: str, version: int, by, quiet: bool = False
) -> Assignment:
    """Keep a sheet as far as it goes; scores are whole points from 0 to 100."""
    if not allowed(by, "score", assignment):
        raise PermissionDenied("这不是您的评审任务。")
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.state != AssignmentState.SCORING:
        raise TransitionBlocked([f"当前为“{row.get_state_display()}”，评分不能修改。"])
    if row.version != version and (row.sheet != sheet or row.comment != comment):
        raise Outdated
    row.sheet, row.comment, row.version = sheet, comment, row.version + 1
    row.total = total_of(sheet, row.application.cycle.edition.rubric)
    row.save(update_fields=["sheet", "comment", "version", "total"])
    if not quiet:
        audit.record(action="save_sheet", obj=row, by=by, facts={"version": row.version})
    return row


@transaction.atomic
def hand_in(assignment: Assignment, *, by) -> Assignment:
    total = total_of(assignment.sheet, assignment.application.cycle.edition.rubric)
    return perform(assignment, "hand_in", by=by, total=total)


@transaction.atomic
def conclude_review(application: Application, *, by, note: str = "") -> Application:
    """The mean of the sheets handed in becomes the dossier's score."""
    totals = list(
        application.assignments.filter(state=AssignmentState.HANDED_IN).values_list("total", flat=True)
    )
    return perform(application, "conclude_review", by=by, note=note, score=mean(totals))

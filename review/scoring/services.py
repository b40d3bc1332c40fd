"""Scoring: saving a sheet, handing it in, concluding a review."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from applications.models import Application
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from review.models import Assignment, Moderation
from review.scoring.totals import mean, spread, total_of
from review.states import AT_WORK, AssignmentState


class Outdated(Exception):
    """The sheet was saved elsewhere meanwhile."""


@transaction.atomic
def save_sheet(
    assignment: Assignment, *, sheet: dict, comment: str, version: int, by, quiet: bool = False
) -> Assignment:
    """Keep a sheet as far as it goes; scores are whole points from 0 to 100."""
    demand_scope(by, "score", assignment, "这不是您的评审任务。")
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
def moderate(application: Application, *, outcome: str, reason: str, by) -> Moderation:
    """Put on record what is done about sheets far apart; reopening and adding experts are their own acts."""
    demand_scope(by, "conclude_review", application, "分差复议由工业和信息化部组织者办理。")
    if application.state != "UNDER_REVIEW":
        raise TransitionBlocked(["此件当前不在专家评审阶段。"])
    totals = application.assignments.filter(state=AssignmentState.HANDED_IN).values_list("total", flat=True)
    row = Moderation.objects.create(
        application=application,
        outcome=outcome,
        reason=reason,
        spread=spread(list(totals)),
        moderated_by=by,
        moderated_at=clock.now(),
    )
    audit.record(
        action="create", obj=row, by=by, note=reason, facts={"outcome": outcome, "spread": row.spread}
    )
    return row


@transaction.atomic
def remind(assignments: Sequence[Assignment], *, by) -> int:
    """A message to each expert whose sheet is missing, about the own sheet only; once a day each."""
    sent = 0
    for row in assignments:
        demand_scope(by, "remind", row, "催办由评审组织者办理。")
        if row.state in AT_WORK and row.reminded_on != clock.today():
            row.reminded_on = clock.today()
            row.save(update_fields=["reminded_on"])
            event = audit.record(action="remind", obj=row, by=by)
            outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))
            sent += 1
    return sent


@transaction.atomic
def conclude_review(application: Application, *, by, note: str = "") -> Application:
    """The mean of the sheets handed in becomes the dossier's score."""
    totals = list(
        application.assignments.filter(state=AssignmentState.HANDED_IN).values_list("total", flat=True)
    )
    return perform(application, "conclude_review", by=by, note=note, score=mean(totals))

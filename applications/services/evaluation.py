"""The recommender's evaluation in three parts (Art. 7) and the relaxation under Art. 5 (八)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from applications.eligibility import RELAXABLE_ITEMS
from applications.models import Application, Evaluation, Relaxation
from applications.services.facts import refresh
from applications.states import ApplicationState
from portal import audit, clock
from portal.permissions import allowed
from portal.workflow import TransitionBlocked

PARTS = ("operation", "performance", "demonstration")
PART_NAMES = {"operation": "运营情况", "performance": "服务业绩", "demonstration": "示范性"}


def evaluation_of(application: Application) -> Evaluation:
    row, _ = Evaluation.objects.get_or_create(application=application)
    return row


@transaction.atomic
def save_evaluation(application: Application, *, by, complete: bool, **fields) -> Evaluation:
    """Store the evaluation; `complete` demands all three parts and computes the score as their mean."""
    _check(application, by)
    row = Evaluation.objects.select_for_update().get(pk=evaluation_of(application).pk)
    for name, value in fields.items():
        setattr(row, name, value)
    row.evaluated_by = by
    row.version += 1
    if complete:
        lacking = [
            PART_NAMES[part]
            for part in PARTS
            if not getattr(row, f"{part}_grade") or not getattr(row, f"{part}_note").strip()
        ]
        if lacking or not row.methods or not row.evaluated_on:
            raise TransitionBlocked(
                [f"请填写{'、'.join(lacking)}的结论和说明。"] * bool(lacking)
                + ["请填写测评方式和测评日期。"] * (not row.methods or not row.evaluated_on)
            )
        row.completed_at = clock.now()
    else:
        row.completed_at = None
    row.save()
    scores = [getattr(row, f"{part}_score") for part in PARTS]
    application.province_score = (
        sum(scores) / len(scores) if complete and all(s is not None for s in scores) else None
    )
    application.save(update_fields=["province_score"])
    audit.record(
        action="complete" if complete else "save",
        obj=row,
        by=by,
        facts={k: str(v) for k, v in fields.items()},
    )
    return row


@transaction.atomic
def grant_relaxation(
    application: Application, *, criterion: str, area: str, reason: str, proof=None, by
) -> Relaxation:
    """Relax one failing condition of (一), (三) or (四), with the reason and the proof of a poor area."""
    _check(application, by)
    row = next((r for r in application.assessment.get("criteria", []) if r["code"] == criterion), None)
    if row is None or row["item"] not in RELAXABLE_ITEMS or row["verdict"] != "RELAXABLE":
        raise TransitionBlocked(["只有第五条（一）（三）（四）中不符合、且申报单位申请放宽的条件可以放宽。"])
    relaxation = Relaxation.objects.create(
        application=application,
        criterion=criterion,
        area=area,
        reason=reason,
        proof=proof,
        granted_by=by,
        granted_at=clock.now(),
    )
    audit.record(
        action="grant", obj=relaxation, by=by, note=reason, facts={"criterion": row["label"], "area": area}
    )
    refresh(application)
    return relaxation


def _check(application: Application, by) -> None:
    if not allowed(by, "evaluate", application):
        raise PermissionDenied("您没有测评此件的权限。")
    if application.state != ApplicationState.UNDER_EVALUATION:
        raise TransitionBlocked([f"当前状态为“{application.get_state_display()}”，不能测评。"])

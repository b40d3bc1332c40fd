"""Asking for corrections: one notice with everything in it, only the named materials unlocked."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from applications.models import Application, CorrectionRequest, Finding
from applications.models.correction import Stage
from portal import audit, clock
from portal.calendar import deadline_in
from portal.workflow import TransitionBlocked, perform


@transaction.atomic
def request_correction(
    application: Application, *, stage: str, items: Sequence[dict], words: str = "", by
) -> CorrectionRequest:
    """Return a dossier for correction (recommender) or supplement (ministry).

    `items` are {"code", "reason", "words"}; the deadline is the cycle's number of working days from tomorrow.
    """
    if not items:
        raise TransitionBlocked(["请至少选择一项需要补正的材料，并写明理由。"])
    known = {material.code for material in application.materials.all()}
    if any(item["code"] not in known for item in items):
        raise TransitionBlocked(["所选材料不在此件中，请刷新页面。"])
    cycle = application.cycle
    at_ministry = stage == Stage.MINISTRY
    days = cycle.supplement_days if at_ministry else cycle.correction_days
    due_on = deadline_in(days)
    verb = "request_supplement" if at_ministry else "return_for_correction"
    row = perform(application, verb, by=by, note=words, due_on=due_on, items=list(items))
    return CorrectionRequest.objects.create(
        application=row,
        stage=stage,
        items=list(items),
        words=words,
        due_on=due_on,
        asked_by=by,
        asked_at=clock.now(),
    )


@transaction.atomic
def mark_material(
    application: Application, code: str, *, stage: str, verdict: str, reason: str, words: str, by
) -> Finding:
    """An officer's mark on one material: 齐, 缺 or 疑."""
    finding, _ = Finding.objects.update_or_create(
        application=application,
        stage=stage,
        code=code,
        defaults={
            "verdict": verdict,
            "reason": reason,
            "words": words,
            "marked_by": by,
            "marked_at": clock.now(),
        },
    )
    audit.record(
        action="mark_material",
        obj=application,
        by=by,
        note=words,
        facts={"material": code, "verdict": verdict, "reason": reason},
    )
    return finding

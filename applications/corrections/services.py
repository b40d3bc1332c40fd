"""Asking for corrections: one notice with everything in it, only the named materials unlocked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from applications.corrections.marks import needs_reason
from applications.corrections.models import Stage
from applications.corrections.reasons import phrase
from applications.dossiers.near import unmet_lines
from applications.models import Application, CorrectionRequest, Finding
from applications.states import CorrectionState
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import SYSTEM, demand_scope
from portal.kernel.workflow import TransitionBlocked, perform


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
        asked_by=None if by is SYSTEM else by,
        asked_at=clock.now(),
        unmet=unmet_lines(row.assessment),
    )


@transaction.atomic
def mark_material(
    application: Application, code: str, *, stage: str, verdict: str, reason: str, words: str, by
) -> Finding:
    """An officer's mark on one material: 齐, 缺 or 疑; without own words the prepared sentence stands.

    A mark that is the same as before leaves no second event. Going over to 齐 from a mark that stands is lifting
    it, with the reason for it.
    """
    present = Finding.objects.filter(application=application, stage=stage, code=code).first()
    if verdict == Finding.Verdict.OK:
        lifts = needs_reason(present)
        if lifts and words.strip() in ("", present.words):
            label = application.spec(code).short_title
            raise TransitionBlocked(
                [f"{label}记有“{present.get_verdict_display()}”，改记为“齐”请在说明中写明解除理由。"]
            )
        reason, words = "", words if lifts else ""
    elif verdict == Finding.Verdict.MISSING:
        reason = reason or "missing"
    elif not reason:
        raise TransitionBlocked(["记为“疑”时请选择理由。"])
    words = words.strip() or (phrase(reason, code) if reason else "")
    if present and (present.verdict, present.reason, present.words) == (verdict, reason, words):
        return present
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


def unmarked(application: Application, stage: str) -> list[str]:
    """The materials that this office has not looked at, by name; the declaration is signed, not looked at."""
    marked = set(Finding.objects.filter(application=application, stage=stage).values_list("code", flat=True))
    left = [one.code for one in application.materials.all() if one.code not in marked]
    return [code for code in left if code != "declaration"]


@transaction.atomic
def mark_remaining(application: Application, *, stage: str, by) -> int:
    """齐 on every material that carries no mark yet: one statement of one officer, on record."""
    codes = unmarked(application, stage)
    if not codes:
        return 0
    demand_scope(
        by, "check" if stage == Stage.MINISTRY else "evaluate", application, "您没有核对此件材料的权限。"
    )
    Finding.objects.bulk_create(
        Finding(
            application=application,
            stage=stage,
            code=code,
            verdict=Finding.Verdict.OK,
            marked_by=by,
            marked_at=clock.now(),
        )
        for code in codes
    )
    audit.record(action="mark_remaining", obj=application, by=by, facts={"materials": codes, "verdict": "ok"})
    return len(codes)


@transaction.atomic
def extend_correction(request: CorrectionRequest, *, until: date, reason: str, by) -> CorrectionRequest:
    """Give more time for an answer; who asked decides, with a reason on record."""
    demand_scope(by, "extend", request, "补正期限由提出补正的单位决定是否延长。")
    row = CorrectionRequest.objects.select_for_update().get(pk=request.pk)
    if row.state != CorrectionState.OPEN:
        raise TransitionBlocked(["此补正通知已经办结，不能再延长。"])
    if until <= max(row.due_on, clock.today()):
        raise TransitionBlocked(["新的期限应晚于原期限和今天。"])
    if not reason.strip():
        raise TransitionBlocked(["请写明延长的理由。"])
    before, row.due_on = row.due_on, until
    row.save(update_fields=["due_on"])
    application = Application.objects.select_for_update().get(pk=row.application_id)
    application.due_on = until
    application.save(update_fields=["due_on"])
    event = audit.record(
        action="extend",
        obj=row,
        by=by,
        note=reason,
        facts={"from": before.isoformat(), "to": until.isoformat()},
    )
    outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))
    return row

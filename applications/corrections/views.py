"""Reception and formal check share one desk: marks on materials, one notice of corrections, what changed."""

from __future__ import annotations

import io
import json

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.corrections.answering import answered_items, asked_between
from applications.corrections.changes import compare_manifests, compare_reports
from applications.corrections.forms import CorrectionForm, ExtendForm, MarksForm
from applications.corrections.models import Stage
from applications.corrections.reasons import CORRECTION, phrase
from applications.corrections.services import extend_correction, mark_material, request_correction
from applications.crosschecks.evidence import findings_of
from applications.dossiers.documents import correction_pdf, report_sections
from applications.dossiers.known import known_of
from applications.models import Application, CorrectionRequest, Finding
from portal.kernel import audit
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import demand_scope, fetch, forbid, holds
from portal.kernel.workflow import TransitionBlocked, is_ready, missing
from portal.pages.refusals import refusals_at

RELATED = ("platform__organisation", "cycle", "recommender", "annex")
MARKABLE = {Stage.RECOMMENDER: ("SUBMITTED", "UNDER_EVALUATION"), Stage.MINISTRY: ("REPORTED",)}


def stage_of(user) -> Stage:
    return Stage.RECOMMENDER if holds(Application, user, "evaluate") else Stage.MINISTRY


def _verbs(stage: str) -> tuple[str, str]:
    """(may mark, may ask for corrections) of a desk."""
    return (
        ("evaluate", "return_for_correction")
        if stage == Stage.RECOMMENDER
        else ("check", "request_supplement")
    )


def _to_mark(request, pk) -> tuple[Application, Stage]:
    stage = stage_of(request.user)
    application = fetch(Application.objects.select_related(*RELATED), request.user, _verbs(stage)[0], pk=pk)
    if application.state not in MARKABLE[stage]:
        forbid(f"当前状态为“{application.get_state_display()}”，不能核对材料。")
    return application, stage


def marking_context(application: Application, user, code: str) -> dict:
    """What the panel beside the viewer needs: the tally, the own mark, the prepared phrases."""
    stage = stage_of(user)
    marks = {mark.code: mark for mark in application.findings.all() if mark.stage == stage}
    codes = [material.code for material in application.materials.all()]
    tally = {
        name: sum(mark.verdict == name for mark in marks.values()) for name in ("ok", "missing", "doubt")
    }
    done = sum(one in marks for one in codes)
    return {
        "tally": {**tally, "done": done, "open": len(codes) - done},
        "own_mark": marks.get(code),
        "reasons": [(reason, words, phrase(reason, code)) for reason, words in CORRECTION],
    }


@require_POST
def mark(request, pk, code):
    """齐 / 缺 / 疑 on one material, then on to the next."""
    application, stage = _to_mark(request, pk)
    verdict, following = request.POST.get("verdict", ""), request.POST.get("next") or code
    if verdict in Finding.Verdict.values and application.materials.filter(code=code).exists():
        reason = request.POST.get("reason", "")
        try:
            mark_material(
                application,
                code,
                stage=stage,
                verdict=verdict,
                reason=reason if reason in dict(CORRECTION) else "",
                words=request.POST.get("words", "")[:500],
                by=request.user,
            )
        except TransitionBlocked as refusal:
            messages.error(request, refusal.words)
            following = code
    return redirect(f"{reverse('dossier', args=[pk])}?m={following}")


def _marked(application, stage, form, user) -> bool:
    """All marks or none: what is refused is said above the form, which keeps what was typed."""
    try:
        with transaction.atomic():
            for entry in form.marks():
                mark_material(application, stage=stage, by=user, **entry)
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons)
        return False
    return True


def reception(request, pk):
    """All materials on one page: 齐, 缺 or 疑 for each, saved together."""
    application, stage = _to_mark(request, pk)
    pairs = [(material, application.spec(material.code)) for material in application.materials.all()]
    findings = {f.code: f for f in Finding.objects.filter(application=application, stage=stage)}
    form = MarksForm(request.POST or None, materials=pairs, findings=findings)
    if request.method == "POST" and form.is_valid() and _marked(application, stage, form, request.user):
        wanting = form.wanting()
        messages.success(
            request,
            f"核对已保存：{len(form.marks())} 项" + (f"，其中 {wanting} 项需要补正。" if wanting else "。"),
        )
        if request.POST.get("then") == "correct":
            return redirect("dossier_correction", pk)
        if request.POST.get("then") == "go_on":
            return redirect("begin_evaluation" if stage == Stage.RECOMMENDER else "accept", pk)
        return redirect("reception", pk)
    onward = "begin_evaluation" if stage == Stage.RECOMMENDER else "accept"
    checks = findings_of(application)
    _say_what_is_known(application, form.rows, checks)
    return render(
        request,
        "applications/desk/reception.html",
        {
            "application": application,
            "form": form,
            "rows": form.rows,
            "reasons": CORRECTION,
            "may_go_on": is_ready(application, onward),
            "at_ministry": stage == Stage.MINISTRY,
            "findings": checks,
            "known": known_of(application, request.user),
        },
        status=422 if form.is_bound else 200,
    )


def _say_what_is_known(application: Application, rows: list[dict], checks) -> None:
    """Beside each material: what contradicts it, and whether what a notice asked of it has changed."""
    answered = {item.code: item for item in answered_items(application)}
    for row in rows:
        row["conflicts"] = [one for one in checks.conflicts if row["code"] in one.check.materials]
        row["answered"] = answered.get(row["code"])


def correction(request, pk):
    """One notice with everything in it, by the recommender (退回补正) or the ministry (要求补正)."""
    stage = stage_of(request.user)
    verb = _verbs(stage)[1]
    application = fetch(Application.objects.select_related(*RELATED), request.user, verb, pk=pk)
    pairs = [(m, application.spec(m.code)) for m in application.materials.all() if m.code != "declaration"]
    findings = {f.code: f for f in Finding.objects.filter(application=application, stage=stage)}
    form = CorrectionForm(request.POST or None, materials=pairs, findings=findings)
    preview = None
    if request.method == "POST" and form.is_valid() and request.POST.get("then") == "preview":
        preview = CorrectionRequest(application=application, stage=stage, items=form.items())
    elif request.method == "POST" and form.is_valid():
        with refusals_at(form):
            row = request_correction(
                application,
                stage=stage,
                items=form.items(),
                words=form.cleaned_data["words"],
                by=request.user,
            )
            messages.success(request, f"补正通知已发出，期限 {row.due_on}。")
            mine = stage == Stage.MINISTRY and application.handler_id == request.user.pk
            return redirect("queue_next") if mine else redirect("dossier", pk)
    cycle = application.cycle
    days = cycle.correction_days if stage == Stage.RECOMMENDER else cycle.supplement_days
    return render(
        request,
        "applications/desk/correction.html",
        {
            "application": application,
            "form": form,
            "days": days,
            "due_on": deadline_in(days),
            "missing": missing(application, verb, by=request.user),
            "at_ministry": stage == Stage.MINISTRY,
            "preview": preview,
        },
        status=422 if form.is_bound and not preview else 200,
    )


@require_safe
def notice_pdf(request, pk):
    """The one-time notice on paper, for whoever may read the request."""
    related = ("application__platform__organisation", "application__cycle", "application__recommender")
    row = fetch(CorrectionRequest.objects.select_related(*related), request.user, pk=pk)
    audit.record_read(row, by=request.user, what="open_notice")
    content = io.BytesIO(correction_pdf(row))
    return FileResponse(
        content, content_type="application/pdf", filename=f"补正通知-{row.application.number}.pdf"
    )


def extend(request, pk):
    """More time for an answer, by who has asked."""
    row = fetch(
        CorrectionRequest.objects.select_related("application__platform", "application__cycle"),
        request.user,
        "extend",
        pk=pk,
    )
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            extend_correction(row, by=request.user, **form.cleaned_data)
            messages.success(request, f"补正期限已延长至 {form.cleaned_data['until']}，申报单位收到通知。")
            return redirect("dossier", row.application_id)
    return render(
        request,
        "applications/desk/extend.html",
        {"row": row, "application": row.application, "form": form},
        status=422 if form.is_bound else 200,
    )


def changes(request, pk):
    """Two submissions side by side: by default the last and the one before it."""
    application = fetch(Application.objects.select_related(*RELATED), request.user, pk=pk)
    if holds(Application, request.user, "edit"):
        return redirect("own_changes", pk)
    demand_scope(request.user, "read_opinions", application)
    submissions = list(application.submissions.all())
    if len(submissions) < 2:
        raise Http404
    wanted = request.GET.get("s", "")
    after = next((row for row in submissions[1:] if str(row.sequence) == wanted), submissions[-1])
    before = submissions[submissions.index(after) - 1]
    specs = application.cycle.edition.materials_for(application.procedure)
    request_row, asked = asked_between(application, before, after)
    return render(
        request,
        "applications/desk/changes.html",
        {
            "application": application,
            "before": before,
            "after": after,
            "submissions": submissions[1:],
            "materials": compare_manifests(json.loads(before.manifest), json.loads(after.manifest), specs),
            "sections": compare_reports(
                report_sections(application, before.report), report_sections(application, after.report)
            ),
            "request_row": request_row,
            "asked": asked,
        },
    )

"""The application report (Annex 2; Annex 3 for a re-review), one section per page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from applications.corrections.answering import asked_of
from applications.dossiers.documents import report_pdf, report_sections
from applications.dossiers.facts import form_of
from applications.filing.locked import why_locked
from applications.filing.services import editable_codes
from applications.models import Application
from applications.report.checks import check_report, check_section
from applications.report.forms import bound_fields, bound_table, read_fields, read_table
from applications.report.merging import base_of, label_of, merge_section, questions
from applications.report.prefill import merged, prefill_of
from applications.report.services import Outdated, fill_section, save_section
from applications.rereviews.three_years import summary_draft
from portal.kernel import audit
from portal.kernel.permissions import fetch, holds
from portal.kernel.workflow import TransitionBlocked
from portal.pages.forms import version_in
from portal.pages.merging import read_marks


def _load(request, pk, verb="edit"):
    return fetch(
        Application.objects.select_related("platform__organisation", "cycle", "recommender", "annex"),
        request.user,
        verb,
        pk=pk,
    )


def sections(request, pk):
    application = _load(request, pk, "view")
    if not holds(Application, request.user, "edit"):
        return redirect("dossier", pk)
    form, report = form_of(application), application.annex
    rows = _states(form, report)
    return render(
        request,
        "applications/filing/report.html",
        {
            "application": application,
            "form_spec": form,
            "rows": rows,
            "editable": "report" in editable_codes(application),
            "asked": asked_of(application, "report"),
        },
    )


@require_safe
def three_years(request, pk):
    """A draft of the re-review's first material, for the unit to finish."""
    application = _load(request, pk)
    if application.designation is None:
        raise Http404
    content = io.BytesIO(summary_draft(application))
    return FileResponse(content, as_attachment=True, filename="三年工作总结（草稿）.docx")


def _states(form, report) -> list[tuple]:
    """Every section with its status word and tone."""
    findings = check_report(form, report.data)
    rows = []
    for section in form.sections:
        bad = findings.get(section.code)
        finished = section.code in report.finished_sections
        state = (
            ("有问题", "bad")
            if finished and bad
            else ("已完成", "plain")
            if finished
            else ("填写中", "info")
            if report.data.get(section.code)
            else ("未开始", "")
        )
        rows.append((section, *state))
    return rows


def section(request, pk, code):
    application = _load(request, pk)
    form = form_of(application)
    try:
        spec = form.section(code)
    except StopIteration as unknown:
        raise Http404 from unknown
    if request.method != "POST":
        return _open(request, application, spec)
    if request.POST.get("then") == "fill":
        return _fill(request, application, code)
    if request.POST.get("adopt"):
        return _fill(request, application, code, only=request.POST["adopt"])
    data = read_fields(spec.fields, request.POST)
    for table in spec.tables:
        data[table.code] = read_table(table, request.POST)
    sent, version, base = data, version_in(request.POST), read_marks(request.POST)
    merged = None
    if base is not None:
        data, merged = merge_section(spec, base, sent, application.annex.data.get(code) or {}, request.POST)
        version = application.annex.section_version(code)
    if request.POST.get("autosave"):
        return _autosave(request, application, spec, data, version, sent, merged)
    if merged and merged.asked:
        return _conflict(request, application, spec, data, Outdated(application.annex, code), merged.asked)
    return _save(request, application, spec, data, version, merged)


def _save(request, application, spec, data, version, merged):
    leaves = request.POST.get("then") == "back"  # whoever goes back has not said that all of it is done
    finished = request.POST.get("finished") == "1" and not (leaves and check_section(spec, data))
    try:
        save_section(application, spec.code, data=data, finished=finished, version=version, by=request.user)
    except Outdated as stale:
        return _conflict(request, application, spec, data, stale)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
        return redirect("report_sections", application.pk)
    findings = check_section(spec, data)
    if findings and finished and not leaves:
        return _page(request, application, spec, data, findings)
    messages.success(request, f"“{spec.title}”已保存。{_taken(spec, merged)}")
    then = request.POST.get("then")
    if then == "more" or any(name.endswith(".drop") for name in request.POST):
        return redirect("report_section", application.pk, spec.code)
    codes = [one.code for one in form_of(application).sections]
    following = codes[codes.index(spec.code) + 1 :]
    if then == "next" and following:
        return redirect("report_section", application.pk, following[0])
    return redirect("report_sections", application.pk)


def _open(request, application, spec):
    """A section that nobody has written in yet opens with what is known already; nothing is stored before saving."""
    data = application.annex.data.get(spec.code)
    prefill = prefill_of(application, spec)
    brought: list[str] = []
    if not data and "report" in editable_codes(application):
        data, brought = merged(spec, {}, prefill)
    differing = [] if brought else merged(spec, data or {}, prefill)[1]
    return _page(
        request, application, spec, data or {}, brought=brought, differing=differing, prefill=prefill
    )


def _fill(request, application, code, only=""):
    """All that is known, back to the section; or one figure where it contradicted its roster, back to the contradictions."""
    try:
        labels = fill_section(application, code, by=request.user, only=only)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
        return redirect("report_sections", application.pk)
    if labels:
        messages.success(request, f"已带入：{'、'.join(labels)}。请核对。")
    else:
        messages.success(request, "没有可以带入的内容，现有内容与名册一致。")
    if only:
        return redirect(f"{reverse('dossier_tasks', args=[application.pk])}#crosschecks")
    return redirect("report_section", application.pk, code)


def _taken(spec, merged) -> str:
    if not merged or not merged.taken:
        return ""
    return f"同时保留了他人刚修改的{'、'.join(label_of(spec, name) for name in merged.taken)}。"


def _autosave(request, application, spec, data, version, sent, merged):
    if merged and merged.asked:
        labels = "、".join(label_of(spec, name) for name in merged.asked)
        return JsonResponse({"message": f"未自动保存：他人刚修改了{labels}，请点“保存”选择"}, status=409)
    try:
        report = save_section(
            application, spec.code, data=data, finished=None, version=version, by=request.user, quiet=True
        )
    except Outdated:
        return JsonResponse({"message": "未自动保存：他人刚修改了此节，请点“保存”查看"}, status=409)
    except TransitionBlocked as refusal:
        return JsonResponse({"message": refusal.words}, status=409)
    answer = {
        "version": report.section_version(spec.code),
        "message": f"{timezone.localtime(report.updated_at):%H:%M} 已自动保存",
    }
    if merged:
        answer["_base"] = base_of(spec, sent)  # what the open page shows now
    return JsonResponse(answer)


@dataclass(frozen=True)
class SectionScreen:
    """One section of the report beside its fields."""

    form_spec: Any
    number: int
    rows: list
    tables: list
    version: int
    base: str
    findings: list[tuple[str, str]]
    finished: bool
    editable: bool
    locked: str


def _page(request, application, spec, data, findings=None, **more):
    findings = findings or {}
    form = form_of(application)
    form_rows = _states(form, application.annex)
    codes = [one.code for one in form.sections]
    at = codes.index(spec.code)
    editable = "report" in editable_codes(application)
    return render(
        request,
        "applications/filing/section.html",
        {
            "screen": SectionScreen(
                form_spec=form,
                number=at + 1,
                rows=form_rows,
                tables=[bound_table(table, data.get(table.code) or [], findings) for table in spec.tables],
                version=application.annex.section_version(spec.code),
                base=base_of(spec, application.annex.data.get(spec.code) or {}),
                findings=[(sentence, _anchor(path)) for path, sentence in findings.items()],
                finished=spec.code in application.annex.finished_sections
                or not application.annex.data.get(spec.code),
                editable=editable,
                locked="" if editable else why_locked(application),
            ),
            "application": application,
            "section": spec,
            "fields": bound_fields(spec.fields, data, findings),
            **more,
            "asked": asked_of(application, "report"),
        },
        status=422 if findings else 200,
    )


def _anchor(path: str) -> str:
    """Where on the page a finding's field stands."""
    return f"id_{path.replace('.', '_')}"


@dataclass(frozen=True)
class ConflictScreen:
    """What two people wrote into one section."""

    questions: list
    editor: Any
    at: Any
    finished: bool
    tables: list
    version: int
    base: str


def _conflict(request, application, spec, mine, stale, asked=None):
    """409: what both have changed, side by side with a choice; a page without its base is asked about all that differs."""
    theirs = stale.report.data.get(spec.code) or {}
    if asked is None:
        asked = merge_section(spec, {}, mine, theirs, {})[1].asked
    return render(
        request,
        "applications/filing/conflict.html",
        {
            "screen": ConflictScreen(
                questions=questions(spec, asked, mine, theirs),
                editor=stale.editor,
                at=stale.at,
                finished=spec.code in stale.report.finished_sections,
                tables=[bound_table(table, mine.get(table.code) or [], {}) for table in spec.tables],
                version=stale.report.section_version(spec.code),
                base=base_of(spec, theirs),
            ),
            "application": application,
            "section": spec,
            "asked": ",".join(asked),
            "fields": bound_fields(spec.fields, mine, {}),
        },
        status=409,
    )


@require_safe
def pdf(request, pk):
    application = _load(request, pk, "view")
    audit.record_read(application, by=request.user, what="export", kind="report")
    with_opinion = holds(Application, request.user, "edit") or holds(
        Application, request.user, "read_opinions"
    )
    content = report_pdf(application, with_opinion=with_opinion)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        True, f"申请报告-{application.number or '草稿'}.pdf"
    )
    return response


@require_safe
def read(request, pk):
    application = _load(request, pk, "view")
    audit.record_read(application, by=request.user, what="read_material", material="report")
    return render(
        request,
        "applications/filing/report_read.html",
        {
            "application": application,
            "form_spec": form_of(application),
            "sections": report_sections(application),
        },
    )

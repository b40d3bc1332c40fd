"""The application report (Annex 2; Annex 3 for a re-review), one section per page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications.documents import report_pdf, report_sections, words
from applications.forms.spec import bound_fields, bound_table, read_fields, read_table
from applications.models import Application
from applications.report_check import check_report, check_section
from applications.services.facts import form_of
from applications.services.filing import editable_codes
from applications.services.report import Outdated, save_section
from portal.permissions import Role, fetch
from portal.workflow import TransitionBlocked


def _load(request, pk, verb="edit"):
    return fetch(
        Application.objects.select_related("platform__organisation", "cycle", "recommender", "annex"),
        request.user,
        verb,
        pk=pk,
    )


def sections(request, pk):
    application = _load(request, pk, "view")
    if request.user.role != Role.APPLICANT:
        return redirect("dossier", pk)
    form, report = form_of(application), application.annex
    findings = check_report(form, report.data)
    rows = []
    for section in form.sections:
        bad = findings.get(section.code)
        finished = section.code in report.finished_sections
        state = (
            ("有问题", "bad") if finished and bad
            else ("已完成", "plain") if finished
            else ("填写中", "info") if report.data.get(section.code)
            else ("未开始", "")
        )  # fmt: skip
        rows.append((section, *state))
    return render(
        request,
        "applications/filing/report.html",
        {
            "application": application,
            "form_spec": form,
            "rows": rows,
            "editable": "report" in editable_codes(application),
        },
    )


def section(request, pk, code):
    application = _load(request, pk)
    form = form_of(application)
    try:
        spec = form.section(code)
    except StopIteration as unknown:
        raise Http404 from unknown
    if request.method != "POST":
        return _page(
            request, application, spec, application.annex.data.get(code) or {}, application.annex.version
        )
    data = read_fields(spec.fields, request.POST)
    for table in spec.tables:
        data[table.code] = read_table(table, request.POST)
    version = int(request.POST.get("version") or 0) if (request.POST.get("version") or "0").isdigit() else 0
    if request.POST.get("autosave"):
        return _autosave(request, application, code, data, version)
    finished = request.POST.get("finished") == "1"
    try:
        report = save_section(
            application, code, data=data, finished=finished, version=version, by=request.user
        )
    except Outdated as stale:
        return _conflict(request, application, spec, data, stale.report)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.reasons[0])
        return redirect("report_sections", pk)
    findings = check_section(spec, data)
    if findings and (finished or request.POST.get("then") == "next"):
        return _page(request, application, spec, data, report.version, findings)
    messages.success(request, "已保存。")
    if request.POST.get("then") == "more":
        return redirect("report_section", pk, code)
    codes = [one.code for one in form.sections]
    following = codes[codes.index(code) + 1 :]
    return (
        redirect("report_section", pk, following[0])
        if finished and following
        else redirect("report_sections", pk)
    )


def _autosave(request, application, code, data, version):
    try:
        report = save_section(
            application, code, data=data, finished=None, version=version, by=request.user, quiet=True
        )
    except Outdated:
        return JsonResponse({"message": "未自动保存：他人刚修改了此节，请点“保存”查看"}, status=409)
    except TransitionBlocked as refusal:
        return JsonResponse({"message": refusal.reasons[0]}, status=409)
    return JsonResponse({"version": report.version, "message": f"{report.updated_at:%H:%M} 已自动保存"})


def _page(request, application, spec, data, version, findings=None):
    findings = findings or {}
    form = form_of(application)
    return render(
        request,
        "applications/filing/section.html",
        {
            "application": application,
            "form_spec": form,
            "section": spec,
            "fields": bound_fields(spec.fields, data, findings),
            "tables": [bound_table(table, data.get(table.code) or [], findings) for table in spec.tables],
            "version": version,
            "findings": findings,
            "finished": spec.code in application.annex.finished_sections,
            "editable": "report" in editable_codes(application),
        },
        status=422 if findings else 200,
    )


def _conflict(request, application, spec, mine, report):
    """409: both texts side by side; saving again with the new version decides."""
    theirs = report.data.get(spec.code) or {}
    rows = [
        (field.label, words(field, mine.get(field.code)), words(field, theirs.get(field.code)))
        for field in spec.fields
        if mine.get(field.code) != theirs.get(field.code)
    ]
    return render(
        request,
        "applications/filing/conflict.html",
        {
            "application": application,
            "section": spec,
            "rows": rows,
            "editor": report.updated_by,
            "at": report.updated_at,
            "fields": bound_fields(spec.fields, mine, {}),
            "tables": [bound_table(table, mine.get(table.code) or [], {}) for table in spec.tables],
            "version": report.version,
        },
        status=409,
    )


@require_safe
def pdf(request, pk):
    application = _load(request, pk, "view")
    response = HttpResponse(report_pdf(application), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="report-{application.number or "draft"}.pdf"'
    return response


@require_safe
def read(request, pk):
    application = _load(request, pk, "view")
    return render(
        request,
        "applications/filing/report_read.html",
        {
            "application": application,
            "form_spec": form_of(application),
            "sections": report_sections(application),
        },
    )

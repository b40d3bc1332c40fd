"""One material: files, having none, registered fields, rosters with their findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.corrections.answering import asked_items, asked_of, open_correction
from applications.crosschecks import checked_in
from applications.dossiers.facts import PROVED, proof_of
from applications.dossiers.viewer import masked, viewer_of
from applications.filing.locked import why_locked
from applications.filing.services import editable_codes
from applications.materials import services as materials
from applications.materials.prefill import known_fields, registration_of
from applications.materials.status import COMPLETE
from applications.materials.uploading import reusable_files
from applications.models import Application, MaterialFile
from applications.report.checks import check_value
from applications.report.forms import bound_fields, bound_table, read_fields, read_table
from applications.rosters.display import roster_context
from portal.files import partial
from portal.kernel import audit
from portal.kernel.permissions import demand_role, fetch
from portal.kernel.workflow import TransitionBlocked
from portal.shared.uploads import UploadRefused


def load_material(request, pk, code, verb="edit"):
    application = fetch(
        Application.objects.select_related("platform__organisation", "cycle", "recommender", "annex"),
        request.user,
        verb,
        pk=pk,
    )
    row = application.materials.filter(code=code).first()
    spec = application.spec(code) if row else None
    if spec is None or spec.kind in ("report", "declaration"):
        raise Http404
    return application, row, spec


def material(request, pk, code):
    application, row, spec = load_material(request, pk, code)
    error = ""
    if request.method == "POST":
        error = _upload(request, application, code)
        if not error:
            here = reverse("material", args=[pk, code])
            # A script that followed the redirect itself would use up the message meant for the page.
            scripted = request.headers.get("X-Requested-With") == "fetch"
            return JsonResponse({"next": here}) if scripted else redirect(here)
    return material_page(request, application, row, spec, error)


def _upload(request, application, code) -> str:
    """Store what was sent; the first refusal is the page's error, what was accepted before it stays."""
    uploads = request.FILES.getlist("file")
    if not uploads:
        return "请选择文件。"
    replaces = replaced_by_post(request, application, code)
    for upload in uploads:
        try:
            materials.upload_file(
                application, code, content=upload, name=upload.name, by=request.user, replaces=replaces
            )
        except UploadRefused as refusal:
            return f"{upload.name[:60]}：{refusal.sentence}"
        except TransitionBlocked as refusal:
            return refusal.words
        messages.success(request, f"已收到，正在核对：{upload.name[:60]}")
    return ""


def replaced_by_post(request, application, code) -> MaterialFile | None:
    """The file that a form names to be replaced; 404 for one that is not there (any more)."""
    named = request.POST.get("replaces")
    if not named:
        return None
    current = MaterialFile.objects.filter(
        material__application=application, material__code=code, removed_at=None
    )
    found = next((entry for entry in current if str(entry.pk) == named), None)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class MaterialScreen:
    """One material beside its fields and files: what was brought, what is wrong, what may be reused."""

    error: str
    current: list[MaterialFile]
    editable: bool
    proof: Any
    unchecked: bool
    old: list[MaterialFile]
    brought: list[str]
    source: str
    locked: str
    read_for: Any
    unfinished: list
    reusable: list
    accept: str


def material_page(request, application, row, spec, error="", values=None, findings=None):
    row.refresh_from_db()
    files = list(row.files.select_related("file", "added_by"))
    is_editable = row.code in editable_codes(application)
    fresh = is_editable and values is None and not row.fields and not row.none_declared
    known, source = known_fields(application, row.code) if fresh else ({}, "")
    values = (row.fields or known) if values is None else values
    findings = findings or {}
    current = [entry for entry in files if entry.removed_at is None]
    return render(
        request,
        "applications/filing/material.html",
        {
            "screen": MaterialScreen(
                error=error,
                current=current,
                editable=is_editable,
                proof=proof_of(application)
                if row.code == PROVED
                else None,  # A clean roster is read a moment after its file is: the status says when that is done.
                unchecked=row.status == "checking" or any(entry.file.is_unchecked for entry in current),
                old=[entry for entry in files if entry.removed_at is not None],
                brought=[one.label for one in spec.fields if one.code in known],
                source=source,
                locked="" if is_editable else why_locked(application),
                read_for=checked_in(row.code, application.procedure),
                unfinished=list(partial.of(application, row.code)),
                reusable=list(reusable_files(application, row.code)[:20]) if is_editable else [],
                accept=",".join(
                    f".{kind}" for kind in (*spec.types, *(["jpeg"] if "jpg" in spec.types else []))
                ),
            ),
            "application": application,
            "material": row,
            "spec": spec,
            "fields": bound_fields(spec.fields, values, findings),
            "table": bound_table(spec.table, values.get(spec.table.code, []), findings)
            if spec.table
            else None,
            **(roster_context(request, row, current) if spec.roster else {}),
            "near": _neighbours(application, row.code),
            "asked": asked_of(application, row.code),
        },
        status=422 if error or findings else 200,
    )


@require_POST
def fields(request, pk, code):
    """Keep the registered fields as typed and say what does not fit."""
    application, row, spec = load_material(request, pk, code)
    if request.POST.get("adopt"):
        return _adopt(request, application, row)
    values = read_fields(spec.fields, request.POST)
    findings = {
        field.code: problem
        for field in spec.fields
        if (problem := check_value(field, values.get(field.code)))
    }
    if spec.table:
        rows = read_table(spec.table, request.POST)
        values[spec.table.code] = rows
        for number, line in enumerate(rows):
            for column in spec.table.columns:
                problem = check_value(column, line.get(column.code))
                if problem:
                    findings[f"{spec.table.code}.{number}.{column.code}"] = problem
    try:
        kept = {name: value for name, value in values.items() if name not in findings}
        materials.save_fields(application, code, fields=kept if not spec.table else values, by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
        return redirect("material", pk, code)
    if findings:
        return material_page(request, application, row, spec, values=values, findings=findings)
    messages.success(request, "登记内容已保存。")
    if request.POST.get("then") == "next":
        return redirect(_following(application, row))
    return redirect("material", pk, code)


def _adopt(request, application, row):
    """One fact of the licence as the unit's registration has it, back to the contradictions."""
    known = registration_of(application) if row.code == "licence" else {}
    name = request.POST["adopt"]
    if name not in known:
        raise Http404
    try:
        fields = {**row.fields, name: known[name]}
        materials.save_fields(application, row.code, fields=fields, by=request.user)
        messages.success(request, "已采用登记信息。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect(f"{reverse('dossier_tasks', args=[application.pk])}#crosschecks")


@require_POST
def none(request, pk, code):
    application, row, spec = load_material(request, pk, code)
    declared = request.POST.get("none") == "1"
    reason = request.POST.get("reason", "").strip()
    if declared and spec.none_needs_reason and not reason:
        messages.error(request, "请说明原因。")
        return redirect("material", pk, code)
    try:
        materials.declare_none(application, code, none=declared, reason=reason, by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, "声明已保存。" if declared else "已取消声明，请上传文件。")
        if declared:
            return redirect(_following(application, row))
    return redirect("material", pk, code)


def _neighbours(application, code: str) -> dict[str, dict | None]:
    """The material before this one and the one after it, as the list has them; in a correction those asked for."""
    correction = open_correction(application)
    asked = {item["code"] for item in correction.items} | {code} if correction else None
    specs = [
        one
        for one in application.cycle.edition.materials_for(application.procedure)
        if not one.is_declaration and (asked is None or one.code in asked)
    ]
    at = next(number for number, one in enumerate(specs) if one.code == code)
    links = [
        {
            "title": one.short_title,
            "url": reverse("report_sections", args=[application.pk])
            if one.kind == "report"
            else reverse("material", args=[application.pk, one.code]),
        }
        for one in specs
    ]
    return {"before": links[at - 1] if at else None, "after": next(iter(links[at + 1 :]), None)}


def _following(application, row) -> str:
    """The next material after this one that still wants something from the unit; the list when none does."""
    unlocked = editable_codes(application)
    if correction := open_correction(application):
        waits = [item.code for item in asked_items(application, correction) if not item.is_changed]
        later = application.materials.filter(code__in=waits, position__gt=row.position).first()
        if later and application.spec(later.code).kind in ("files", "roster"):
            return reverse("material", args=[application.pk, later.code])
        return reverse("dossier_tasks", args=[application.pk])
    for one in application.materials.filter(position__gt=row.position).exclude(status__in=COMPLETE):
        if one.code in unlocked and application.spec(one.code).kind in ("files", "roster"):
            return reverse("material", args=[application.pk, one.code])
    return reverse("dossier_tasks", args=[application.pk])


@require_POST
def remove(request, pk, code, entry):
    application, row, _ = load_material(request, pk, code)
    found = row.files.filter(pk=entry, removed_at=None).first()
    if found is None:
        raise Http404
    try:
        materials.remove_file(application, found, by=request.user)
        messages.success(request, f"已移除：{found.file.name}。可在历史版本中查看。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("material", pk, code)


@require_safe
def preview(request, pk, code, entry):
    """A file of this material, also one that was replaced or taken out."""
    application, row, spec = load_material(request, pk, code, verb="view")
    found = row.files.filter(pk=entry).select_related("file", "added_by").first()
    demand_role(Application, request.user, "edit", "此页面属于申报单位，请在卷宗中查看材料。")
    if found is None:
        raise Http404
    if found.file.extension == "xlsx" and not found.file.is_closed:
        audit.record_read(application, by=request.user, what="open_file", file=str(found.file.pk))
    return render(
        request,
        "applications/filing/preview.html",
        {
            "application": application,
            "spec": spec,
            "entry": found,
            "viewer": masked(viewer_of(request, found.file), spec),
        },
    )

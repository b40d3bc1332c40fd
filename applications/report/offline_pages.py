"""Pages of the report that is drafted offline: taken as Word, read back, shown, and saved once it was looked at."""

from __future__ import annotations

import io

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications.dossiers.documents import words
from applications.dossiers.facts import form_of, gathered
from applications.filing.services import editable_codes
from applications.models import Application
from applications.report.offline import absent_headings, filled_in, report_docx
from applications.report.prefill import merged, prefill_of
from applications.report.services import Outdated, save_section
from applications.states import Procedure
from portal.files.documents import DocumentUnreadable, read_document
from portal.kernel.permissions import fetch
from portal.kernel.workflow import TransitionBlocked
from portal.pages.forms import PortalForm
from portal.shared.uploads import PAPER_BYTES

SALT = "applications.report.offline"
NOTHING = "文件中没有读到填写的内容。请使用从本页下载的 Word 文件，保留各节标题和表格的第一列、第一行。"
MOVED = "读出之后，有人修改了申请报告。下面按现在的内容重新比较，请核对后再保存。"


class OfflineForm(PortalForm):
    file = forms.FileField(label="填好的 Word 文件", help_text="DOCX，20 MB 以内；读入不等于保存，先逐节核对")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if not upload.name.lower().endswith(".docx"):
            raise forms.ValidationError("应为 .docx 文件。旧版 Word 或者 WPS 文件请另存为 .docx 后上传。")
        if upload.size > PAPER_BYTES:
            raise forms.ValidationError("文件超过 20 MB。申请报告只读文字和表格，请去掉图片后上传。")
        return upload


def _load(request, pk) -> Application:
    rows = Application.objects.select_related("platform__organisation", "cycle", "recommender", "annex")
    return fetch(rows, request.user, "edit", pk=pk)


@require_safe
def offline_docx(request, pk):
    """The form with what is filled or known already."""
    application = _load(request, pk)
    form, filled = form_of(application), application.annex.data
    known = {
        one.code: filled.get(one.code) or merged(one, {}, prefill_of(application, one))[0]
        for one in form.sections
    }
    content = io.BytesIO(report_docx(form, known, title=form.title))
    return FileResponse(
        content, as_attachment=True, filename=f"{form.short_title}-{application.platform.name}.docx"
    )


def offline(request, pk):
    application = _load(request, pk)
    if "report" not in editable_codes(application):
        messages.error(request, "申请报告当前不能修改。")
        return redirect("report_sections", pk)
    if request.POST.get("read"):
        return _take(request, application)
    form, found, absent = OfflineForm(request.POST or None, request.FILES or None), None, []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            blocks, spec = read_document(upload.read(), upload.name), form_of(application)
            found, absent = filled_in(spec, blocks), absent_headings(spec, blocks)
        except DocumentUnreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            if not found:
                form.add_error("file", NOTHING)
    return _page(request, application, form, found if form.is_bound and not form.errors else None, absent)


def _page(request, application, form, found=None, absent=()):
    shown = _compared(application, found) if found else []
    versions = {code: application.annex.section_version(code) for code in found or ()}
    read = {"dossier": str(application.pk), "found": found, "versions": versions}
    return render(
        request,
        "applications/filing/offline.html",
        {
            "application": application,
            "form_spec": form_of(application),
            "form": form,
            "form_code": "annex3" if application.procedure == Procedure.REREVIEW else "annex2",
            "sections": shown,
            "read": signing.dumps(read, salt=SALT, compress=True) if found else "",
            "absent": absent,
        },
        status=422 if form.errors else 200,
    )


def _compared(application: Application, found: dict) -> list[tuple]:
    """(section, [(label, now, from the file, whether they differ)]) in the order of the form."""
    shown = []
    for section in form_of(application).sections:
        now, read = application.annex.data.get(section.code) or {}, found.get(section.code) or {}
        lines = [
            (
                spec.label,
                words(spec, now.get(spec.code)),
                words(spec, read[spec.code]),
                now.get(spec.code) != read[spec.code],
            )
            for spec in section.fields
            if spec.code in read
        ]
        for table in section.tables:
            if table.code in read:
                rows = now.get(table.code) or []
                lines.append(
                    (table.label, f"{len(rows)} 行", f"{len(read[table.code])} 行", rows != read[table.code])
                )
        if lines:
            shown.append((section, lines))
    return shown


def _take(request, application):
    """Save the sections that were ticked; what the file leaves blank stays as it was."""
    try:
        read = signing.loads(request.POST["read"], salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        read = {}
    if read.get("dossier") != str(application.pk):
        messages.error(request, "读出的内容已过期，请重新上传文件。")
        return redirect("report_offline", application.pk)
    chosen = [code for code in request.POST.getlist("take") if code in read["found"]]
    titles = {one.code: one.title for one in form_of(application).sections}
    try:
        with gathered():
            for code in chosen:
                data = {**(application.annex.data.get(code) or {}), **read["found"][code]}
                version = read["versions"][code]
                save_section(application, code, data=data, finished=None, version=version, by=request.user)
    except Outdated:
        messages.warning(request, MOVED)
        application.annex.refresh_from_db()
        return _page(request, application, OfflineForm(), read["found"])
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
        return redirect("report_sections", application.pk)
    names = "、".join(f"“{titles[code]}”" for code in chosen)
    messages.success(
        request, f"已保存：{names}。请逐节核对并标记完成。" if chosen else "没有选择任何一节，内容没有改变。"
    )
    return redirect("report_sections", application.pk)

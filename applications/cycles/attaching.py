"""Attachments of the yearly notice: added and taken out by the ministry, downloaded by anybody once the year is published."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from applications.cycles.services import record_change
from applications.models import Cycle, CycleAttachment
from applications.states import CycleState
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock
from portal.kernel.permissions import allowed, demand_scope, fetch
from portal.kernel.workflow import TransitionBlocked
from portal.pages.forms import PortalForm
from portal.pages.refusals import refusals_at
from portal.shared.storage import private_response
from portal.shared.uploads import DOCUMENT_BYTES

KINDS = {"pdf", "docx", "xlsx", "ofd"}
MOST = 20


class AttachForm(PortalForm):
    goes_public = ("name", "reason")
    name = forms.CharField(label="附件名称", max_length=80, help_text="例如 附件1 推荐表")
    file = forms.FileField(label="附件文件（PDF、DOCX、XLSX、OFD，50 MB 以内）")
    reason = forms.CharField(
        label="理由", max_length=500, help_text="年度已经发布，上传附件和理由公开留在变更记录中"
    )

    def __init__(self, *args, row: Cycle, **kwargs):
        super().__init__(*args, **kwargs)
        if row.state == CycleState.DRAFT:
            self.fields.pop("reason")


@takes_files(upload=Papers(KINDS, DOCUMENT_BYTES))
def attach_file(cycle: Cycle, upload, *, name: str, by, reason: str = "") -> CycleAttachment:
    """Of a published year with a reason, like every change of it. Raises UploadRefused, TransitionBlocked.

    The file is looked into before the year is locked: every unit that begins a dossier waits for that lock.
    """
    row = _open_cycle(cycle, by, reason)
    before = _names(row)
    if len(row.attached_files) >= MOST:
        raise TransitionBlocked([f"附件最多 {MOST} 个，请先移除不用的。"])
    file = place(upload, owner=row, by=by)
    made = CycleAttachment.objects.create(cycle=row, name=name, file=file, added_by=by, added_at=clock.now())
    audit.record(action="add_file", obj=row, by=by, facts={"name": name, "sha256": file.sha256})
    _note_change(row, before, reason=reason, by=by)
    return made


@transaction.atomic
def take_out(attachment: CycleAttachment, *, by, reason: str = "") -> None:
    row = _open_cycle(attachment.cycle, by, reason)
    before = _names(row)
    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])
    audit.record(action="remove_file", obj=row, by=by, facts={"name": attachment.name})
    _note_change(row, before, reason=reason, by=by)


def _names(cycle: Cycle) -> str:
    rows = cycle.attached.filter(removed_at=None).select_related("file")
    return "、".join(f"{one.name}（{one.file.name}）" for one in rows) or "（空）"


def _note_change(cycle: Cycle, before: str, *, reason: str, by) -> None:
    if cycle.state != CycleState.DRAFT:
        record_change(cycle, {"attachments": [before, _names(cycle)]}, reason=reason, by=by)


def _open_cycle(cycle: Cycle, by, reason: str) -> Cycle:
    demand_scope(by, "edit", cycle, "您没有修改年度安排的权限。")
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if row.state not in (CycleState.DRAFT, CycleState.PUBLISHED):
        raise TransitionBlocked([f"{row}申报已经结束，通知附件不再修改。"])
    if row.state != CycleState.DRAFT and not reason.strip():
        raise TransitionBlocked(["年度安排已发布，修改通知附件须写明理由。"])
    return row


def attachments(request, pk):
    """What is attached, another one, and taking one out."""
    row = fetch(Cycle.objects.national().prefetch_related("attached__file"), request.user, "edit", pk=pk)
    if "remove" in request.POST:
        return _remove(request, row)
    form = AttachForm(request.POST or None, request.FILES or None, row=row)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "file"):
            data = form.cleaned_data
            attach_file(row, data["file"], name=data["name"], by=request.user, reason=data.get("reason", ""))
            then = "年度发布后公开" if row.state == CycleState.DRAFT else "已经公开"
            messages.success(request, f"附件已上传，{then}。")
            return redirect("cycle_attachments", row.pk)
    return render(
        request,
        "applications/cycles/attachments.html",
        {"row": row, "form": form},
        status=422 if form.is_bound else 200,
    )


def _remove(request, row: Cycle):
    found = next((one for one in row.attached_files if str(one.pk) == request.POST["remove"]), None)
    if found is None:
        messages.error(request, "此附件已经移除。")
        return redirect("cycle_attachments", row.pk)
    try:
        take_out(found, by=request.user, reason=request.POST.get("reason", "")[:500])
        messages.success(request, f"“{found.name}”已移除。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("cycle_attachments", row.pk)


@login_not_required
@require_safe
def attachment(request, pk):
    """Anybody's download; of a year in preparation only who may change it."""
    rows = CycleAttachment.objects.filter(removed_at=None).select_related("file", "cycle")
    row = get_object_or_404(rows, pk=pk)
    is_public = row.cycle.state != CycleState.DRAFT
    if row.file.is_closed or not (
        is_public or (request.user.is_authenticated and allowed(request.user, "edit", row.cycle))
    ):
        raise Http404
    return private_response(row.file.key, row.file.name, row.file.content_type, inline=False)

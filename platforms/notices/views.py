"""Pages of a notice: pasted or uploaded, then put right line by line; deciding and signing are those of every import."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from platforms.models import ImportBatch
from platforms.notices.batches import correct_notice, preview_notice
from platforms.notices.forms import FactsForm, SourceForm, rows_in
from platforms.notices.sources import SourceUnreadable
from portal.kernel.permissions import demand_role, fetch
from portal.kernel.workflow import TransitionBlocked
from portal.shared.uploads import UploadRefused


def start(request):
    demand_role(ImportBatch, request.user, "start_notice", "公告名单由工业和信息化部录入。")
    form = SourceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            batch = preview_notice(
                by=request.user, text="" if upload else form.cleaned_data["text"], upload=upload
            )
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
        except SourceUnreadable as refusal:
            form.add_error("file" if upload else "text", str(refusal))
        else:
            return redirect("import_batch", batch.pk)
    return render(
        request, "platforms/notices/start.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_POST
def correct(request, pk):
    """Facts and lines as they were put right; what can't be taken is said, nothing typed is lost."""
    notices = ImportBatch.objects.filter(kind=ImportBatch.Kind.NOTICE).select_related("file")
    batch = fetch(notices, request.user, "edit", pk=pk)
    form = FactsForm(request.POST)
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.error(
                request, f"{form.fields[field].label if field in form.fields else ''}：{errors[0]}"
            )
    facts = {name: value for name, value in form.cleaned_data.items() if name in form.data}
    try:
        correct_notice(batch, facts, rows_in(request.POST), by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, "已保存并重新核对。")
    return redirect(reverse("import_batch", args=[pk]) + f"?{request.GET.urlencode()}")

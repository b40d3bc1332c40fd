"""Where a dossier stands, for anyone who holds its number and code: names of stages and dates, nothing else."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from applications.models import Application
from applications.states import state_words
from portal.accounts import attempts
from portal.kernel.receipts import opens
from portal.models import AuditEvent
from portal.pages.forms import QueryForm


class ProgressForm(QueryForm):
    receipt_number = None
    number = forms.CharField(label="受理编号", max_length=24, help_text="见提交回执，例如 2026-浙-0001")
    query_code = forms.CharField(label="查询码", max_length=12, help_text="见提交回执，8 位字母和数字")
    number_field = "number"


def stages_of(application: Application) -> list[tuple[str, object]]:
    """(public stage, when it began), oldest first; steps inside the ministry share one name."""
    root = f"{application._meta.label_lower}:{application.pk}"
    events = AuditEvent.objects.filter(root=root, action__startswith="application.").exclude(after="")
    stages: list[tuple[str, object]] = []
    association = application.recommender.is_association
    for after, at in events.order_by("id").values_list("after", "at"):
        label = state_words(after, application.procedure, public=True, association=association)
        if label and (not stages or stages[-1][0] != label):
            stages.append((label, at))
    return stages


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def progress_query(request):
    form = ProgressForm(request.POST or None, sender=attempts.of_request(request))
    found = None
    if form.is_bound and form.is_valid():
        number, code = form.cleaned_data["number"].strip(), form.cleaned_data["query_code"]
        row = Application.objects.select_related("cycle", "recommender").filter(number=number).first()
        found = row if row and opens(row, code) else None
        if found is None:
            form.miss()
            form.add_error(None, "没有找到此申报，请核对受理编号和查询码。")
    return render(
        request,
        "applications/guide/progress.html",
        {"form": form, "found": found, "stages": stages_of(found) if found else []},
        status=422 if form.errors else 200,
    )

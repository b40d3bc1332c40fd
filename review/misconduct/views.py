"""Misconduct in the review: anyone's form, receipt and query, and 纪检's list, page and answer (Art. 17)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import attempts
from portal.files.views import owns_files
from portal.kernel import audit
from portal.kernel.permissions import demand_role, fetch
from portal.kernel.receipts import keep_for
from portal.pages.lists import page_of
from portal.pages.receipts import query_receipt, show_receipt
from portal.pages.verbs import VerbView, verbs_for
from portal.privacy.forms import RevealForm
from portal.shared.uploads import UploadRefused
from review.misconduct.forms import AnswerForm, ReportForm
from review.misconduct.services import receive_report
from review.models import MisconductReport


@owns_files(MisconductReport)
def report_of_file(user, pk):
    return MisconductReport.objects.for_user(user).filter(pk=pk).first()


@login_not_required
def report(request):
    form = ReportForm(request.POST or None, request.FILES or None, sender=attempts.of_request(request))
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "website"}
        try:
            row = receive_report(**data, pk=form.key(request, "misconduct"))
        except UploadRefused as refusal:
            form.add_error("evidence", refusal.sentence)
        else:
            keep_for(request.session, row)
            return redirect("misconduct_received", row.receipt_number)
    return render(
        request, "review/misconduct/form.html", {"form": form}, status=422 if form.is_bound else 200
    )


@login_not_required
@never_cache
@require_safe
def received(request, number):
    """In the browser that sent the report."""
    return show_receipt(
        request,
        MisconductReport.objects.all(),
        number,
        template="review/misconduct/received.html",
        query="misconduct_query",
    )


@login_not_required
@never_cache
def query(request):
    rows = MisconductReport.objects.all()
    return query_receipt(request, rows, template="review/misconduct/query.html", what="举报")


@require_safe
def reports(request):
    demand_role(MisconductReport, request.user, "view", "评审纪律举报只向纪检监督开放。")
    rows = MisconductReport.objects.for_user(request.user)
    return render(request, "review/misconduct/list.html", {"page": page_of(request, rows)})


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request, pk):
    """Who reported stays masked until a reason is given, which goes on record."""
    row = fetch(MisconductReport.objects.all(), request.user, pk=pk)
    form = RevealForm(request.POST if request.method == "POST" else None)
    shown = form.is_bound and form.is_valid()
    if shown:
        audit.record(action="reveal_reporter", obj=row, by=request.user, note=form.cleaned_data["reason"])
    return render(
        request,
        "review/misconduct/detail.html",
        {
            "row": row,
            "form": form,
            "shown": shown,
            "evidence": row.evidence.select_related("file"),
            "verbs": verbs_for(row, request.user, ("answer", "close")),
        },
        status=200 if shown or not form.is_bound else 422,
    )


class Handle(VerbView):
    model = MisconductReport
    basis = ((17, ""),)

    def shown(self):
        row = self.obj
        rows = [
            ("被举报人", f"{row.get_about_display()}　{row.whom}"),
            ("举报事项", row.get_conduct_display()),
        ]
        rows.append(("事实与理由", row.facts))
        return rows + ([("答复", row.answer_words)] if row.answer_words else [])

    def back_url(self):
        return reverse("misconduct_report", args=[self.obj.pk])


class Answer(Handle):
    verb, form_class = "answer", AnswerForm


class Close(Handle):
    verb = "close"

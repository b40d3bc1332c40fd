"""Pages of one case: the facts that the officer writes, and its papers as PDF and Word."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.kernel import audit
from portal.kernel.permissions import fetch
from portal.pages.refusals import refusals_at
from portal.shared.sentences import one_sentence
from portal.shared.workingdays import date_cn_weekday
from review.models import Revocation
from review.notices.documents import notice_docx, notice_pdf
from review.notices.exports import DOCX
from review.records.forms import DepartmentViewForm, FactsForm
from review.revocations import services
from review.revocations.papers import intended

FORMATS = {
    "pdf": (lambda content: notice_pdf(content["title"], content), "application/pdf"),
    "docx": (notice_docx, DOCX),
}


def write_facts(request, pk):
    row = fetch(Revocation.objects.select_related("title"), request.user, "write_facts", pk=pk)
    back = reverse("revocation", args=[pk])
    form = FactsForm(request.POST or None, initial={"facts": row.facts})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            services.write_facts(row, facts=form.cleaned_data["facts"], by=request.user)
            messages.success(request, "查明的事实已保存。")
            return redirect(back)
    shown = [
        ("平台", row.title.platform_name),
        ("事由", row.get_ground_display()),
        ("移送意见", row.referral),
    ]
    found = row.spot_check.findings.exclude(weight="none") if row.spot_check_id else ()
    shown += [(f"检查发现：{one.get_weight_display()}", one.words) for one in found]
    return render(
        request,
        "review/records/form.html",
        {
            "heading": "查明的事实",
            "crumb": (row.number, back),
            "form": form,
            "button": "保存",
            "shown": [pair for pair in shown if pair[1]],
            "consequence": "告知平台之前可以反复修改；告知之后，决定只能依据已告知的事实。",
        },
        status=422 if form.is_bound else 200,
    )


def state_view(request, pk):
    """The department of the place, before a suspension of its work is signed."""
    row = fetch(Revocation.objects.select_related("title__jurisdiction"), request.user, "state_view", pk=pk)
    back = reverse("revocation", args=[pk])
    form = DepartmentViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            services.state_view(row, by=request.user, **form.cleaned_data)
            messages.success(request, "本部门意见已提出，由工业和信息化部的拟办人和审签人审阅。")
            return redirect(back)
    return render(
        request,
        "review/records/form.html",
        {
            "heading": "提出本部门意见",
            "crumb": (row.number, back),
            "form": form,
            "button": "提出意见",
            "shown": [
                ("平台", row.title.platform_name),
                ("查明的事实", row.facts),
                ("拟作出的决定", one_sentence(intended(row))),
                ("期限", f"{date_cn_weekday(row.statement_due)} 24:00"),
            ],
            "consequence": "意见提出后不能修改；期满未提出的，工业和信息化部可以作出决定。",
        },
        status=422 if form.is_bound else 200,
    )


@require_safe
def paper_file(request, pk, paper, kind):
    """A paper as it was served; whoever reads the case reads it."""
    row = fetch(Revocation.objects.all(), request.user, pk=pk)
    found = row.papers.filter(pk=paper).first()
    if found is None or kind not in FORMATS:
        raise Http404
    make, content_type = FORMATS[kind]
    audit.record_read(row, by=request.user, what="open_file", file=str(found.pk), name=f"{found}.{kind}")
    response = HttpResponse(make(found.content), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{found}.{kind}")
    response["Cache-Control"] = "private, no-store"
    return response

"""Complaints: the public's form and query, the office's list and page, the platform's answer."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from platforms.complaints import services as service
from platforms.complaints.forms import AnswerForm, ComplaintForm, ConcludeForm, TakeUpForm
from platforms.frame import history
from platforms.models import Complaint, Designation, Recommender
from platforms.states import OPEN_COMPLAINTS, ComplaintState
from portal.accounts import attempts
from portal.files.views import owns_files
from portal.kernel import audit, clock
from portal.kernel.calendar import estimate_mark
from portal.kernel.permissions import allowed, demand_role, fetch, forbid, holds
from portal.kernel.receipts import keep_for
from portal.pages.listforms import choice, options_of, text_line
from portal.pages.lists import DeclaredList, View, exactly, page_of, search
from portal.pages.receipts import query_receipt, show_receipt
from portal.pages.verbs import VerbView, verbs_for
from portal.privacy.forms import RevealForm
from portal.shared.uploads import UploadRefused
from portal.shared.xlsx import MIME, write_rows


@owns_files(Complaint)
def complaint_of_file(user, pk):
    """Evidence may name the complainant, so it opens only to those who may see who complained."""
    return Complaint.objects.for_user(user, "see_complainant").filter(pk=pk).first()


def _rows():
    return Complaint.objects.select_related("title__platform", "recommender", "handler")


@login_not_required
def complain(request, number):
    """Anyone, at any time, about any platform that has or had a title."""
    title = get_object_or_404(Designation.objects.select_related("recommender"), key=number)
    form = ComplaintForm(request.POST or None, request.FILES or None, sender=attempts.of_request(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = service.receive_complaint(
                title,
                subject=data["subject"],
                facts=data["facts"],
                name=data["name"],
                contact=data["contact"],
                evidence=data["evidence"],
                pk=form.key(request, number),
            )
        except UploadRefused as refusal:
            form.add_error("evidence", refusal.sentence)
        else:
            keep_for(request.session, row)
            return redirect("complaint_received", row.receipt_number)
    return render(
        request,
        "platforms/complaint/form.html",
        {"title": title, "form": form, "anonymous": settings.COMPLAINTS_ANONYMOUS},
        status=422 if form.is_bound else 200,
    )


@login_not_required
@never_cache
@require_safe
def received(request, number):
    """In the browser that sent the complaint."""
    return show_receipt(
        request, _rows(), number, template="platforms/complaint/received.html", query="complaint_query"
    )


@login_not_required
def query(request):
    """The complainant's own view, by receipt number and code: stage, dates, conclusion."""
    return query_receipt(request, _rows(), template="platforms/complaint/query.html", what="投诉")


BY_TERM = ("due_on", "receipt_number")
RECEIVED = DeclaredList(
    views={
        "open": View(lambda rows: rows.filter(state__in=OPEN_COMPLAINTS), BY_TERM, "办理中"),
        "overdue": View(
            lambda rows: rows.filter(state__in=OPEN_COMPLAINTS, due_on__lt=clock.today()), BY_TERM, "逾期"
        ),
        "done": View(
            lambda rows: rows.exclude(state__in=OPEN_COMPLAINTS),
            ("-concluded_at", "receipt_number"),
            "已办结",
        ),
        "all": View(order=BY_TERM, label="全部"),
    },
    filters=(
        search("title__platform_name", "receipt_number", field=text_line("平台名称、回执编号")),
        exactly("recommender", "recommender__label", field=choice("承办单位", "全部承办单位")),
    ),
)


def _filtered(request):
    return RECEIVED.rows(_rows().for_user(request.user), request.GET)


@require_safe
def complaints(request):
    demand_role(Complaint, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    every = Complaint.objects.for_user(request.user)
    counts = {name: RECEIVED.views[name].narrow(every).count() for name in ("open", "overdue")}
    offices = Recommender.objects.filter(complaints__in=every).distinct().values_list("label", flat=True)
    return render(
        request,
        "platforms/complaint/list.html",
        {
            "page": page_of(request, _filtered(request)),
            "tabs": RECEIVED.tabs(request.GET, counts, hot={"overdue"}),
            "filters": RECEIVED.form(
                request.GET, {"recommender": options_of(offices) if len(offices) > 1 else None}
            ),
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def download(request):
    """The list without anything that could name a complainant."""
    demand_role(Complaint, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    header = (
        "回执编号",
        "平台名称",
        "证书编号",
        "承办单位",
        "投诉事项",
        "方式",
        "收到时间",
        "办结期限",
        "状态",
        "核查结果",
        "处理结论",
        "办结时间",
    )
    lines = (
        (
            row.receipt_number,
            row.title.platform_name,
            row.title.number,
            row.recommender.name,
            row.subject,
            "匿名" if row.is_anonymous else "实名",
            f"{clock.day_of(row.received_at)}",
            row.due_on.isoformat(),
            row.get_state_display(),
            row.get_finding_display(),
            row.conclusion,
            f"{clock.day_of(row.concluded_at)}" if row.concluded_at else "",
        )
        for row in _filtered(request)
    )
    response = HttpResponse(content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(True, "投诉.xlsx")
    write_rows(response, header, lines, title="投诉", widths=(16, 36, 20, 26, 30, 8, 12, 12, 10, 10, 40, 12))
    audit.record_read(
        request.user, by=request.user, what="export", list="complaints", filter=request.GET.urlencode()
    )
    return response


def detail(request, pk):
    row = fetch(_rows(), request.user, pk=pk)
    may_answer = row.state == ComplaintState.VERIFYING and allowed(request.user, "answer", row)
    form = AnswerForm(request.POST or None, initial={"words": row.platform_answer}) if may_answer else None
    status = 200
    if request.method == "POST":
        if form is None:
            forbid("此件投诉现在不需要您说明。")
        status = 422
        if form.is_valid():
            service.answer(row, words=form.cleaned_data["words"], by=request.user)
            messages.success(request, "情况说明已提交。")
            return redirect("complaint", row.pk)
    return render(
        request,
        "platforms/complaint/detail.html",
        {
            "row": row,
            "form": form,
            "sees_facts": allowed(request.user, "see_facts", row),
            "sees_complainant": allowed(request.user, "see_complainant", row),
            "verbs": verbs_for(
                row,
                request.user,
                ("take_up", "decline_fraud", "conclude_fraud")
                if row.alleges_fraud
                else ("take_up", "decline", "conclude"),
            ),
            "events": history(row) if holds(Complaint, request.user, "list") else [],
            "today": clock.today(),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def complainant(request, pk):
    """Who complained, masked until a reason is given, and the evidence; every look is on record."""
    row = fetch(_rows(), request.user, "see_complainant", pk=pk)
    form = RevealForm(request.POST if request.method == "POST" else None)
    shown = form.is_bound and form.is_valid()
    audit.record(
        action="reveal_complainant" if shown else "see_complainant",
        obj=row,
        by=request.user,
        note=form.cleaned_data["reason"] if shown else "",
    )
    return render(
        request,
        "platforms/complaint/complainant.html",
        {
            "row": row,
            "form": form,
            "shown": shown,
            "evidence": row.evidence.select_related("file"),
        },
        status=200 if shown or not form.is_bound else 422,
    )


class Handle(VerbView):
    model = Complaint

    def queryset(self):
        return _rows()

    def shown(self):
        rows = [
            ("平台", self.obj.title.platform_name),
            ("投诉事项", self.obj.subject),
            ("事实与理由", self.obj.facts),
            ("办结期限", f"{self.obj.due_on:%Y-%m-%d}{estimate_mark(self.obj.due_on)}"),
        ]
        if self.obj.platform_answer:
            rows.append(("平台说明", self.obj.platform_answer))
        return rows

    def back_url(self):
        return reverse("complaint", args=[self.obj.pk])


class TakeUp(Handle):
    verb, form_class = "take_up", TakeUpForm

    def act(self, form):
        return service.take_up(self.obj, by=self.request.user, **form.cleaned_data)


class Decline(Handle):
    verb = "decline"

    def act(self, form):
        return service.decline(self.obj, note=form.cleaned_data["note"], by=self.request.user)


class DeclineFraud(Handle):
    verb = "decline_fraud"
    basis = ((15, ""),)
    done_message = "已拟办不予受理，等待本单位另一位负责人审签"

    def act(self, form):
        return service.propose_declining_fraud(self.obj, note=form.cleaned_data["note"], by=self.request.user)


class Conclude(Handle):
    verb, form_class = "conclude", ConcludeForm

    def act(self, form):
        return service.conclude(
            self.obj,
            finding=form.cleaned_data["finding"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class ConcludeFraud(Handle):
    verb, form_class = "conclude_fraud", ConcludeForm
    basis = ((15, ""),)
    done_message = "已拟办办结，等待本单位另一位负责人审签"

    def act(self, form):
        return service.propose_fraud_conclusion(self.obj, by=self.request.user, **form.cleaned_data)

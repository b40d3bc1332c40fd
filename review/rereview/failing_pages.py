"""Pages of 拟不合格告知: telling who has not filed, the letter, the unit's answer, and what follows."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from applications.dossiers.views import register_panel
from applications.models import Cycle
from applications.rereviews.cohort import left_undone
from platforms.models import Designation
from portal.files.views import owns_files
from portal.kernel import audit
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked
from portal.pages.refusals import refusals_at
from portal.shared import law
from portal.shared.workingdays import date_cn_weekday
from review.models import FailingNotice
from review.records.forms import AnswerFailingForm, OpenUnfiledForm, TellForm
from review.records.views import Line, Listing, list_page, record_page
from review.rereview import failing, reminding
from review.revocations.case_pages import FORMATS


@owns_files(FailingNotice)
def notice_of_file(user, pk):
    return FailingNotice.objects.for_user(user).filter(pk=pk).first()


def panel(request, application):
    """On the dossier's page of a re-review, for whoever reads the letter and what was answered."""
    found = FailingNotice.objects.for_user(request.user).filter(application=application)
    found = found.prefetch_related("answer_files") if application.designation_id else found.none()
    yield found
    yield {"failing_notices": list(found)}


register_panel(FailingNotice, "view", "review/rereview/panel.html", panel)


def failing_notices(request):
    rows = FailingNotice.objects.for_user(request.user).select_related("title__recommender", "cycle")
    listing = Listing(
        "拟不合格告知",
        f"拟定复核不合格，或者未按规定提交复核：先告知理由，听取陈述，再公示（{law.REREVIEW}）。",
        ("平台", "推荐单位", "年度", "陈述期限", "状态"),
        "没有拟不合格告知。拟定不合格的结论审签时，或者从“三年复核”中告知后，会列在这里。",
    )
    return list_page(
        request,
        FailingNotice,
        rows,
        listing,
        lambda row: Line(
            row.title.platform_name,
            reverse("failing_notice", args=[row.pk]),
            row.get_kind_display(),
            (row.title.recommender.label, str(row.cycle.year), str(row.answer_due)),
            row.get_state_display(),
            "warn",
        ),
    )


def failing_notice(request, pk):
    row = fetch(
        FailingNotice.objects.select_related("title__recommender", "cycle", "application"),
        request.user,
        pk=pk,
    )
    form = None
    if row.may_answer and allowed(request.user, "answer", row):
        form = AnswerFailingForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and _answer(request, row, form):
            return redirect("failing_notice", pk)
    facts = [
        ("平台", row.title.platform_name),
        ("运营单位", row.title.organisation_name),
        ("证书编号", f"{row.title.number}（{row.title.get_state_display()}）"),
        ("年度", str(row.cycle)),
        ("理由", row.reasons),
        ("陈述期限", f"{date_cn_weekday(row.answer_due)} 24:00"),
        ("陈述意见", row.answer),
    ]
    opens = holds(FailingNotice, request.user, "tell") and not failing.reasons_against_opening(row)
    return record_page(
        request,
        row,
        template="review/rereview/failing.html",
        heading=str(row),
        crumb=("拟不合格告知", reverse("failing_notices")),
        facts=[pair for pair in facts if pair[1]],
        tone="warn",
        article=14,
        files=[("陈述材料", file) for file in row.answer_files.order_by("uploaded_at")],
        form=form,
        form_heading="陈述意见",
        button="提交陈述意见",
        opens=opens,
        dossier=row.application if holds(FailingNotice, request.user, "tell") else None,
        status=422 if form is not None and form.is_bound else 200,
    )


def _answer(request, row, form) -> bool:
    with refusals_at(form, "files"):
        failing.answer(row, by=request.user, **form.cleaned_data)
        messages.success(request, "陈述意见已提交，由工业和信息化部的拟办人和审签人审阅。")
        return True
    return False


@require_safe
def failing_paper(request, pk, kind):
    row = fetch(FailingNotice.objects.select_related("title"), request.user, pk=pk)
    if kind not in FORMATS:
        raise Http404
    make, content_type = FORMATS[kind]
    audit.record_read(row, by=request.user, what="open_file", file=str(row.pk), name=f"{row}.{kind}")
    response = HttpResponse(make(row.content), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{row}.{kind}")
    response["Cache-Control"] = "private, no-store"
    return response


def tell(request, pk, year):
    """The ministry tells one unit that its silence is to count, with the letter as it will leave."""
    demand_role(FailingNotice, request.user, "tell", "拟不合格告知由工业和信息化部发出。")
    cycle = get_object_or_404(Cycle.objects.national(), year=year)
    title = left_undone(cycle).filter(pk=pk).select_related("recommender").first()
    if title is None:
        raise Http404
    usual = failing.REASON_UNFILED.format(name=title.platform_name, year=year)
    form = TellForm(request.POST or None, initial={"reasons": usual})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            row = failing.tell_of_silence(title, cycle, by=request.user, **form.cleaned_data)
            messages.success(request, "已告知平台和推荐单位。")
            return redirect("failing_notice", row.pk)
    against = failing.reasons_against_telling(title, cycle)
    return render(
        request,
        "review/records/form.html",
        {
            "heading": "告知拟按不合格办理",
            "crumb": ("三年复核", f"{reverse('rereview')}?year={year}&standing=unfiled"),
            "form": form,
            "button": "告知",
            "shown": [
                ("平台", title.platform_name),
                ("证书编号", title.number),
                ("未提交复核的年度", str(year)),
                *(("现在不能告知", words) for words in against),
            ],
            "consequence": "平台收到告知书，可以在 5 个工作日内陈述意见、提交证据；收到陈述或者期满后，可以列入合议，结论由两人拟定并经公示。",
        },
        status=422 if form.is_bound else 200,
    )


def bring_forward(request, pk):
    demand_role(FailingNotice, request.user, "tell", "由工业和信息化部办理。")
    row = fetch(FailingNotice.objects.select_related("title", "cycle"), request.user, pk=pk)
    form = OpenUnfiledForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            failing.open_unfiled(row, note=form.cleaned_data["note"], by=request.user)
            messages.success(request, "已列入合议，请在“合议”中拟定结论。")
            return redirect("failing_notice", pk)
    heard = row.answer or row.get_state_display()
    return render(
        request,
        "review/records/form.html",
        {
            "heading": "列入合议",
            "crumb": (str(row), reverse("failing_notice", args=[pk])),
            "form": form,
            "button": "列入合议",
            "shown": [("平台", row.title.platform_name), ("理由", row.reasons), ("陈述", heard)],
            "consequence": "不经测评和专家评审，直接列入合议；结论须由两人拟定，并经公示。",
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def remind(request, year):
    """One title by its key, or without one all that this user supervises."""
    cycle = get_object_or_404(Cycle.objects.national(), year=year)
    titles = left_undone(cycle)
    if request.POST.get("title"):
        titles = titles.filter(key=request.POST["title"])
    demand_role(
        Designation, request.user, "remind_rereview", "提醒办理复核由工业和信息化部或者推荐单位办理。"
    )
    try:
        number = reminding.remind(list(titles), cycle, by=request.user)
    except TransitionBlocked as refusal:
        messages.warning(request, refusal.words)
    else:
        messages.success(request, f"已提醒 {number} 家平台。")
    return redirect(f"{reverse('rereview')}?year={year}&standing=unfiled")

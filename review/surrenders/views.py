"""Surrenders of a title: the list, one request, its two answers, and the unit's own form (放弃称号)."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from platforms.models import Designation
from portal.kernel.clock import day_of
from portal.kernel.permissions import fetch, holds
from portal.kernel.signoff import waiting_for
from portal.kernel.workflow import missing
from portal.pages.refusals import refusals_at
from portal.shared.sentences import one_sentence
from review.models import Surrender
from review.records.acts import describe_surrender
from review.records.forms import (
    SurrenderForm,
)
from review.records.views import Line, Listing, RecordVerb, list_page, record_page
from review.revocations import services
from review.states import SurrenderState


def surrenders(request):
    rows = Surrender.objects.for_user(request.user).select_related("title__recommender")
    listing = Listing(
        "放弃称号",
        "平台负责人提出，工业和信息化部同意后称号终止并公告。",
        ("平台", "推荐单位", "提出时间", "状态"),
        "没有放弃称号的申请。",
    )
    return list_page(
        request,
        Surrender,
        rows,
        listing,
        lambda row: Line(
            row.title.platform_name,
            reverse("surrender", args=[row.pk]),
            row.title.number,
            (row.title.recommender.label, day_of(row.asked_at).isoformat()),
            row.get_state_display(),
        ),
    )


def surrender(request, pk):
    row = fetch(Surrender.objects.select_related("title__recommender", "notice"), request.user, pk=pk)
    facts = [
        ("平台", row.title.platform_name),
        ("证书编号", f"{row.title.number}（{row.title.get_state_display()}）"),
        ("放弃理由", row.reason),
        ("办理意见", row.answer),
        ("接下来", _what_is_next(row, request.user)),
    ]
    return record_page(
        request,
        row,
        heading=str(row),
        crumb=("放弃称号", reverse("surrenders")),
        verbs=("accept", "decline", "recall"),
        url_of=lambda verb: reverse(f"surrender_{verb}", args=[pk]),
        facts=[pair for pair in facts if pair[1]],
        tone="info",
        files=[],
        notice=row.notice,
    )


def _what_is_next(row: Surrender, user) -> str:
    """Whose turn it is; what it waits for is told to who decides: a check that was drawn is not yet its unit's to know."""
    if row.state == SurrenderState.ACCEPTED:
        return "称号已终止，证书核验显示“已放弃”；再次取得须重新申报。"
    if row.state != SurrenderState.ASKED:
        return "称号不变，年度总结、复核等照常办理。"
    reasons = missing(row, "accept") if holds(Surrender, user, "prepare_accept") else []
    if reasons:
        return f"等待：{one_sentence(reasons)}"
    if waiting_for(row).exists():
        return "工业和信息化部一人已拟办同意，等待另一人审签；审签以前申报单位可以撤回。"
    return "等待工业和信息化部作出处理：同意须一人拟办、另一人审签；处理以前申报单位可以撤回，称号照常有效。"


def ask_surrender(request, number):
    title = fetch(
        Designation.objects.select_related("recommender"), request.user, "ask_surrender", key=number
    )
    asked = title.surrenders.filter(state="ASKED").first()
    if asked and request.method != "POST":
        return redirect("surrender", asked.pk)
    form = SurrenderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            row = services.ask_surrender(title, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, "申请已提出，等待工业和信息化部办理；办理前可以撤回。")
            return redirect("surrender", row.pk)
    return render(
        request,
        "review/records/form.html",
        {
            "heading": "放弃称号",
            "crumb": ("我的申报", reverse("applicant_home")),
            "form": form,
            "button": "提出申请",
            "shown": [
                ("平台", title.platform_name),
                ("证书编号", title.number),
                ("当前状态", title.get_state_display()),
            ],
            "consequence": "工业和信息化部同意后，称号终止，证书核验立即显示“已放弃”，并发布公告。已被抽中抽查、正在撤销程序或者有已受理投诉的，办结后方可办理，不能以放弃代替。",
        },
        status=422 if form.is_bound else 200,
    )


class _SurrenderVerb(RecordVerb):
    model = Surrender
    record_url = "surrender"

    def shown(self):
        return [*super().shown(), ("放弃理由", self.obj.reason)]


class AcceptSurrender(_SurrenderVerb):
    verb = "accept"

    def shown(self):
        act = describe_surrender([self.obj], {})
        return [*act["rows"], *(("同意后", words) for words in act["effects"])]


class DeclineSurrender(_SurrenderVerb):
    verb = "decline"


class RecallSurrender(_SurrenderVerb):
    verb = "recall"

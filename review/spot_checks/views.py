"""Pages of 抽查: plans, the public draw that anyone can recompute, one check with its findings."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from portal.files.views import owns_files
from portal.kernel.permissions import allowed, fetch, holds
from portal.kernel.workflow import TransitionBlocked
from portal.shared.sentences import one_sentence
from portal.shared.uploads import UploadRefused
from review.models import CheckFinding, CheckPlan, Revocation, SpotCheck
from review.records.forms import (
    AnswerFindingsForm,
    FindingForm,
    HandOverForm,
    NotifyCheckForm,
)
from review.records.views import Line, Listing, RecordVerb, list_page, record_page
from review.spot_checks import services
from review.states import CONCLUDED_CHECKS

CONCLUSIONS = ("clear", "clear_suspicion", "order_rectification", "refer")
CHECK_VERBS = ("notify", "hand_over", "answer_findings", *CONCLUSIONS)
TONES = {"CLEARED": "ok", "RECTIFYING": "warn", "REFERRED": "bad"}


@owns_files(SpotCheck)
def check_of_file(user, pk):
    """Who reads the findings, and, once they have gone over to a revocation, who reads its evidence."""
    return (
        SpotCheck.objects.for_user(user, "see_findings").filter(pk=pk).first()
        or Revocation.objects.for_user(user).filter(spot_check=pk).first()
    )


def mine(request):
    """Checks that reach this person: a drawn platform, its recommender, the experts of the team."""
    rows = SpotCheck.objects.for_user(request.user).select_related("plan", "title__recommender")
    rows = rows.prefetch_related("findings")
    rows = rows.exclude(state__in=CONCLUDED_CHECKS) if request.GET.get("view") != "all" else rows
    listing = Listing(
        "抽查",
        "被抽中的平台：通知、检查发现、平台说明、处理。",
        ("平台", "推荐单位", "检查日期", "状态"),
        "没有在办的抽查。",
        (("open", "在办"), ("all", "全部")),
    )
    return list_page(
        request,
        SpotCheck,
        rows,
        listing,
        lambda row: Line(
            row.title.platform_name,
            reverse("spot_check", args=[row.pk]),
            f"{row.plan.name} · {row.title.number}",
            (row.title.recommender.label, str(row.visit_on or "待通知")),
            row.result,
            TONES.get(row.state, "info"),
        ),
    )


def check(request, pk):
    row = fetch(
        SpotCheck.objects.select_related("plan", "title__recommender").prefetch_related("experts__user"),
        request.user,
        pk=pk,
    )
    form = None
    if row.state == "NOTIFIED" and allowed(request.user, "hand_over", row):
        form = FindingForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and _add_finding(request, row, form):
            return redirect("spot_check", pk)
    told = allowed(request.user, "see_findings", row)
    names = holds(SpotCheck, request.user, "see_names")
    return record_page(
        request,
        row,
        template="review/checks/check.html",
        heading=f"抽查：{row.title.platform_name}",
        crumb=(
            "抽查",
            reverse("check_plan", args=[row.plan_id])
            if holds(CheckPlan, request.user, "list")
            else reverse("checks_mine"),
        ),
        verbs=_verbs_after(row),
        conclusions=CONCLUSIONS,
        url_of=lambda verb: reverse(f"spot_check_{verb}", args=[pk]),
        standing=row.result,
        tone=TONES.get(row.state, "info"),
        facts=_facts(row, names),
        files=[("说明材料", file) for file in row.answer_files.order_by("uploaded_at")],
        article=15,
        form=form,
        form_heading="记录检查发现",
        button="记录",
        findings=row.findings.select_related("evidence") if told else [],
        drawn_from=row.plan,
        status=422 if form is not None and form.is_bound else 200,
    )


def _verbs_after(row) -> tuple[str, ...]:
    """A suspicion on record is cleared by two; where there is none, there is none to clear."""
    fraud = any(found.weight == CheckFinding.Weight.FRAUD for found in row.findings.all())
    return tuple(verb for verb in CHECK_VERBS if verb != ("clear" if fraud else "clear_suspicion"))


def _add_finding(request, row, form) -> bool:
    try:
        services.add_finding(row, by=request.user, **form.cleaned_data)
    except UploadRefused as refusal:
        form.add_error("upload", refusal.sentence)
    except TransitionBlocked as refusal:
        form.add_error("upload", refusal.reasons)
    else:
        messages.success(request, "检查发现已记录。")
        return True
    return False


def _facts(row, names: bool) -> list[tuple[str, str]]:
    people = "、".join(expert.user.name for expert in row.experts.all())
    facts = [
        ("计划", row.plan.name),
        ("检查内容", row.plan.subject),
        ("证书编号", f"{row.title.number}（{row.title.get_state_display()}）"),
        ("推荐单位", row.title.recommender.name),
        ("专家", people if names else f"{row.experts.count()} 位，由随机抽取产生"),
        ("检查日期", str(row.visit_on or "")),
        ("通知事项", row.notice_words),
        ("说明期限", str(row.answer_due or "")),
        ("平台说明", row.answer),
        ("处理意见", row.conclusion),
    ]
    return [pair for pair in facts if pair[1]]


class _CheckVerb(RecordVerb):
    model = SpotCheck
    record_url = "spot_check"
    basis = ((15, ""),)

    def queryset(self):
        return SpotCheck.objects.select_related("plan", "title__recommender")

    def shown(self):
        told = allowed(self.request.user, "see_findings", self.obj)
        found = [f"{row.get_weight_display()}：{row.words}" for row in self.obj.findings.all() if told]
        return [
            *super().shown(),
            ("检查发现", one_sentence(found) or "—"),
            ("平台说明", self.obj.answer or "—"),
        ]


class NotifyCheck(_CheckVerb):
    verb = "notify"
    form_class = NotifyCheckForm


class HandOver(_CheckVerb):
    verb = "hand_over"
    form_class = HandOverForm

    def act(self, form):
        return services.hand_over(self.obj, by=self.request.user, **form.cleaned_data)


class AnswerFindings(_CheckVerb):
    verb = "answer_findings"
    form_class = AnswerFindingsForm

    def act(self, form):
        cleaned = form.cleaned_data
        return services.answer_findings(
            self.obj, words=cleaned["note"], files=cleaned["files"], by=self.request.user
        )


class Clear(_CheckVerb):
    verb = "clear"


class ClearSuspicion(_CheckVerb):
    verb = "clear_suspicion"


class OrderRectification(_CheckVerb):
    verb = "order_rectification"

    def act(self, form):
        return services.order_rectification(self.obj, by=self.request.user, note=form.cleaned_data["note"])


class ReferCheck(_CheckVerb):
    verb = "refer"

    def act(self, form):
        return services.refer(self.obj, by=self.request.user, note=form.cleaned_data["note"])

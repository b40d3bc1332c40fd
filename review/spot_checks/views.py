"""Pages of 抽查: plans, the public draw that anyone can recompute, one check with its findings."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.files.views import owns_files
from portal.kernel import clock
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked, missing
from portal.pages.verbs import VerbView, verbs_for
from portal.shared.uploads import UploadRefused
from review.models import CheckPlan, Revocation, SpotCheck
from review.records.forms import (
    AnswerFindingsForm,
    DrawForm,
    FindingForm,
    HandOverForm,
    NotifyCheckForm,
    PlanForm,
)
from review.records.views import Line, Listing, RecordVerb, list_page, record_page, trail_of
from review.spot_checks import services
from review.states import CONCLUDED_CHECKS, NEVER_ANNOUNCED

PLAN_VERBS = ("announce", "discard", "draw", "publish_results")
PLAN_URLS = {
    "announce": "check_announce",
    "discard": "check_discard",
    "draw": "check_draw_now",
    "publish_results": "check_publish_results",
}
CHECK_VERBS = (
    "notify",
    "hand_over",
    "answer_findings",
    "clear",
    "clear_suspicion",
    "order_rectification",
    "refer",
)
PLAN_TONES = {"PUBLISHED": "ok", "DISCARDED": "off"}
TONES = {"CLEARED": "ok", "RECTIFYING": "warn", "REFERRED": "bad"}


@owns_files(SpotCheck)
def check_of_file(user, pk):
    """Who reads the findings, and, once they have gone over to a revocation, who reads its evidence."""
    return (
        SpotCheck.objects.for_user(user, "see_findings").filter(pk=pk).first()
        or Revocation.objects.for_user(user).filter(spot_check=pk).first()
    )


def plans(request):
    if not holds(CheckPlan, request.user, "list"):
        return redirect("checks_mine")
    rows = CheckPlan.objects.for_user(request.user)
    listing = Listing(
        "抽查计划", "双随机：公布底册和方法，用公开的种子抽取平台和专家，结果公布（第十五条）。",
        ("计划", "年度", "类别", "状态"), "还没有抽查计划。",
        action=("新的抽查计划", reverse("check_plan_new")) if holds(CheckPlan, request.user, "prepare") else None,
    )  # fmt: skip
    return list_page(
        request, CheckPlan, rows, listing,
        lambda row: Line(
            row.name, reverse("check_plan", args=[row.pk]), f"抽取 {row.percent}%，每家专家 {row.team_size} 位",
            (str(row.year), row.get_kind_display()), row.get_state_display(), PLAN_TONES.get(row.state, "info"),
        ),
    )  # fmt: skip


def create(request):
    demand_role(CheckPlan, request.user, "prepare", "抽查计划由工业和信息化部拟定。")
    today = clock.today()
    initial = {
        "name": f"{today.year} 年示范平台抽查",
        "year": today.year,
        "kind": "yearly",
        "percent": 10,
        "team_size": 2,
    }
    form = PlanForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        row = services.create_plan(by=request.user, **form.cleaned_data)
        messages.success(request, "抽查计划已拟定，由负责人公布底册和方法。")
        return redirect("check_plan", row.pk)
    return _plan_form(request, form, "新的抽查计划", ("抽查计划", reverse("check_plans")))


def edit(request, pk):
    """A draft only; once announced, the plan is what anyone recomputes the draw from."""
    row = fetch(CheckPlan.objects.all(), request.user, "edit", pk=pk)
    back = reverse("check_plan", args=[pk])
    reasons = services.editing_reasons(row)
    if reasons:
        messages.warning(request, reasons[0])
        return redirect(back)
    name = row.name  # the form writes what is typed into the row, valid or not
    form = PlanForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_plan(row, by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons[0])
        else:
            messages.success(request, "抽查计划已保存。")
            return redirect(back)
    return _plan_form(request, form, "修改抽查计划", (name, back))


def _plan_form(request, form, heading: str, crumb: tuple[str, str]):
    return render(
        request,
        "review/records/form.html",
        {
            "heading": heading, "crumb": crumb, "form": form, "button": "保存",
            "consequence": "公布时，当日全部有效称号按推荐单位分层冻结为底册；底册公布次日起，用公开随机数抽取。公布之前可以修改或者放弃。",
        },
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def plan(request, pk):
    if not holds(CheckPlan, request.user, "list"):
        return redirect("check_draw", pk)
    row = fetch(CheckPlan.objects.all(), request.user, pk=pk)
    checks = row.checks.select_related("title__recommender").prefetch_related("experts__user")
    page = Paginator(checks, 50).get_page(request.GET.get("page"))
    ready = verbs_for(row, request.user, PLAN_VERBS)
    actions = [(verb.label, reverse(PLAN_URLS[verb.name], args=[pk])) for verb in ready]
    if not services.editing_reasons(row) and allowed(request.user, "edit", row):
        actions.insert(-1, ("修改", reverse("check_plan_edit", args=[pk])))  # before what ends the plan
    return render(
        request,
        "review/checks/plan.html",
        {
            "plan": row, "page": page, "tone": PLAN_TONES.get(row.state, "info"), "actions": actions, "is_ministry": holds(CheckPlan, request.user, "prepare"), "trail": trail_of(row, request.user),
            "missing": [reason for verb in ready for reason in missing(row, verb.name, by=request.user)],
        },
    )  # fmt: skip


class _PlanVerb(VerbView):
    model = CheckPlan
    basis = ((15, ""),)

    def shown(self):
        row = self.obj
        return [
            ("计划", row.name),
            ("检查内容", row.subject),
            ("抽取", row.method),
            ("各推荐单位", "、".join(f"{name} {number}" for name, number in row.quotas.items() if number)),
            ("专家", f"每家 {row.team_size} 位，有利益关系和同地区的除外"),
            ("底册摘要", row.inputs_digest or "公布时生成"),
            ("密数承诺", row.commitment or "公布时生成"),
        ]

    def back_url(self):
        return reverse("check_plan", args=[self.obj.pk])


class Announce(_PlanVerb):
    verb = "announce"

    def act(self, form):
        return services.announce_plan(self.obj, by=self.request.user)


class Discard(_PlanVerb):
    verb = "discard"


class Draw(_PlanVerb):
    verb = "draw"
    form_class = DrawForm

    def act(self, form):
        return services.draw(self.obj, by=self.request.user, **form.cleaned_data)


class PublishResults(_PlanVerb):
    verb = "publish_results"

    def act(self, form):
        return services.publish_results(self.obj, by=self.request.user, note=form.cleaned_data["note"])


@login_not_required
@require_safe
def public_plans(request):
    rows = CheckPlan.objects.exclude(state__in=NEVER_ANNOUNCED).order_by("-announced_at")
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    return render(request, "review/checks/public_list.html", {"page": page})


@login_not_required
@require_safe
def public_draw(request, pk):
    """Method, inputs, seed; after the end the outcomes. The secret is shown only once the draw has used it."""
    row = fetch(CheckPlan.objects.exclude(state__in=NEVER_ANNOUNCED), request.user, pk=pk)
    strata: dict[str, int] = {}
    for label in row.inputs["titles"].values():
        strata[label] = strata.get(label, 0) + 1
    return render(
        request,
        "review/checks/public_draw.html",
        {
            "plan": row, "is_drawn": row.state in ("DRAWN", "PUBLISHED"), "strata": sorted(strata.items()),
            "frame_size": len(row.inputs["titles"]), "experts": len(row.inputs["experts"]),
            "checks": row.checks.select_related("title__recommender", "plan").prefetch_related("findings") if row.state in ("DRAWN", "PUBLISHED") else [],
            "tones": TONES,
        },
    )  # fmt: skip


@login_not_required
@require_safe
def public_inputs(request, pk):
    """Everything that the draw read, so that anyone can compute it again. Experts stand under codes."""
    row = fetch(CheckPlan.objects.exclude(state__in=NEVER_ANNOUNCED), request.user, pk=pk)
    data = {
        "plan": row.name,
        "percent": row.percent,
        "each": row.each,
        "quotas": row.quotas,
        "team_size": row.team_size,
        "titles": row.inputs["titles"],
        "experts": list(row.inputs["experts"]),
        "conflicts": row.inputs["conflicts"],
        "canonical": services.public_frame(row, row.inputs),
        "inputs_sha256": row.inputs_digest,
        "commitment": row.commitment,
    }
    if row.seed:
        data |= {"secret": row.secret, "public_number": row.public_number, "seed": row.seed}
        data["drawn"] = services.drawn_by_rule(row, row.seed)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="draw-{row.year}.json"'
    return response


def mine(request):
    """Checks that reach this person: a drawn platform, its recommender, the experts of the team."""
    rows = SpotCheck.objects.for_user(request.user).select_related("plan", "title__recommender")
    rows = rows.exclude(state__in=CONCLUDED_CHECKS) if request.GET.get("view") != "all" else rows
    listing = Listing(
        "抽查", "被抽中的平台：通知、检查发现、平台说明、处理。", ("平台", "推荐单位", "检查日期", "状态"),
        "没有在办的抽查。", (("open", "在办"), ("all", "全部")),
    )  # fmt: skip
    return list_page(
        request, SpotCheck, rows, listing,
        lambda row: Line(
            row.title.platform_name, reverse("spot_check", args=[row.pk]), f"{row.plan.name} · {row.title.number}",
            (row.title.recommender.label, str(row.visit_on or "待通知")), row.get_state_display(), TONES.get(row.state, "info"),
        ),
    )  # fmt: skip


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
        request, row, template="review/checks/check.html", heading=f"抽查：{row.title.platform_name}",
        crumb=("抽查", reverse("check_plan", args=[row.plan_id]) if holds(CheckPlan, request.user, "list") else reverse("checks_mine")),
        verbs=CHECK_VERBS, url_of=lambda verb: reverse(f"spot_check_{verb}", args=[pk]), tone=TONES.get(row.state, "info"),
        facts=_facts(row, names), files=[("说明材料", file) for file in row.answer_files.order_by("uploaded_at")], article=15, form=form, form_heading="记录检查发现", button="记录",
        findings=row.findings.select_related("evidence") if told else [], drawn_from=row.plan,
        status=422 if form is not None and form.is_bound else 200,
    )  # fmt: skip


def _add_finding(request, row, form) -> bool:
    try:
        services.add_finding(row, by=request.user, **form.cleaned_data)
    except UploadRefused as refusal:
        form.add_error("upload", refusal.sentence)
    except TransitionBlocked as refusal:
        form.add_error("upload", refusal.reasons[0])
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
        return [*super().shown(), ("检查发现", "；".join(found) or "—"), ("平台说明", self.obj.answer or "—")]


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

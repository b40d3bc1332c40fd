"""Plans of spot checks: drafting, announcing and drawing, and the public page from which anyone recomputes the draw."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.kernel import clock
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import missing
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at
from portal.pages.verbs import VerbView, verbs_for
from portal.shared import law
from review.models import CheckPlan
from review.records.forms import (
    DrawForm,
    PlanForm,
)
from review.records.views import Line, Listing, list_page, trail_of
from review.spot_checks import services
from review.spot_checks.views import TONES as CHECK_TONES
from review.states import NEVER_ANNOUNCED

PLAN_VERBS = ("announce", "discard", "draw", "publish_results")


PLAN_URLS = {
    "announce": "check_announce",
    "discard": "check_discard",
    "draw": "check_draw_now",
    "publish_results": "check_publish_results",
}


PLAN_TONES = {"PUBLISHED": "ok", "DISCARDED": "off"}


def plans(request):
    if not holds(CheckPlan, request.user, "list"):
        return redirect("checks_mine")
    rows = CheckPlan.objects.for_user(request.user)
    listing = Listing(
        "抽查计划",
        f"双随机：公布底册和方法，用公开的种子抽取平台和专家，结果公布（{law.SUPERVISION}）。",
        ("计划", "年度", "类别", "状态"),
        "还没有抽查计划。",
        action=("新的抽查计划", reverse("check_plan_new"))
        if holds(CheckPlan, request.user, "prepare")
        else None,
    )
    return list_page(
        request,
        CheckPlan,
        rows,
        listing,
        lambda row: Line(
            row.name,
            reverse("check_plan", args=[row.pk]),
            f"抽取 {row.percent}%，每家专家 {row.team_size} 位",
            (str(row.year), row.get_kind_display()),
            row.get_state_display(),
            PLAN_TONES.get(row.state, "info"),
        ),
    )


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
        with refusals_at(form):
            services.edit_plan(row, by=request.user, **form.cleaned_data)
            messages.success(request, "抽查计划已保存。")
            return redirect(back)
    return _plan_form(request, form, "修改抽查计划", (name, back))


def _plan_form(request, form, heading: str, crumb: tuple[str, str]):
    return render(
        request,
        "review/records/form.html",
        {
            "heading": heading,
            "crumb": crumb,
            "form": form,
            "button": "保存",
            "consequence": "公布时，当日全部有效称号按推荐单位分层冻结为底册；底册公布次日起，用公开随机数抽取。公布之前可以修改或者放弃。",
        },
        status=422 if form.is_bound else 200,
    )


def plan(request, pk):
    if not holds(CheckPlan, request.user, "list"):
        return redirect("check_draw", pk)
    row = fetch(CheckPlan.objects.all(), request.user, pk=pk)
    checks = row.checks.select_related("title__recommender").prefetch_related("experts__user", "findings")
    page = page_of(request, checks)
    ready = verbs_for(row, request.user, PLAN_VERBS)
    actions = [(verb.label, reverse(PLAN_URLS[verb.name], args=[pk])) for verb in ready]
    if not services.editing_reasons(row) and allowed(request.user, "edit", row):
        actions.insert(-1, ("修改", reverse("check_plan_edit", args=[pk])))  # before what ends the plan
    return render(
        request,
        "review/checks/plan.html",
        {
            "plan": row,
            "page": page,
            "tone": PLAN_TONES.get(row.state, "info"),
            "actions": actions,
            "is_ministry": holds(CheckPlan, request.user, "prepare"),
            "trail": trail_of(row, request.user),
            "missing": [reason for verb in ready for reason in missing(row, verb.name, by=request.user)],
        },
    )


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
    page = page_of(request, rows, 30)
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
            "plan": row,
            "is_drawn": row.state in ("DRAWN", "PUBLISHED"),
            "strata": sorted(strata.items()),
            "frame_size": len(row.inputs["titles"]),
            "experts": len(row.inputs["experts"]),
            "checks": row.checks.select_related("title__recommender", "plan").prefetch_related("findings")
            if row.state in ("DRAWN", "PUBLISHED")
            else [],
            "tones": CHECK_TONES,
        },
    )


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
    response["Content-Disposition"] = content_disposition_header(True, f"draw-{row.year}.json")
    return response

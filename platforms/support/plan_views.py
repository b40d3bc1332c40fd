"""Programmes of support (Arts. 16, 18): the calls with what they gave, one with its list, and its result."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from platforms.models import SupportPlan, SupportRecord
from platforms.support.forms import ClosePlanForm, PlanForm
from platforms.support.services import close_plan, open_plan
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at

GIVEN = Q(records__voided_at=None, records__taken_back_at=None)


def _plans():
    return (
        SupportPlan.objects.select_related("giver")
        .annotate(
            number=Count("records", filter=GIVEN),
            platforms=Count("records__platform", filter=GIVEN, distinct=True),
            given=Sum("records__amount", filter=GIVEN),
        )
        .order_by(*SupportPlan._meta.ordering)
    )


@require_safe
def plans(request):
    demand_role(SupportPlan, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    return render(
        request,
        "platforms/support/plans.html",
        {
            "page": page_of(request, _plans().for_user(request.user)),
            "may_add": holds(SupportPlan, request.user, "close"),
        },
    )


@require_safe
def plan(request, pk):
    row = fetch(_plans(), request.user, pk=pk)
    demand_role(SupportPlan, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    records = SupportRecord.objects.for_user(request.user).filter(plan=row, voided_at=None)
    return render(
        request,
        "platforms/support/plan.html",
        {
            "row": row,
            "page": page_of(request, records.select_related("platform__jurisdiction", "entered_by")),
            "may_close": row.closed_at is None and allowed(request.user, "close", row),
        },
    )


def new(request):
    demand_role(SupportPlan, request.user, "close", "只有推荐单位和工业和信息化部可以登记扶持。")
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = open_plan(by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error("name", refusal.reasons)
        else:
            messages.success(request, "扶持计划已登记，可以逐条登记名单，或者在批量导入的表中写明计划名称。")
            return redirect("support_plan", row.pk)
    return render(
        request, "platforms/support/plan_form.html", {"form": form}, status=422 if form.is_bound else 200
    )


def close(request, pk):
    row = fetch(_plans(), request.user, "close", pk=pk)
    form = ClosePlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            close_plan(row, result=form.cleaned_data["result"], by=request.user)
            messages.success(request, "扶持计划已办结，结果已登记。")
            return redirect("support_plan", row.pk)
    return render(
        request,
        "platforms/support/plan_close.html",
        {"form": form, "row": row},
        status=422 if form.is_bound else 200,
    )

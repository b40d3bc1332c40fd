"""Support records: the list with totals by year and giver, typing one in, voiding, a platform's own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from platforms.models import Platform, Recommender, SupportPlan, SupportRecord
from platforms.querysets import office_of
from platforms.support.forms import SupportForm, VoidForm
from platforms.support.services import record_support, void_support
from portal.kernel import audit, clock
from portal.kernel.permissions import demand_role, fetch, holds
from portal.pages.listforms import choice, options_of, text_line
from portal.pages.lists import DeclaredList, Filter, one_of, page_of, search, whole_number
from portal.pages.refusals import refusals_at
from portal.shared.xlsx import MIME, write_rows

MINISTRY_LABEL = "工业和信息化部"


def _given_by(rows, label: str):
    return rows.filter(giver=None) if label == MINISTRY_LABEL else rows.filter(giver__label=label)


RECORDS = DeclaredList(
    filters=(
        search("platform__name", "name", field=text_line("平台名称、扶持内容")),
        whole_number("year", field=choice("年度", "全部年度")),
        Filter("giver", _given_by, field=choice("扶持单位", "全部扶持单位")),
        one_of(
            "kind", SupportRecord.Kind.values, field=choice("方式", "全部方式", SupportRecord.Kind.choices)
        ),
    )
)


def _filtered(request):
    rows = SupportRecord.objects.for_user(request.user).select_related(
        "platform__jurisdiction", "giver", "entered_by", "plan"
    )
    return RECORDS.rows(rows, request.GET)


def _totals(rows) -> list[dict]:
    """Per year and giver: how many records, how many platforms, how much money; voided ones are left out."""
    return list(
        rows.filter(voided_at=None)
        .order_by()
        .values("year", "giver__label")
        .annotate(count=Count("*"), platforms=Count("platform", distinct=True), amount=Sum("amount"))
        .order_by("-year", "giver__order")
    )


@require_safe
def records(request):
    demand_role(SupportRecord, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    rows = _filtered(request)
    every = SupportRecord.objects.for_user(request.user)
    years = every.order_by("-year").values_list("year", flat=True).distinct()
    givers = Recommender.objects.filter(supports__in=every).distinct().values_list("label", flat=True)
    page, asked = page_of(request, rows), RECORDS.values(request.GET)
    voidable = set(
        SupportRecord.objects.for_user(request.user, "void")
        .filter(pk__in=[row.pk for row in page], voided_at=None)
        .values_list("pk", flat=True)
    )
    return render(
        request,
        "platforms/support/list.html",
        {
            "page": page,
            "voidable": voidable,
            "totals": _totals(rows),
            "filters": RECORDS.form(
                request.GET, {"year": options_of(years), "giver": options_of([MINISTRY_LABEL, *givers])}
            ),
            "query": request.GET.urlencode(),
            "kind": asked["kind"],
            "q": asked["q"],
            "may_add": holds(Platform, request.user, "support"),
        },
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def new(request):
    demand_role(Platform, request.user, "support", "只有推荐单位和工业和信息化部可以登记扶持。")
    platforms = (
        Platform.objects.for_user(request.user, "support").select_related("organisation").order_by("name")
    )
    plans = SupportPlan.objects.for_user(request.user, "close").filter(closed_at=None)
    plan = plans.filter(pk=_uuid(request.GET.get("plan", ""))).first()
    initial = (
        {"plan": plan.pk, "year": plan.year, "kind": plan.kind, "name": plan.name, "document": plan.document}
        if plan
        else {}
    )
    form = SupportForm(
        request.POST or None, platforms=platforms, plans=plans, giver=office_of(request.user), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        content = dict(form.cleaned_data)
        row = record_support(content.pop("platform"), by=request.user, known=form.doubts, **content)
        messages.success(request, "扶持记录已登记。")
        return redirect("support_plan", row.plan_id) if row.plan_id else redirect("support_list")
    return render(
        request, "platforms/support/form.html", {"form": form}, status=422 if form.is_bound else 200
    )


def void(request, pk):
    row = fetch(SupportRecord.objects.select_related("platform", "giver"), request.user, "void", pk=pk)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            void_support(row, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, "此条记录已作废，不再计入合计。")
            return redirect("support_list")
    return render(
        request,
        "platforms/support/void.html",
        {"row": row, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_safe
def ours(request, pk):
    """What a platform of ours has received."""
    platform = fetch(Platform.objects.all(), request.user, pk=pk)
    rows = (
        SupportRecord.objects.for_user(request.user)
        .filter(platform=platform, voided_at=None)
        .select_related("giver")
    )
    total = rows.aggregate(amount=Sum("amount"))["amount"]
    return render(
        request,
        "platforms/support/ours.html",
        {
            "platform": platform,
            "page": page_of(request, rows),
            "total": total,
            "calls": SupportPlan.objects.for_user(request.user)
            .filter(closed_at=None, closes_on__gte=clock.today())
            .select_related("giver"),
        },
    )


@require_safe
def download(request):
    demand_role(SupportRecord, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    header = (
        "年度",
        "平台名称",
        "所在地区",
        "扶持单位",
        "称号",
        "扶持计划",
        "扶持方式",
        "扶持内容",
        "金额（万元）",
        "依据文件",
        "登记人",
        "作废理由",
    )
    lines = (
        (
            row.year,
            row.platform.name,
            row.platform.jurisdiction.label,
            row.giver_name,
            row.get_level_display(),
            row.plan.name if row.plan else "",
            row.get_kind_display(),
            row.name,
            row.amount,
            row.document,
            row.entered_by.name,
            row.void_reason,
        )
        for row in _filtered(request)
    )
    response = HttpResponse(content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(True, "扶持记录.xlsx")
    write_rows(
        response, header, lines, title="扶持记录", widths=(8, 36, 10, 26, 8, 30, 10, 36, 14, 28, 10, 20)
    )
    audit.record_read(
        request.user, by=request.user, what="export", list="support", filter=request.GET.urlencode()
    )
    return response

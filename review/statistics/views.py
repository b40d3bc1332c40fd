"""The years in figures, each picture with its table, and an export of exactly what is filtered."""

from __future__ import annotations

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from applications.models import Application, Cycle
from applications.states import NATIONAL_CHOICES
from platforms.functions import Function
from platforms.models import Recommender
from portal.exports.services import request_export
from portal.kernel.permissions import demand_role
from review.statistics.figures import asked_for, summary

FILTERS = ("year", "procedure", "recommender", "function")


def _readers(request) -> None:
    demand_role(Application, request.user, "read_statistics", "统计分析属于工业和信息化部和监督人员。")


def page(request):
    _readers(request)
    params = {name: request.GET.get(name, "") for name in FILTERS}
    figures = summary(asked_for(request.user, params))
    return render(
        request,
        "review/statistics/page.html",
        {
            **figures,
            "charts": {name: figures[name] for name in ("by_year", "by_recommender", "by_function")},
            "params": params,
            "procedures": NATIONAL_CHOICES,
            "functions_all": Function.choices,
            "recommenders_all": Recommender.objects.all(),
            "years": Cycle.objects.national()
            .filter(pk__in=asked_for(request.user, {}).values("cycle"))
            .order_by("-year")
            .values_list("year", flat=True),
        },
    )


@require_POST
def export(request):
    _readers(request)
    params = {name: value for name in FILTERS if (value := request.POST.get(name, ""))}
    words = "、".join(f"{value}" for value in params.values()) or "全部年度"
    request_export("statistics", title=f"申报统计：{words}", params=params, by=request.user)
    return redirect("export_list")

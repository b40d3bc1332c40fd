"""The province's own side of its register (Art. 18): the lines, what is listed from before, revoking."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render

from platforms.models import Programme, ProvincialCertificate, ProvincialTitle, Recommender
from platforms.programmes import services as programmes
from platforms.programmes.forms import ListedTitleForm, ProgrammeForm
from platforms.programmes.public import TITLES, years_of
from portal.kernel.permissions import demand_scope, forbid, holds
from portal.pages.listforms import options_of, tabs_of
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at
from portal.shared import law


def own_province(request) -> Recommender:
    """The office of this user, which must be a provincial department."""
    row = Recommender.objects.for_user(request.user, "edit").first()
    if row is None or row.is_direct:
        forbid(f"省级认定由省级主管部门办理（{law.PROVINCES}）。")
    return row


def own_programme(request) -> Programme:
    province = own_province(request)
    row = Programme.objects.filter(recommender=province).select_related("recommender").first()
    if row is None:
        forbid("本省尚未设立省级认定，请先由负责人设立。")
    return row


def settings(request):
    """Set the programme up, or change what it is called in rounds to come."""
    province = own_province(request)
    row = Programme.objects.filter(recommender=province).first()
    demand_scope(request.user, "run_programme", province, "省级认定由本省负责人设立和修改。")
    initial = {
        "honour": f"{province.label}省级中小企业公共服务示范平台",
        "number_prefix": f"SJ{province.code}",
    }
    form = ProgrammeForm(request.POST or None, instance=row, initial=None if row else initial)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("honour", "number_prefix")}
        with refusals_at(form):
            if row:
                programmes.change_programme(row, by=request.user, **fields)
            else:
                programmes.open_programme(province, by=request.user, **fields)
            messages.success(request, "省级认定的设定已保存。")
            return redirect("province_home")
    return render(
        request,
        "platforms/programme/settings.html",
        {"form": form, "row": row, "province": province},
        status=422 if form.is_bound else 200,
    )


def titles(request):
    """Every line of the own register, or those that come to their end."""
    programme = own_programme(request)
    ending = programme.titles.ending()
    view = "ending" if request.GET.get("view") == "ending" else ""
    rows = ending.order_by("valid_until", "number") if view else programme.titles.all()
    return render(
        request,
        "platforms/programme/titles.html",
        {
            "programme": programme,
            "page": page_of(request, TITLES.narrow(rows, request.GET)),
            "tabs": tabs_of(
                (("", "全部"), ("ending", "一年内到期、已到期")), view, counts={"ending": ending.count()}
            ),
            "filters": TITLES.form(
                request.GET, {"year": options_of(years_of(programme))}, kept={"view": view}
            ),
            "view": view,
            "is_narrowed": any(TITLES.values(request.GET).values()),
            "confirms": holds(ProvincialTitle, request.user, "prepare_renew"),
            "query": request.GET.urlencode(),
            "printed": ProvincialCertificate.objects.filter(
                title__in=programme.titles.standing(), superseded_on=None
            )
            .order_by("-title__year")
            .values_list("title__year", flat=True)
            .distinct(),
        },
    )


def title_add(request):
    programme = own_programme(request)
    form = ListedTitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            programmes.list_title(programme, by=request.user, **form.cleaned_data)
            messages.success(request, "已列入本省名录，可以作为国家级申报的省级认定证明。")
            return redirect("province_titles")
    return render(
        request,
        "platforms/programme/title_form.html",
        {"form": form, "programme": programme},
        status=422 if form.is_bound else 200,
    )

"""The province's own side of its register (Art. 18): the lines, what is listed from before, revoking."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from platforms.forms.programme import ListedTitleForm, ProgrammeForm
from platforms.models import Programme, ProvincialTitle, Recommender
from platforms.querysets import office_of
from platforms.services import programmes
from platforms.views.provinces import searched
from platforms.views.shell import page_of
from portal import signoff
from portal.permissions import Role, allowed
from portal.views.verbs import VerbView
from portal.workflow import TransitionBlocked


def own_province(request) -> Recommender:
    """The office of this user, which must be a provincial department."""
    row = office_of(request.user) if request.user.role == Role.RECOMMENDER else None
    if row is None or row.is_association:
        raise PermissionDenied("省级认定由省级主管部门办理（第十八条）。")
    return row


def own_programme(request) -> Programme:
    province = own_province(request)
    row = Programme.objects.filter(recommender=province).select_related("recommender").first()
    if row is None:
        raise PermissionDenied("本省尚未设立省级认定，请先由负责人设立。")
    return row


def settings(request):
    """Set the programme up, or change what it is called in rounds to come."""
    province = own_province(request)
    row = Programme.objects.filter(recommender=province).first()
    if not allowed(request.user, "run_programme", province):
        raise PermissionDenied("省级认定由本省负责人设立和修改。")
    initial = {
        "honour": f"{province.label}省级中小企业公共服务示范平台",
        "number_prefix": f"SJ{province.code}",
    }
    form = ProgrammeForm(request.POST or None, instance=row, initial=None if row else initial)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("honour", "number_prefix")}
        try:
            if row:
                programmes.change_programme(row, by=request.user, **fields)
            else:
                programmes.open_programme(province, by=request.user, **fields)
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "省级认定的设定已保存。")
            return redirect("province_home")
    return render(
        request, "platforms/programme/settings.html", {"form": form, "row": row, "province": province},
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def titles(request):
    """Every line of the own register, with what may be done about it."""
    programme = own_programme(request)
    rows = searched(programme.titles.all(), request.GET)
    page = page_of(request, rows)
    revocable = set(
        ProvincialTitle.objects.for_user(request.user, "prepare_revoke")
        .ready_for("revoke")
        .filter(pk__in=[row.pk for row in page])
        .values_list("pk", flat=True)
    )
    return render(
        request, "platforms/programme/titles.html",
        {
            "programme": programme, "page": page, "get": request.GET, "revocable": revocable,
            "years": programme.titles.order_by("-year").values_list("year", flat=True).distinct(),
        },
    )  # fmt: skip


def title_add(request):
    programme = own_programme(request)
    form = ListedTitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            programmes.list_title(programme, by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "已列入本省名录，可以作为国家级申报的省级认定证明。")
            return redirect("province_titles")
    return render(
        request, "platforms/programme/title_form.html", {"form": form, "programme": programme},
        status=422 if form.is_bound else 200,
    )  # fmt: skip


class Revoke(VerbView):
    model = ProvincialTitle
    verb = "revoke"
    basis = ((18, ""),)
    done_message = "已拟办，等待本省负责人审签。"

    def queryset(self):
        return ProvincialTitle.objects.select_related("programme__recommender")

    def act(self, form):
        return signoff.prepare([self.obj], self.verb, by=self.request.user, note=form.cleaned_data["note"])

    def shown(self):
        row = self.obj
        return [
            ("平台", row.platform_name),
            ("运营单位", row.organisation_name),
            ("统一社会信用代码", row.uscc),
            ("称号", row.programme.honour),
            ("编号和文号", "，".join(part for part in (row.number, row.document_number) if part)),
        ]

    def back_url(self):
        return reverse("province_titles")

"""Opening a dossier: the year, the procedure and the recommender are chosen once."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from applications.cycles.years import cycle_to_file
from applications.filing.services import open_dossier
from applications.models import Cycle
from applications.provincial_rounds import services as provincial
from applications.states import Procedure
from platforms.models import Platform, Recommender
from platforms.staff.recognitions import recognising_associations
from portal.kernel.permissions import fetch
from portal.pages.forms import PortalForm
from portal.pages.refusals import refusals_at
from portal.shared import law

WITH_ASSOCIATION = (
    "一般由平台所在地区主管部门推荐；由协会推荐的，材料由协会受理、测评，不再经所在地区主管部门"
)
WITHOUT_ASSOCIATION = (
    f"由平台所在地区主管部门推荐。已获全国性行业协会认定、希望由协会推荐的（{law.ASSOCIATIONS}），"
    "请协会先把本平台登入其认定平台登记册，平台名称和统一社会信用代码须一致；登入后此处可以选择"
)


class OpenForm(PortalForm):
    recommender = forms.ModelChoiceField(
        label="推荐单位",
        queryset=Recommender.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "invalid_choice": f"该协会的认定平台登记册中没有本平台，不能由其推荐（{law.ASSOCIATIONS}）。请选择列出的推荐单位。"
        },
    )

    def __init__(self, *args, platform, cycle=None, **kwargs):
        super().__init__(*args, **kwargs)
        direct = [
            *recognising_associations(platform),
            *Recommender.objects.filter(kind="ministry_unit", is_active=True),
        ]
        associations = [row for row in direct if cycle is None or cycle.admits(row)]
        keys = [platform.jurisdiction_id, *(row.pk for row in associations)]
        field = self.fields["recommender"]
        field.queryset = Recommender.objects.filter(pk__in=keys)
        field.choices = _apart(platform.jurisdiction, associations)
        field.initial = platform.jurisdiction_id
        field.help_text = WITH_ASSOCIATION if associations else WITHOUT_ASSOCIATION


def _apart(own: Recommender, associations: list[Recommender]) -> list[tuple]:
    """One's own department first; associations under a heading of their own that says why they are there."""
    rows = [(own.pk, own.name)]
    for heading, of_kind in (
        (
            f"已认定本平台的全国性行业协会（{law.ASSOCIATIONS}）",
            [row for row in associations if row.is_association],
        ),
        ("年度通知列出的部属单位", [row for row in associations if not row.is_association]),
    ):
        if of_kind:
            rows.append((heading, [(row.pk, row.name) for row in of_kind]))
    return rows


def open_page(request, pk):
    """Choose the road and open this year's dossier (认定, or 三年复核 for a platform with a title)."""
    platform = fetch(
        Platform.objects.select_related("organisation", "jurisdiction"), request.user, "open_dossier", pk=pk
    )
    title = platform.designations.filter(state__in=("ACTIVE", "RECTIFYING")).first()
    cycle, procedure = _chosen(request, platform, title)
    form = OpenForm(request.POST or None, platform=platform, cycle=cycle)
    if procedure != Procedure.DESIGNATION:
        form.fields.pop("recommender")
    if cycle and request.method == "POST" and form.is_valid():
        with refusals_at(form):
            application = open_dossier(
                platform,
                cycle=cycle,
                by=request.user,
                procedure=procedure,
                recommender=form.cleaned_data.get("recommender"),
            )
            messages.success(request, "申报已建立。")
            carried = request.session.pop("carried", "")  # a self-check from before the registration
            return redirect(carried) if carried else redirect("dossier_tasks", application.pk)
    context = {
        "platform": platform,
        "cycle_to_file": cycle,
        "form": form,
        "procedure": procedure,
        "title": title if procedure == Procedure.REREVIEW else None,
    }
    return render(request, "applications/filing/open.html", context, status=422 if form.is_bound else 200)


def _chosen(request, platform: Platform, title) -> tuple[Cycle | None, str]:
    """The province's own round when the address names it, else the ministry's year."""
    wanted = request.GET.get("round", "")
    for row in provincial.open_rounds([platform]):
        if str(row.pk) == wanted:
            return row, Procedure.PROVINCIAL
    cycle = cycle_to_file()
    return cycle, Procedure.REREVIEW if title else Procedure.DESIGNATION

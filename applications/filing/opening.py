"""Opening a dossier: the year, the procedure and the recommender are chosen once."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from applications.corrections.reasons import CORRECTION
from applications.cycles.years import cycle_to_file
from applications.filing.services import open_dossier
from applications.models import Cycle
from applications.provincial_rounds import services as provincial
from applications.states import Procedure
from platforms.models import Platform, Recommender
from portal.kernel.permissions import fetch
from portal.kernel.workflow import TransitionBlocked
from portal.pages.forms import PortalForm

REASONS = dict(CORRECTION)


class OpenForm(PortalForm):
    recommender = forms.ModelChoiceField(
        label="推荐单位",
        queryset=Recommender.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="一般由平台所在地区主管部门推荐；已获全国性行业协会认定的平台，也可以由该协会推荐",
    )

    def __init__(self, *args, platform, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Recommender.objects.filter(is_active=True, kind="association") | Recommender.objects.filter(
            pk=platform.jurisdiction_id
        )
        self.fields["recommender"].queryset = choices.order_by("kind", "order")
        self.fields["recommender"].initial = platform.jurisdiction_id


def open_page(request, pk):
    """Choose the road and open this year's dossier (认定, or 三年复核 for a platform with a title)."""
    platform = fetch(
        Platform.objects.select_related("organisation", "jurisdiction"), request.user, "open_dossier", pk=pk
    )
    title = platform.designations.filter(state__in=("ACTIVE", "RECTIFYING")).first()
    cycle, procedure = _chosen(request, platform, title)
    form = OpenForm(request.POST or None, platform=platform)
    if procedure != Procedure.DESIGNATION:
        form.fields.pop("recommender")
    if cycle and request.method == "POST" and form.is_valid():
        try:
            application = open_dossier(
                platform,
                cycle=cycle,
                by=request.user,
                procedure=procedure,
                recommender=form.cleaned_data.get("recommender"),
            )
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "申报已建立。可以按任意顺序办理，随时离开；保存不等于提交。")
            carried = request.session.pop("carried", "")  # a self-check from before the registration
            return redirect(carried) if carried else redirect("dossier_tasks", application.pk)
    context = {
        "platform": platform, "cycle_to_file": cycle, "form": form, "procedure": procedure,
        "title": title if procedure == Procedure.REREVIEW else None,
    }  # fmt: skip
    return render(request, "applications/filing/open.html", context, status=422 if form.is_bound else 200)


def _chosen(request, platform: Platform, title) -> tuple[Cycle | None, str]:
    """The province's own round when the address names it, else the ministry's year."""
    wanted = request.GET.get("round", "")
    for row in provincial.open_rounds([platform]):
        if str(row.pk) == wanted:
            return row, Procedure.PROVINCIAL
    cycle = cycle_to_file()
    return cycle, Procedure.REREVIEW if title else Procedure.DESIGNATION

"""Guide, criteria, self-check and help for the public, generated from the edition in force.

Carries out Art. 4.
"""

from __future__ import annotations

import io
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications.cycles.years import cycle_of_rules, rules_in_force
from applications.editions import editions
from applications.editions.comparison import compare
from applications.editions.parameters import DISCRETIONS
from applications.eligibility import Figure, Figures, assess
from applications.guide.samples import sample_of
from applications.models import Application
from applications.report.services import take_selfcheck
from applications.states import STEPS, ApplicationState, Procedure
from portal.kernel import clock
from portal.kernel.permissions import demand_role, fetch
from portal.pages.forms import PortalForm
from portal.shared.qr import qr_data_uri


@login_not_required
@require_safe
def guide(request):
    cycle, edition = cycle_of_rules(), rules_in_force()
    return render(
        request,
        "applications/guide/guide.html",
        {
            "this_cycle": cycle,
            "edition": edition,
            "steps": STEPS,
            "address": f"{settings.SITE_ORIGIN}{request.path}",
            "qr": qr_data_uri(f"{settings.SITE_ORIGIN}{request.path}"),
        },
    )


@login_not_required
@require_safe
def sample(request, code):
    """A filled example of a material or form, for anyone."""
    found = sample_of(rules_in_force(), code)
    if found is None:
        raise Http404
    name, ending, make = found
    return FileResponse(io.BytesIO(make()), as_attachment=True, filename=f"样表-{name}.{ending}")


@login_not_required
@require_safe
def criteria(request):
    """The public sees criteria, rubric and panel size (Art. 4)."""
    cycle, edition = cycle_of_rules(), rules_in_force()
    return render(request, "applications/guide/criteria.html", {"this_cycle": cycle, "edition": edition})


@login_not_required
@require_safe
def compare_editions(request):
    """The editions side by side; a dossier is judged by the one it was filed under."""
    known = editions()
    return render(
        request,
        "applications/guide/editions.html",
        {
            "editions": [(edition, edition.unknown_parts()) for edition in known],
            "lines": [(line, list(zip(known, line.values, strict=True))) for line in compare(known)],
            "in_force": rules_in_force(),
            "cycle": cycle_of_rules(),
            "later": [edition for edition in editions() if edition.notice],
            "discretions": DISCRETIONS,
        },
    )


# What the self-check asks in numbers and dates; Article 5 is judged by them.
ASKED = (
    "established_on",
    "operating_since",
    "assets",
    "staff",
    "educated",
    "titled",
    "both",
    "smes_before",
    "smes_last",
    "satisfaction",
    "recognitions",
)


class SelfCheckForm(PortalForm):
    asked_later = ASKED
    established_on = forms.DateField(label="单位成立日期", required=False)
    operating_since = forms.DateField(label="平台运营起始日期", required=False)
    assets = forms.DecimalField(label="资产总额（万元）", required=False, min_value=0)
    area = forms.BooleanField(label="主要服务于中小企业集聚的区域或行业", required=False)
    staff = forms.IntegerField(label="从业人数（人）", required=False, min_value=0)
    educated = forms.IntegerField(label="其中大专及以上学历（人）", required=False, min_value=0)
    titled = forms.IntegerField(label="其中中级及以上职称（人）", required=False, min_value=0)
    both = forms.IntegerField(label="学历和职称二者兼有（人）", required=False, min_value=0)
    smes_before = forms.IntegerField(label="前年服务中小企业（家）", required=False, min_value=0)
    smes_last = forms.IntegerField(label="上年服务中小企业（家）", required=False, min_value=0)
    satisfaction = forms.DecimalField(label="用户满意度（%）", required=False, min_value=0, max_value=100)
    management = forms.BooleanField(label="有完善的制度、流程、收费标准、质量保证和发展规划", required=False)
    leader = forms.BooleanField(label="主要负责人具有丰富的实践经验和较高的管理水平", required=False)
    recognitions = forms.IntegerField(label="省级及以上部门的认定或表彰（项）", required=False, min_value=0)
    poor_area = forms.BooleanField(label="属于经济欠发达的老少边穷地区", required=False)

    def clean(self):
        data = super().clean()
        staff, both = data.get("staff"), data.get("both")
        parts = [data[name] for name in ("educated", "titled") if data.get(name) is not None]
        if staff is not None and any(part > staff for part in parts):
            self.add_error("staff", "从业人数不能少于其中的学历或者职称人数。")
        if both is not None and any(both > part for part in parts):
            self.add_error("both", "二者兼有的人数不能多于其中任何一项。")
        return data

    def figures(self) -> Figures:
        data = getattr(self, "cleaned_data", {})

        def known(name: str) -> Figure | None:
            value = data.get(name)
            return None if value in (None, "") else Figure(value, "自填")

        either = None
        if (
            data.get("educated") is not None
            and data.get("titled") is not None
            and data.get("both") is not None
        ):
            either = Figure(data["educated"] + data["titled"] - data["both"], "自填")
        asked: dict[str, Any] = {name: known(name) for name in ASKED}
        return Figures(
            **asked,
            either=either,
            area=Figure(True) if data.get("area") else None,
            management=Figure(True) if data.get("management") else None,
            leader=Figure(True) if data.get("leader") else None,
            poor_area=bool(data.get("poor_area")),
        )


@login_not_required
@require_safe
def selfcheck(request):
    """Article 5 for anyone; nothing is stored and it is no gate."""
    edition = rules_in_force()
    form = SelfCheckForm(request.GET or None)
    if form.is_bound:
        form.is_valid()
    figures = form.figures() if form.is_bound else Figures()
    window = edition.window_in(clock.today().year)
    assessment = assess(edition, figures, as_of=window[0] if window else clock.today()).to_json()
    return render(
        request,
        "applications/guide/selfcheck.html",
        {"form": form, "assessment": assessment, "edition": edition, "query": request.GET.urlencode()},
    )


def selfcheck_take(request):
    """After signing in: the typed figures go into a draft's report, where nothing is written yet."""
    demand_role(Application, request.user, "edit", "只有申报单位账号可以带入申报。")
    form = SelfCheckForm(request.GET)
    form.is_valid()
    values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "", False)}
    drafts = (
        Application.objects.for_user(request.user, "edit")
        .filter(state=ApplicationState.DRAFT, procedure=Procedure.DESIGNATION)
        .select_related("platform", "cycle", "annex")
    )
    if request.method == "POST":
        application = fetch(drafts, request.user, "edit", pk=request.POST.get("draft") or uuid.UUID(int=0))
        labels = take_selfcheck(application, values, by=request.user)
        said = (
            f"已带入：{'、'.join(labels)}。请到申请报告中核对。"
            if labels
            else "报告中已有内容，没有需要带入的。"
        )
        messages.success(request, said)
        return redirect("report_sections", application.pk)
    return render(
        request,
        "applications/guide/selfcheck_take.html",
        {"drafts": drafts, "values": [(form.fields[n].label, _said(v)) for n, v in values.items()]},
    )


def _said(value) -> str:
    return "是" if value is True else str(value)

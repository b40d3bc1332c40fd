"""Pages of a claim: made from the title's public page, answered by the department."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.models import Designation, Platform, TitleClaim
from platforms.titleclaims.forms import ClaimForm
from platforms.titleclaims.services import answer_claim, claim_title
from portal.kernel.permissions import demand_role
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at
from portal.pages.verbs import VerbView, verbs_for

RELATED = ("title__jurisdiction", "platform__organisation", "claimant")
VERBS = ("admit", "refuse", "cancel")


def claim(request, number):
    title = get_object_or_404(Designation.objects.select_related("jurisdiction"), key=number)
    platforms = Platform.objects.for_user(request.user, "claim_title").select_related("organisation")
    demand_role(Platform, request.user, "claim_title", "称号由运营单位的经办人或者负责人认领。")
    form = ClaimForm(request.POST or None, platforms=platforms)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            claim_title(
                title, form.cleaned_data["platform"], words=form.cleaned_data["words"], by=request.user
            )
            messages.success(request, f"认领已提交，等待{title.jurisdiction.name}核验。")
            return redirect("title_claims")
    return render(
        request,
        "platforms/titleclaims/form.html",
        {"title": title, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_safe
def claims(request):
    demand_role(TitleClaim, request.user, "view", "此页面属于申报单位、推荐单位、工业和信息化部和纪检监督。")
    rows = TitleClaim.objects.for_user(request.user).select_related(*RELATED)
    page = page_of(request, rows)
    for row in page:
        row.verbs = verbs_for(row, request.user, VERBS)
    return render(request, "platforms/titleclaims/list.html", {"page": page})


class Answer(VerbView):
    model = TitleClaim

    def queryset(self):
        return TitleClaim.objects.select_related(*RELATED)

    def shown(self):
        title, unit = self.obj.title, self.obj.platform.organisation
        return [
            ("公告所载", f"{title.platform_name}（{title.organisation_name}）"),
            ("公告", f"{title.announcement_title} {title.announcement_number}".strip()),
            ("认领的平台", self.obj.platform.name),
            ("单位和信用代码", f"{unit.name} {unit.uscc}"),
            ("执照核验", "已核验" if unit.is_verified else "尚未核验"),
            ("说明", self.obj.words),
        ]

    def act(self, form):
        return answer_claim(self.obj, self.verb, by=self.request.user, note=form.cleaned_data["note"])

    def back_url(self):
        return reverse("title_claims")


class Admit(Answer):
    verb = "admit"


class Refuse(Answer):
    verb = "refuse"


class Cancel(Answer):
    verb = "cancel"

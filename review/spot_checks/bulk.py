"""Drawn platforms of one plan, told and answered many at once (Art. 15)."""

from __future__ import annotations

from django import forms
from django.urls import reverse

from portal.bulk.forms import BulkForm
from portal.bulk.registry import BulkList, BulkVerb, register_list
from portal.shared.sentences import one_sentence
from review.models import SpotCheck
from review.spot_checks.services import hand_over


class NotifyForm(BulkForm):
    note_label = "通知事项"
    visit_on = forms.DateField(label="检查日期", help_text="所列各家同一天；不同的请分批通知")
    field_order = ("visit_on", "note")


class HandOverForm(BulkForm):
    for_team = forms.BooleanField(label="检查组已一并核对，由我代为提交", required=False)
    field_order = ("for_team", "note")


def team_of(check: SpotCheck) -> str:
    return f"{check.title.recommender.label}；专家 {'、'.join(one.user.name for one in check.experts.all())}"


def findings_of(check: SpotCheck) -> str:
    return one_sentence(f"{one.get_weight_display()}：{one.words}" for one in check.findings.all())


def drawn_for(user, params):
    rows = SpotCheck.objects.for_user(user)
    known = params.get("plan", "")
    return rows.filter(plan=known) if known else rows.none()


register_list(
    BulkList(
        "checks",
        SpotCheck,
        rows=drawn_for,
        back=lambda params: (
            reverse("check_plan", args=[params["plan"]]) if params.get("plan") else reverse("check_plans")
        ),
        url=lambda row: reverse("spot_check", args=[row.pk]),
        related=("plan", "title__recommender", "title__platform"),
        prefetched=("experts__user", "findings"),
    ),
    BulkVerb(
        "notify",
        form_class=NotifyForm,
        fact=team_of,
        basis=((15, ""),),
        consequence="平台、推荐单位和专家收到检查通知。",
    ),
    BulkVerb(
        "hand_over",
        act=hand_over,
        form_class=HandOverForm,
        fact=findings_of,
        basis=((15, ""),),
        label="发送检查结果",
    ),
    BulkVerb("clear", fact=findings_of, basis=((15, ""),)),
)

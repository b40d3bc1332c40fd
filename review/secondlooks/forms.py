"""Forms of a second look: asked by the unit, concluded by one who is free."""

from __future__ import annotations

from django import forms

from portal.pages.forms import PortalForm


class AskForm(PortalForm):
    reasons = forms.CharField(
        label="申诉理由",
        widget=forms.Textarea(attrs={"rows": 6}),
        min_length=10,
        max_length=3000,
        help_text="写明对原结论的哪一点有异议、依据是什么；不公开，由没有参与原结论的人员查阅",
    )
    proof = forms.FileField(label="证明材料（PDF、JPG 或 PNG，20 MB 以内）", required=False)


class ConcludeForm(PortalForm):
    outcome = forms.ChoiceField(
        label="答复",
        choices=(("dismiss", "维持原结论"), ("grant", "申诉成立，重新办理")),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="理由",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=3000,
        help_text="申报单位和推荐单位都会看到",
    )

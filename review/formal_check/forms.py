from __future__ import annotations

from django import forms

from applications.models import Overlap
from portal.pages.forms import PortalForm


class SaveViewForm(PortalForm):
    name = forms.CharField(label="视图名称", max_length=20)
    is_shared = forms.BooleanField(label="同事也可使用", required=False)


class OverlapForm(PortalForm):
    edits_stored = True
    answer = forms.ChoiceField(label="核查结论", choices=Overlap.Answer.choices)
    words = forms.CharField(
        label="核查情况", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") not in (None, Overlap.Answer.EXPLAINED) and not cleaned.get("words"):
            self.add_error("words", "请写明核查情况，例如已与哪一方核实、结果如何。")
        return cleaned

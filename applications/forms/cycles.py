from __future__ import annotations

from django import forms

from applications.editions import editions
from applications.models import Cycle
from applications.services.cycles import DATES, RULES
from portal.calendar import calendar
from portal.forms import PortalForm, PortalModelForm
from portal.shared.workingdays import date_cn_weekday


def _label(edition) -> str:
    """An edition with unknown parts may be chosen to compare and to train; its year cannot be published."""
    unfit = "，有未取得原文的内容，不能发布" if edition.unknown_parts() else ""
    return f"{edition.title}（{edition.document_number}{unfit}）"


class CycleForm(PortalModelForm):
    edition_code = forms.ChoiceField(label="适用办法")
    reason = forms.CharField(
        label="修改理由", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )

    class Meta:
        model = Cycle
        fields = ("year", "edition_code", *DATES, *RULES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edition_code"].choices = [(e.code, _label(e)) for e in editions()]
        if self.instance.pk is None or self.instance.state == "DRAFT":
            self.fields.pop("reason")
        else:
            for name in ("year", "edition_code"):
                self.fields[name].disabled = True

    def clean(self):
        """The dates in their order, each with the sentence that says which."""
        cleaned = super().clean()
        pairs = (
            ("filing_from", "filing_until", "填报截止不能早于填报开始。"),
            ("filing_until", "handling_until", "填报截止不能晚于集中办理结束。"),
            ("handling_from", "handling_until", "集中办理结束不能早于开始。"),
            ("handling_until", "review_until", "评审办理截止不能早于集中办理结束。"),
            ("review_until", "closes_on", "年度结束不能早于评审办理截止。"),
        )
        for first, second, sentence in pairs:
            if cleaned.get(first) and cleaned.get(second) and cleaned[first] > cleaned[second]:
                self.add_error(second, sentence)
        return cleaned

    def clean_filing_until(self):
        day = self.cleaned_data["filing_until"]
        if not calendar().is_workday(day):
            raise forms.ValidationError(
                f"{date_cn_weekday(day)}不是工作日，请改为 {date_cn_weekday(calendar().previous_workday(day))}等工作日。"
            )
        return day


class LateForm(PortalForm):
    until = forms.DateField(label="准予提交至（含当日）")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)

from __future__ import annotations

from decimal import Decimal

from django import forms

from applications.editions import DEFAULT, Provincial, get_edition
from applications.editions.provincial import NEVER_LEFT_OUT, PUBLICITY_DAYS, YEARS
from applications.provincial_rounds.services import PHONES, WINDOW
from portal.kernel.calendar import calendar
from portal.pages.forms import PortalForm
from portal.shared.workingdays import date_cn_weekday


class RoundForm(PortalForm):
    """What a province declares for its round: the windows, its measures, the numbers, the materials."""

    goes_public = ("title", "document_number", "contact_phone", "supervision_phone")
    year = forms.IntegerField(label="年度", min_value=2005, max_value=2100)
    filing_from = forms.DateField(label="填报开始")
    filing_until = forms.DateField(label="填报截止", help_text="当日 24:00 截止")
    review_until = forms.DateField(label="测评和评审截止")
    closes_on = forms.DateField(label="年度结束", help_text="届时尚未完成测评的申报终止")
    title = forms.CharField(label="本省办法名称", max_length=80)
    document_number = forms.CharField(label="本省办法文号", max_length=64, required=False)
    publicity_days = forms.IntegerField(
        label="公示期（工作日）", min_value=PUBLICITY_DAYS[0], max_value=PUBLICITY_DAYS[1]
    )
    years = forms.IntegerField(
        label="称号有效期（年）",
        min_value=YEARS[0],
        max_value=YEARS[1],
        required=False,
        help_text="到期前一年起列出待确认；不设期限的不填",
    )
    without = forms.MultipleChoiceField(
        label="本年度不要求的材料",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="申请报告、主体资格证明和真实性声明不能省略",
    )
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False)
    supervision_phone = forms.CharField(
        label="监督电话", max_length=40, required=False, help_text="两个电话都载入公示，公示前须填写"
    )
    reason = forms.CharField(
        label="修改理由", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )

    def __init__(self, *args, row=None, **kwargs):
        self.base, self.row = get_edition(DEFAULT), row
        self.base_fields = {**self.base_fields, **self._thresholds()}
        super().__init__(*args, **kwargs)
        self.fields["without"].choices = [
            (spec.code, f"{spec.ordinal}{spec.short_title}")
            for spec in self.base.materials
            if spec.code not in NEVER_LEFT_OUT
        ]
        self.order_fields(self._names())
        self._freeze()

    def _thresholds(self) -> dict[str, forms.Field]:
        return {
            f"threshold_{row.code}": forms.DecimalField(
                label=f"（{row.item}）{row.label}不低于（{row.unit}）",
                min_value=Decimal(0),
                max_value=Decimal(100) if row.unit == "%" else None,
                decimal_places=2,
            )
            for row in self.base.thresholds
        }

    def _names(self) -> list[str]:
        numbers = [f"threshold_{threshold.code}" for threshold in self.base.thresholds]
        return [
            "year",
            *WINDOW,
            "title",
            "document_number",
            "publicity_days",
            "years",
            *numbers,
            "without",
            *PHONES,
            "reason",
        ]

    def _freeze(self) -> None:
        """A published round keeps its terms; only its windows move, with a reason."""
        if self.row is None or self.row.state == "DRAFT":
            self.fields.pop("reason")
        if self.row is not None:
            self.fields["year"].disabled = True
        if self.is_published:
            for name in [name for name in self.fields if name not in (*WINDOW, *PHONES, "year", "reason")]:
                self.fields.pop(name)

    @property
    def is_published(self) -> bool:
        return self.row is not None and self.row.state != "DRAFT"

    def clean(self):
        cleaned = super().clean()
        pairs = (
            ("filing_from", "filing_until", "填报截止不能早于填报开始。"),
            ("filing_until", "review_until", "测评和评审截止不能早于填报截止。"),
            ("review_until", "closes_on", "年度结束不能早于测评和评审截止。"),
        )
        for first, second, sentence in pairs:
            if cleaned.get(first) and cleaned.get(second) and cleaned[first] > cleaned[second]:
                self.add_error(second, sentence)
        return cleaned

    def clean_filing_until(self):
        day = self.cleaned_data["filing_until"]
        if not calendar().is_workday(day):
            before = date_cn_weekday(calendar().previous_workday(day))
            raise forms.ValidationError(f"{date_cn_weekday(day)}不是工作日，请改为 {before}等工作日。")
        return day

    def window(self) -> dict:
        return {name: self.cleaned_data[name] for name in (*WINDOW, *PHONES)}

    def terms(self, like: Provincial) -> Provincial | None:
        """The declared terms under the province's own name; None of a published round."""
        if self.is_published:
            return None
        data = self.cleaned_data
        thresholds = {
            row.code: f"{data[f'threshold_{row.code}'].normalize():f}" for row in self.base.thresholds
        }
        return Provincial(
            title=data["title"].strip("《》"),
            document_number=data["document_number"],
            honour=like.honour,
            authority=like.authority,
            number_prefix=like.number_prefix,
            publicity_days=data["publicity_days"],
            years=data["years"],
            thresholds=thresholds,
            without=tuple(data["without"]),
        )


def initial_of(terms: Provincial) -> dict:
    """The form's first values from terms."""
    return {
        "title": terms.title,
        "document_number": terms.document_number,
        "publicity_days": terms.publicity_days,
        "years": terms.years,
        "without": list(terms.without),
        **{f"threshold_{code}": Decimal(value) for code, value in terms.thresholds.items()},
    }

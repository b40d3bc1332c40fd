from __future__ import annotations

from django import forms

from platforms.models import ImportBatch, Platform, SupportPlan, SupportRecord
from platforms.support.doubts import doubts_about
from platforms.support.models import SupportKind
from portal.kernel import clock
from portal.pages.forms import PortalForm, PortalModelForm


class WrittenByService:
    """What the forms of plans and records have in common."""

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 2005 <= year <= clock.today().year:
            raise forms.ValidationError(f"年度应在 2005 与 {clock.today().year} 之间。")
        return year

    def _post_clean(self):
        """The service writes the row."""


class SupportForm(WrittenByService, PortalModelForm):
    """What is doubtful is asked back in one box, which appears only then."""

    asked_later = ("amount",)  # of money
    platform: forms.ModelChoiceField = forms.ModelChoiceField(
        label="示范平台", queryset=Platform.objects.none(), empty_label="请选择"
    )
    confirmed = forms.BooleanField(label="已经核对，就是这样", required=False)
    field_order = ("platform", "plan", "year", "kind", "name", "amount", "document", "confirmed")

    class Meta:
        model = SupportRecord
        fields = ("platform", "plan", "year", "kind", "name", "amount", "document")

    def __init__(self, *args, platforms, plans, giver, **kwargs):
        super().__init__(*args, **kwargs)
        self.giver, self.doubts = giver, []
        self.fields["platform"].queryset = platforms
        self.fields["platform"].label_from_instance = lambda row: f"{row.name}（{row.organisation.name}）"
        self.fields["plan"].queryset = plans
        self.fields["plan"].empty_label = "不属于计划，单独登记"
        if not self.is_bound:
            del self.fields["confirmed"]

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise forms.ValidationError("金额不能小于 0；录错的记录请作废后重新录入。")
        return amount

    def clean(self):
        data = super().clean()
        if (
            data.get("kind") == SupportKind.FUNDS
            and data.get("amount") is None
            and "amount" not in self.errors
        ):
            self.add_error("amount", "资金扶持请填写金额。")
        plan = data.get("plan")
        if plan and data.get("year") and plan.year != data["year"]:
            self.add_error("year", f"所选扶持计划是 {plan.year} 年度的，请核对年度。")
        if not self.errors:
            asked = {name: data[name] for name in ("year", "kind", "name", "amount")}
            self.doubts = list(doubts_about(data["platform"], self.giver, **asked))
        if self.doubts and not data.get("confirmed"):
            self.add_error("confirmed", self.doubts)
        if not self.doubts:
            del self.fields["confirmed"]
        data.pop("confirmed", None)
        return data


class PlanForm(WrittenByService, PortalModelForm):
    class Meta:
        model = SupportPlan
        fields = ("name", "year", "kind", "document", "called_on", "closes_on", "terms", "planned")
        widgets = {"terms": forms.Textarea(attrs={"rows": 5})}

    def clean(self):
        data = super().clean()
        called, closes = data.get("called_on"), data.get("closes_on")
        if called and closes and closes < called:
            self.add_error("closes_on", "征集截止不能早于通知日期。")
        return data


class ClosePlanForm(PortalForm):
    result = forms.CharField(
        label="结果",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="如资金拨付、项目验收和绩效情况；办结后名单不再变动",
    )


class VoidForm(PortalForm):
    reason = forms.CharField(label="作废理由", max_length=200)


class UploadForm(PortalForm):
    kind = forms.ChoiceField(label="类别", choices=(), widget=forms.RadioSelect)
    file = forms.FileField(label="名单（.xlsx，20 MB 以内，5000 行以内）")

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        labels = dict(ImportBatch.Kind.choices)
        self.fields["kind"].choices = [(kind, labels[kind]) for kind in kinds]
        self.fields["kind"].initial = kinds[0] if kinds else None


class NoticeForm(PortalForm):
    """Where the notice can be read that a list of titles was taken from."""

    address = forms.URLField(label="公告网址", max_length=200, required=False, assume_scheme="https")
    file = forms.FileField(label="公告文件（PDF、OFD、DOCX、图片，20 MB 以内）", required=False)

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("address") and not data.get("file"):
            raise forms.ValidationError("请填写公告网址，或者上传公告文件。")
        return data

from __future__ import annotations

from django import forms

from platforms.models import ImportBatch, Platform, SupportRecord
from portal.kernel import clock
from portal.pages.forms import PortalForm, PortalModelForm


class SupportForm(PortalModelForm):
    platform = forms.ModelChoiceField(
        label="示范平台", queryset=Platform.objects.none(), empty_label="请选择"
    )

    class Meta:
        model = SupportRecord
        fields = ("platform", "year", "kind", "name", "amount", "document")

    def __init__(self, *args, platforms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform"].queryset = platforms
        self.fields["platform"].label_from_instance = lambda row: f"{row.name}（{row.organisation.name}）"

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 2005 <= year <= clock.today().year:
            raise forms.ValidationError(f"年度应在 2005 与 {clock.today().year} 之间。")
        return year

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise forms.ValidationError("金额不能小于 0；录错的记录请作废后重新录入。")
        return amount

    def _post_clean(self):
        """The service writes the row."""


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

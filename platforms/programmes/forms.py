from __future__ import annotations

from django import forms

from platforms.models import Programme, ProvincialTitle
from portal.pages.forms import PortalForm, PortalModelForm, UsccField


class ProgrammeForm(PortalModelForm):
    class Meta:
        model = Programme
        fields = ("honour", "number_prefix")
        help_texts = {"honour": "例如：浙江省中小企业公共服务示范平台。不能含有“国家”二字"}

    def clean_number_prefix(self):
        text = self.cleaned_data["number_prefix"].strip().upper()
        if not text.isascii() or not text.isalnum():
            raise forms.ValidationError("编号前缀只用字母和数字，例如 ZJPT。")
        return text

    def validate_unique(self):
        """The service says who holds a prefix."""


class ListedTitleForm(PortalModelForm):
    """A line of a list from before; the code identifies the unit."""

    uscc = UsccField()

    class Meta:
        model = ProvincialTitle
        fields = (
            "platform_name", "organisation_name", "uscc", "year", "document_number", "document_title", "number",
            "granted_on", "valid_until",
        )  # fmt: skip
        help_texts = {
            "platform_name": "按公布文件填写",
            "document_number": "公布名单的文件，例如 浙经信企服〔2023〕88号",
            "valid_until": "文件没有规定期限的不填",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document_number"].required = True
        self.fields["document_number"].error_messages["required"] = "请填写文号。"

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 2005 <= year <= 2100:
            raise forms.ValidationError("认定年度应为四位数字，例如 2023。")
        return year

    def validate_constraints(self):
        """The service says in words what stands there already."""


class EndingForm(PortalForm):
    """An opinion on a title, with what it rests on."""

    note = forms.CharField(label="复核意见", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    proof = forms.FileField(label="证明材料（PDF、OFD、JPG 或 PNG，50 MB 以内）")

    def __init__(self, *args, obj=None, user=None, note_required=True, **kwargs):
        super().__init__(*args, **kwargs)


class RenewalForm(EndingForm):
    years = forms.TypedChoiceField(
        label="新的有效期", coerce=lambda text: int(text) or None,
        choices=[("", "请选择"), *((str(n), f"{n} 年") for n in range(1, 11)), ("0", "不设期限")],
        help_text="自现有效期满的次日起算；已经到期的，自拟办之日起算",
    )  # fmt: skip
    field_order = ("years", "note", "proof")

    def __init__(self, *args, obj=None, **kwargs):
        kwargs.setdefault("initial", {"years": obj.term_years or ""})
        super().__init__(*args, **kwargs)

from __future__ import annotations

from django import forms

from platforms.models import Programme, ProvincialTitle
from portal.bulk.forms import BulkForm
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.pages.forms import PortalForm, PortalModelForm, UsccField


class ProgrammeForm(PortalModelForm):
    goes_public = ("honour", "number_prefix")

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

    goes_public = (
        "platform_name",
        "organisation_name",
        "document_number",
        "document_title",
        "number",
        "uscc",
    )
    uscc = UsccField()

    class Meta:
        model = ProvincialTitle
        fields = (
            "platform_name",
            "organisation_name",
            "uscc",
            "year",
            "document_number",
            "document_title",
            "number",
            "granted_on",
            "valid_until",
        )
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


KINDS = "PDF、OFD、JPG 或 PNG，50 MB 以内"
PROOF = f"证明材料（{KINDS}）"


def years_field(help_text: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="新的有效期",
        coerce=lambda text: int(text) or None,
        choices=[("", "请选择"), *((str(n), f"{n} 年") for n in range(1, 11)), ("0", "不设期限")],
        help_text=help_text,
    )


class EndingForm(PortalForm):
    """An opinion on a title, with what it rests on."""

    goes_public = ("note",)
    note = forms.CharField(label="复核意见", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    proof = forms.FileField(label=PROOF)

    def __init__(self, *args, obj=None, user=None, note_required=True, **kwargs):
        super().__init__(*args, **kwargs)


HEARD_WITHIN = 5  # working days for a statement, an operating rule


class RevocationForm(PortalForm):
    """No title is taken away before its unit was told and could speak; both persons read what it said."""

    goes_public = ("note",)
    told_on = forms.DateField(
        label="告知单位的日期", help_text=f"告知后满 {HEARD_WITHIN} 个工作日，或者单位已经陈述，才能拟办撤销"
    )
    told_by = forms.CharField(label="告知书文号和送达方式", max_length=120)
    notice = forms.FileField(label=f"告知书和送达凭证（{KINDS}）")
    statement = forms.FileField(
        label=f"单位的书面陈述（{KINDS}）",
        required=False,
        help_text="只收单位自己出具的材料，经办人不代为转述；期满没有陈述的不上传",
    )
    checked = forms.CharField(
        label="经办人核查情况",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="对单位陈述的核查，以经办人名义记录",
    )
    note = forms.CharField(
        label="撤销理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="载入本省名录",
    )

    def __init__(self, *args, obj=None, user=None, note_required=True, **kwargs):
        super().__init__(*args, **kwargs)

    def clean(self):
        data = super().clean()
        told, today = data.get("told_on"), clock.today()
        if told and told > today:
            self.add_error("told_on", "告知日期不能晚于今天。")
        elif told and not data.get("statement") and calendar().days_over(today, told) < HEARD_WITHIN:
            self.add_error(
                "statement",
                f"告知后还不满 {HEARD_WITHIN} 个工作日：请上传单位的书面陈述；没有陈述的，期满后再拟办。",
            )
        return data


class RenewalForm(EndingForm):
    years = years_field("自现有效期满的次日起算；已经到期的，自拟办之日起算")
    field_order = ("years", "note", "proof")

    def __init__(self, *args, obj=None, **kwargs):
        kwargs.setdefault("initial", {"years": obj.term_years or ""})
        super().__init__(*args, **kwargs)


class BulkRenewalForm(BulkForm):
    """One opinion and one proof (the review's report or list) for all that were chosen."""

    goes_public = ("note",)
    years = years_field("各家自本家现有效期满的次日起算；已经到期的，自拟办之日起算")
    proof = forms.FileField(label=PROOF, help_text="例如本次复核的结果报告和名单")
    field_order = ("years", "note", "proof")

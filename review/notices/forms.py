from __future__ import annotations

from django import forms

from portal.pages.forms import PortalForm, PublicForm
from portal.pages.verbs import PublicNoteForm
from review.notices.services import start_reasons
from review.publicity.correcting import amends, first_day_reasons, usual_first_day


class PublicityForm(PortalForm):
    goes_public = ("contact_phone", "supervision_phone")
    asked_later = ("contact_phone", "supervision_phone")
    start = forms.DateField(label="公示开始日", help_text="须为今天之后的工作日，当日 0 时起对外可见")
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False)
    supervision_phone = forms.CharField(label="监督电话", max_length=40, required=False)
    note = forms.CharField(label="拟办理由", required=False, max_length=500)

    def __init__(self, *args, length: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.length = length  # working days, by the year's edition

    def clean_start(self):
        day = self.cleaned_data["start"]
        reasons = start_reasons(day, length=self.length)
        if reasons:
            raise forms.ValidationError(reasons)
        return day


class CorrectForm(PublicNoteForm):
    """Amended lines run days of their own; a day ahead leaves the second person the time to sign."""

    goes_public = ("note", "first_day")
    first_day = forms.DateField(
        label="另行公示的第一日",
        help_text="内容有更正的各项从这一天起重新公示；须为工作日，另一位负责人在此前审签",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if amends(self.obj):
            self.fields["first_day"].initial = usual_first_day()
        else:
            del self.fields["first_day"]

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        if reasons := first_day_reasons(day):
            raise forms.ValidationError(reasons)
        return day


class DesignateForm(PortalForm):
    goes_public = ("document_number",)
    document_number = forms.CharField(
        label="公告文号", max_length=64, required=False, help_text="由公文系统编发；尚未编发的留空"
    )
    note = forms.CharField(label="拟办理由", required=False, max_length=500)


class ObjectionForm(PublicForm):
    field_order = ("facts", "evidence", "name", "contact", "website")
    facts = forms.CharField(
        label="事实与理由", min_length=10, max_length=3000, widget=forms.Textarea(attrs={"rows": 7})
    )
    evidence = forms.FileField(label="证明材料（PDF、JPG 或 PNG，20 MB 以内）", required=False)
    name = forms.CharField(label="姓名或者单位名称", max_length=60)
    contact = forms.CharField(
        label="联系方式", max_length=80, help_text="仅供经办人核实情况，不向申报单位和推荐单位公开"
    )


class SummaryForm(PortalForm):
    summary = forms.CharField(
        label="转办摘要",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        help_text="隐去异议人姓名、单位、联系方式等信息",
    )


class AnswerForm(PortalForm):
    words = forms.CharField(label="情况说明", widget=forms.Textarea(attrs={"rows": 6}), max_length=3000)
    proof = forms.FileField(label="证明材料（PDF、JPG 或 PNG，20 MB 以内）", required=False)


class FindingsForm(PortalForm):
    words = forms.CharField(
        label="核查情况",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=3000,
        help_text="写明何时、向谁、怎样核实和结果；不公开，供作出结论和审签时查阅，请勿写入异议人信息",
    )


class ConcludeForm(PortalForm):
    upheld = forms.ChoiceField(
        label="结论", choices=(("no", "异议不成立"), ("yes", "异议成立")), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="理由",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=3000,
        help_text="申报单位、推荐单位和异议人都会看到，请勿写入异议人信息",
    )
    free = forms.BooleanField(label="本人与异议人、申报单位没有利益关系，未参与该平台的评审和审签")


class ReplyForm(PortalForm):
    how = forms.CharField(
        label="答复方式", max_length=200, help_text="例如：电话答复；邮件答复。异议人也可以凭查询码查看结论"
    )

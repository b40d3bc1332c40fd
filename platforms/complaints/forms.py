from __future__ import annotations

from django import forms
from django.conf import settings

from platforms.models import Complaint
from platforms.requirements import awaited_answer
from portal.pages.forms import PortalForm, TipForm
from portal.pages.verbs import NoteForm


class ComplaintForm(TipForm):
    sent_as = "投诉"
    field_order = ("subject", "facts", "evidence", "name", "contact", "website")
    subject = forms.CharField(
        label="投诉事项", max_length=60, help_text="一句话写明，例如“收费与公布的标准不符”"
    )
    name = forms.CharField(label="姓名或者单位名称", max_length=60)
    contact = forms.CharField(
        label="联系方式", max_length=80, help_text="只有经办人和监督人员可以看到，不向平台公开"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if settings.COMPLAINTS_ANONYMOUS:
            self.fields["name"].required = self.fields["contact"].required = False
            self.fields["name"].help_text = "可以匿名；实名并留下联系方式便于核实"


class TakeUpForm(NoteForm):
    summary = forms.CharField(
        label="转办摘要",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="平台将看到此摘要，请隐去投诉人姓名、单位、联系方式等信息",
    )

    alleges_fraud = forms.BooleanField(
        label="反映弄虚作假（办结须两人）", required=False, help_text="按投诉文字已认出的，不勾选也须两人办结"
    )
    field_order = ("summary", "alleges_fraud", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("note")

    def clean_summary(self):
        summary = self.cleaned_data["summary"]
        for secret in (self.obj.complainant_name, self.obj.complainant_contact):
            if secret and secret in summary:
                raise forms.ValidationError("摘要中出现了投诉人的姓名或者联系方式，请隐去后再转办。")
        return summary


class ConcludeForm(NoteForm):
    note_label = "结论和理由"
    finding = forms.ChoiceField(label="核查结果", choices=Complaint.Finding.choices, widget=forms.RadioSelect)
    field_order = ("finding", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = "答复投诉人，并通知平台"
        self.fields["finding"].help_text = awaited_answer(self.obj)


class AnswerForm(PortalForm):
    words = forms.CharField(label="情况说明", max_length=3000, widget=forms.Textarea(attrs={"rows": 6}))

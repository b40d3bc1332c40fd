from __future__ import annotations

from django import forms

from portal.pages.forms import TipForm
from portal.pages.verbs import NoteForm
from review.models import MisconductReport


class ReportForm(TipForm):
    sent_as = "举报"
    field_order = ("about", "conduct", "whom", "facts", "evidence", "name", "contact", "website")
    about = forms.ChoiceField(label="举报谁", choices=[("", "请选择"), *MisconductReport.About.choices])
    conduct = forms.ChoiceField(label="举报什么", choices=[("", "请选择"), *MisconductReport.Conduct.choices])
    whom = forms.CharField(
        label="姓名、单位或者所涉平台", max_length=120, help_text="不知道姓名的，写明单位、职务或者哪一件申报"
    )
    name = forms.CharField(
        label="姓名或者单位名称",
        max_length=60,
        required=False,
        help_text="可以匿名；实名并留下联系方式便于核实",
    )
    contact = forms.CharField(
        label="联系方式",
        max_length=80,
        required=False,
        help_text="加密保存，纪检监督查看须写明理由并留下记录",
    )


class AnswerForm(NoteForm):
    note_label = "答复"
    finding = forms.ChoiceField(
        label="核查结果", choices=MisconductReport.Finding.choices, widget=forms.RadioSelect
    )
    field_order = ("finding", "note")

from __future__ import annotations

from django import forms

from applications.models import Evaluation, Recommendation
from applications.reasons import DECLINE
from portal.forms import PortalForm, PortalModelForm
from portal.views.verbs import NoteForm

METHODS = (("materials", "材料审核"), ("site", "现场核查"), ("meeting", "座谈"), ("callback", "用户回访"))


class EvaluationForm(PortalModelForm):
    methods = forms.MultipleChoiceField(
        label="测评方式", choices=METHODS, widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Evaluation
        fields = (
            "operation_grade", "operation_score", "operation_note", "performance_grade", "performance_score", "performance_note",
            "demonstration_grade", "demonstration_score", "demonstration_note", "methods", "evaluated_on", "evaluators", "opinion",
            "problems",
        )  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs={"rows": 4})
            for name in ("operation_note", "performance_note", "demonstration_note", "problems")
        }

    def __init__(self, *args, is_rereview=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_rereview:
            self.fields.pop("opinion")
            self.fields.pop("problems")

    def clean(self):
        cleaned = super().clean()
        for name in ("operation_score", "performance_score", "demonstration_score"):
            score = cleaned.get(name)
            if score is not None and not 0 <= score <= 100:
                self.add_error(name, "得分应在 0 到 100 之间。")
        return cleaned


class RelaxationForm(PortalForm):
    criterion = forms.ChoiceField(label="放宽的条件")
    area = forms.CharField(
        label="老少边穷地区依据", max_length=120, help_text="如：原中央苏区范围、国家乡村振兴重点帮扶县"
    )
    reason = forms.CharField(label="放宽理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
    proof = forms.FileField(label="依据文件（PDF、JPG 或 PNG）", required=False)

    def __init__(self, *args, choices=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = choices


class RecommendationForm(PortalModelForm):
    class Meta:
        model = Recommendation
        fields = ("demonstration", "opinion", "recognised", "commended", "recognition_document")
        widgets = {
            "demonstration": forms.Textarea(attrs={"rows": 5}),
            "opinion": forms.Textarea(attrs={"rows": 4}),
        }


class DeclineForm(NoteForm):
    reason_code = forms.ChoiceField(label="理由类别", choices=DECLINE)
    field_order = ("reason_code", "note")


class ReportForm(PortalForm):
    document_number = forms.CharField(
        label="推荐文件文号", max_length=64, help_text="按本单位正式发文填写，系统不编号"
    )
    document_date = forms.DateField(label="推荐文件日期")


class ContactForm(PortalForm):
    office = forms.CharField(label="承办处室", max_length=60)
    contact = forms.CharField(label="联系人", max_length=40)
    phone = forms.CharField(label="联系电话", max_length=40)
    address = forms.CharField(label="地址", max_length=120, required=False)
    seal_text = forms.CharField(label="文书落款名称", max_length=60)

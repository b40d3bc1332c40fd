from __future__ import annotations

from django import forms

from applications.corrections.reasons import DECLINE
from applications.models import Recommendation
from applications.states import REPORTED_AS, Procedure
from portal.kernel import clock
from portal.pages.forms import PortalForm, PortalModelForm, UnchosenField, sentences
from portal.pages.verbs import NoteForm


class RelaxationForm(PortalForm):
    criterion = forms.ChoiceField(label="放宽的条件")
    area = forms.CharField(
        label="老少边穷地区依据", max_length=120, help_text="如：原中央苏区范围、国家乡村振兴重点帮扶县"
    )
    reason = forms.CharField(label="放宽理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
    proof = forms.FileField(label="依据文件（PDF、JPG 或 PNG）")

    def __init__(self, *args, choices=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = choices


class RecommendationForm(PortalModelForm):
    asked_later = ("demonstration", "opinion")

    class Meta:
        model = Recommendation
        fields = (
            "demonstration",
            "opinion",
            "recognised",
            "commended",
            "recognition_document",
            "special_slot",
            "special_ground",
        )
        widgets = {
            "demonstration": forms.Textarea(attrs={"rows": 5}),
            "opinion": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        slots = self.instance.application.cycle.special_list
        if not slots:
            del self.fields["special_slot"], self.fields["special_ground"]
            return
        self.fields["special_slot"] = forms.ChoiceField(
            label="不占名额的专项",
            required=False,
            choices=[("", "不是专项，占推荐名额"), *((one, one) for one in slots)],
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("special_slot") and not cleaned.get("special_ground"):
            self.add_error("special_ground", "请填写专项所在的城市或者园区。")
        return cleaned


class DeclineForm(NoteForm):
    reason_code = UnchosenField(label="理由类别", choices=DECLINE)
    field_order = ("reason_code", "note")


class ReportForm(PortalForm):
    """The recommender's own letter, which the list of a procedure comes with."""

    document_number = forms.CharField(max_length=64, help_text="按本单位正式发文填写，系统不编号")
    document_date = forms.DateField()
    document = forms.FileField(required=False)

    def __init__(self, *args, procedure: Procedure, **kwargs):
        super().__init__(*args, **kwargs)
        self.letter = REPORTED_AS[procedure][1]
        for name, what in (("number", "文号"), ("date", "日期"), ("", "扫描件（PDF 或 OFD）")):
            field = self.fields[f"document_{name}".rstrip("_")]
            field.label = f"{self.letter}{what}"
            field.error_messages |= sentences(field)

    def clean_document_date(self):
        day = self.cleaned_data["document_date"]
        if day > clock.today():
            raise forms.ValidationError(f"{self.letter}日期不能晚于今天。")
        return day


class ContactForm(PortalForm):
    goes_public = ("office", "contact", "phone", "address")
    edits_stored = True
    office = forms.CharField(label="承办处室", max_length=60)
    contact = forms.CharField(label="联系人", max_length=40)
    phone = forms.CharField(label="联系电话", max_length=40)
    email = forms.EmailField(label="电子邮箱", required=False, help_text="申报单位回复系统邮件时送达的地址。")
    address = forms.CharField(label="地址", max_length=120, required=False)
    seal_text = forms.CharField(label="文书落款名称", max_length=60)

from __future__ import annotations

from django import forms

from applications.reasons import REFUSAL, REJECTION
from platforms.functions import Function
from platforms.models import Recommender
from portal.forms import PortalForm
from portal.models import User
from portal.views.verbs import NoteForm
from review.models import Expert


class RefuseForm(NoteForm):
    reason_code = forms.ChoiceField(label="理由类别", choices=REFUSAL)
    field_order = ("reason_code", "note")


class RejectForm(NoteForm):
    reason_code = forms.ChoiceField(label="理由类别", choices=REJECTION)
    field_order = ("reason_code", "note")


class ProposeForm(PortalForm):
    outcome = forms.ChoiceField(label="拟定结论")
    note = forms.CharField(
        label="理由", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, procedure="DESIGNATION", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = (
            [("designate", "拟认定")]
            if procedure == "DESIGNATION"
            else [("confirm", "复核合格"), ("rectify", "复核合格，责令整改"), ("fail", "复核不合格")]
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") in ("rectify", "fail") and not cleaned.get("note", "").strip():
            self.add_error("note", "请写明整改要求或者不合格的理由。")
        return cleaned


class ExpertForm(PortalForm):
    username = forms.CharField(label="用户名", max_length=64)
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱")
    employer = forms.CharField(label="工作单位", max_length=100)
    employer_uscc = forms.CharField(label="工作单位统一社会信用代码", max_length=18, required=False)
    jurisdiction = forms.ModelChoiceField(
        label="所在地区",
        queryset=Recommender.objects.filter(kind="department"),
        required=False,
        empty_label="不限",
    )
    professional_title = forms.CharField(label="职称", max_length=40, required=False)
    functions = forms.MultipleChoiceField(
        label="熟悉的服务功能", choices=Function.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_username(self):
        username = self.cleaned_data["username"].strip()
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError("此用户名已有人使用，请换一个。")
        return username


class AvailabilityForm(PortalForm):
    is_available = forms.BooleanField(label="可参加评审", required=False)


class PanelForm(PortalForm):
    experts = forms.ModelMultipleChoiceField(
        label="专家", queryset=Expert.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, queryset=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["experts"].queryset = queryset

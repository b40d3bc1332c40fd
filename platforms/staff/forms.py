from __future__ import annotations

from django import forms

from platforms.models import Recognition, Substitution
from portal.pages.forms import NewUsernameField, PortalForm, PortalModelForm, UsccField


class ColleagueForm(PortalForm):
    username = NewUsernameField()
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    email = forms.EmailField(label="本人的电子邮箱", help_text="账号建立后，设置密码的链接发到此邮箱")
    may_sign = forms.BooleanField(label="负责人（可签发推荐、报送）", required=False)
    reason = forms.CharField(label="理由", max_length=200, help_text="系统管理员核实时看到，如任命文号")


class SubstitutionForm(PortalModelForm):
    class Meta:
        model = Substitution
        fields = ("absent", "deputy", "from_on", "until", "reason")

    def __init__(self, *args, heads=None, officers=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["absent"].queryset = heads
        self.fields["deputy"].queryset = officers


class RecognitionForm(PortalModelForm):
    uscc = UsccField()

    proof = forms.FileField(label="认定文件（PDF、OFD、JPG 或 PNG）")

    class Meta:
        model = Recognition
        fields = ("platform_name", "organisation_name", "uscc", "document", "recognised_on", "valid_until")
        help_texts = {
            "platform_name": "与申报时登记的平台名称一致",
            "document": "按协会正式发文填写",
            "valid_until": "长期有效的不填",
        }


class EndRecognitionForm(PortalForm):
    on = forms.DateField(label="撤销日期")
    reason = forms.CharField(label="撤销原因", max_length=200)

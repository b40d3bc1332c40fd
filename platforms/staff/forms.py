from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import validate_password

from platforms.models import Recognition, StaffInvitation, Substitution
from portal.pages.forms import NewUsernameField, PortalForm, PortalModelForm, UsccField


class InviteForm(PortalModelForm):
    class Meta:
        model = StaffInvitation
        fields = ("name", "title", "email", "may_sign")


class AcceptForm(PortalForm):
    username = NewUsernameField()
    phone = forms.CharField(label="手机", max_length=20)
    password = forms.CharField(
        label="密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 12 位，可以粘贴，可以用密码管理器",
    )

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password)
        return password


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

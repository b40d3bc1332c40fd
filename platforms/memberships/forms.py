from __future__ import annotations

from django import forms

from platforms.models import Invitation, Recommender
from platforms.recommenders.reference import department_of_code
from portal.pages.forms import PortalForm, UsccField


class ClaimForm(PortalForm):
    uscc = UsccField()
    words = forms.CharField(
        label="说明",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="您在本单位的部门和职务；联系不上登记人或者系冒用的，请写明情况",
    )
    recommender = forms.ModelChoiceField(
        label="所在地区主管部门", queryset=Recommender.objects.none(), empty_label="请选择"
    )
    authorisation = forms.FileField(
        label="授权文件",
        required=False,
        help_text="加盖单位公章的授权书或者营业执照副本，PDF、OFD、JPG、PNG，20 MB 以内。上传后主管部门可以直接决定；不上传的，由本单位负责人答复",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        departments = Recommender.objects.filter(kind="department", is_active=True)
        self.fields["recommender"].queryset = departments
        if (code := department_of_code(self.initial.get("uscc", ""))) and not self.is_bound:
            self.initial["recommender"] = departments.filter(code=code).values_list("pk", flat=True).first()


class AnswerClaimForm(PortalForm):
    """`displace` is the department's alone: it holds the licence against the code."""

    part = forms.ChoiceField(
        label="身份",
        choices=Invitation.Part.choices,
        widget=forms.RadioSelect,
        initial=Invitation.Part.HANDLE,
    )
    displace = forms.BooleanField(
        label="原登记人员系冒用：移除其全部权限，由申请人担任负责人。平台、草稿和申报都保留", required=False
    )
    note = forms.CharField(
        label="答复",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不同意的须写明理由",
    )

    def __init__(self, *args, by_department: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not by_department:
            self.fields.pop("displace")


class InviteForm(PortalForm):
    email = forms.EmailField(
        label="电子邮箱", help_text="对方会收到邀请邮件，7 天内有效；没有账号的可以当场注册"
    )
    part = forms.ChoiceField(
        label="身份",
        choices=Invitation.Part.choices,
        widget=forms.RadioSelect,
        initial=Invitation.Part.HANDLE,
    )

from __future__ import annotations

from django import forms

from applications.models import AuditAppointment, Cycle
from portal.kernel.permissions import Role
from portal.models import User
from portal.pages.forms import PortalForm


class AppointmentForm(PortalForm):
    auditor = forms.ModelChoiceField(
        label="审计人员", queryset=User.objects.none(), help_text="先在“账号”中建立外部审计账号"
    )
    cycles = forms.ModelMultipleChoiceField(
        label="审计年度",
        queryset=Cycle.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="只能看到所选年度的卷宗和操作轨迹",
    )
    from_on = forms.DateField(label="自")
    until = forms.DateField(label="至（含当日）", help_text="到期后自动看不到；一次不超过三年")
    order_number = forms.CharField(
        label="委派文号", max_length=AuditAppointment._meta.get_field("order_number").max_length
    )
    note = forms.CharField(label="理由", max_length=200, help_text="另一位系统管理员审签时看到")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        auditors = User.objects.filter(role=Role.OUTSIDE_AUDITOR, is_active=True).order_by("name")
        self.fields["auditor"].queryset = auditors
        self.fields["auditor"].label_from_instance = lambda row: f"{row.name}（{row.username}）"
        self.fields["cycles"].queryset = Cycle.objects.filter(programme=None).order_by("-year")


class EndForm(PortalForm):
    reason = forms.CharField(label="提前结束的理由", max_length=200)

from __future__ import annotations

from typing import cast

from django import forms

from portal.models import User
from portal.pages.forms import PortalForm, UnchosenField
from review.models import OutsideHandler


class AppointForm(PortalForm):
    handler = UnchosenField(label="办理人员", help_text="按地区列出其他主管部门的人员；签结论的须为负责人")
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for _, user in people}
        handlers = cast(UnchosenField, self.fields["handler"])
        handlers.offer(
            (str(user.pk), f"{office.label}：{user.name}（{user.title}）") for office, user in people
        )

    def clean_handler(self) -> User:
        return self.people[self.cleaned_data["handler"]]


class EndForm(PortalForm):
    """An appointment that is to end before its case does."""

    appointment = UnchosenField(label="结束的指派")
    end_reason = forms.CharField(label="结束的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, standing=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = {str(row.pk): row for row in standing}
        appointments = cast(UnchosenField, self.fields["appointment"])
        appointments.offer((key, str(row)) for key, row in self.standing.items())

    def clean_appointment(self) -> OutsideHandler:
        return self.standing[self.cleaned_data["appointment"]]

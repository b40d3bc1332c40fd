from __future__ import annotations

from django import forms

from portal.models import User
from portal.pages.forms import PortalForm, UnchosenField


class AppointForm(PortalForm):
    handler = UnchosenField(label="办理人员", help_text="按地区列出其他主管部门的人员；签结论的须为负责人")
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for _, user in people}
        self.fields["handler"].choices = [
            (str(user.pk), f"{office.label}：{user.name}（{user.title}）") for office, user in people
        ]

    def clean_handler(self) -> User:
        return self.people[self.cleaned_data["handler"]]

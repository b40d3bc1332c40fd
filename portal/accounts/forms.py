"""Forms of the administrators' pages."""

from __future__ import annotations

from django import forms

from portal.accounts.places import choices_of_places, place_of
from portal.kernel.permissions import ORGANISERS, Role
from portal.models import User
from portal.pages.forms import NewUsernameField, PortalForm, choice_in

# What may become of an official of the ministry; every other role belongs to a unit, an office or a profile.
INTERCHANGEABLE = (*ORGANISERS, Role.ADMINISTRATOR)
ELSEWHERE = (Role.PUBLIC, Role.APPLICANT, Role.EXPERT)  # they register, or are invited by the ministry
NOTE_HELP = "账号可以签发的，另一位管理员审签时看到"


class AccountForm(PortalForm):
    asked_later = ("place",)  # of a role that belongs to one
    username = NewUsernameField()
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    role = forms.ChoiceField(
        label="身份", choices=[choice for choice in Role.choices if choice[0] not in ELSEWHERE]
    )
    place = forms.ChoiceField(label="所在单位", required=False, help_text="推荐单位账号必选")
    signs = forms.BooleanField(label="是单位负责人，可以签发", required=False)
    email = forms.EmailField(label="本人的电子邮箱", help_text="设置密码的链接发到此邮箱")
    phone = forms.CharField(label="手机", max_length=20, required=False)
    note = forms.CharField(label="理由", max_length=200, required=False, help_text=NOTE_HELP)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choice_in(self, "place").choices = [("", "（无）"), *choices_of_places()]

    def clean(self):
        data = super().clean()
        place, key = place_of(data.get("role", "")), data.get("place", "")
        if place and not place.give:
            place = None
        if place and key not in dict(place.choices()):
            self.add_error("place", f"请选择{place.label}。")
        if not place:
            data["place"], data["signs"] = "", False
        return data


class EditAccountForm(PortalForm):
    edits_stored = True
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    role = forms.ChoiceField(label="身份")
    place = forms.ChoiceField(label="所在单位", required=False, help_text="不改变的不选")
    signs = forms.BooleanField(label="在所选单位可以签发", required=False)
    email = forms.EmailField(label="本人的电子邮箱", required=False, help_text="改变时原邮箱也收到通知")
    phone = forms.CharField(label="手机", max_length=20, required=False)
    note = forms.CharField(label="理由", max_length=200, required=False, help_text=NOTE_HELP)

    def __init__(self, *args, account: User, **kwargs):
        super().__init__(*args, **kwargs)
        roles = INTERCHANGEABLE if account.role in INTERCHANGEABLE else (Role(account.role),)
        choice_in(self, "role").choices = [(role.value, role.label) for role in roles]
        place = place_of(account.role)
        if place and place.give:
            choice_in(self, "place").choices = [("", "（不改变）"), *place.choices()]
        else:
            del self.fields["place"], self.fields["signs"]


class ReasonForm(PortalForm):
    note = forms.CharField(label="理由", max_length=200)


class RequestForm(PortalForm):
    note = forms.CharField(
        label="核实情况",
        max_length=200,
        required=False,
        help_text="如电话核实的时间、对方姓名；退回的写明理由",
    )

    def __init__(self, *args, sends_back: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.sends_back = sends_back
        self.fields["note"].required = sends_back

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from platforms.functions import Function
from platforms.models import Recommender
from portal.pages.forms import NewUsernameField, PortalForm
from portal.shared.validators import validate_uscc

PROFILE = (
    "employer",
    "employer_uscc",
    "jurisdiction",
    "professional_title",
    "functions",
    "preferred",
    "past_usccs",
    "past_employers",
    "declared_units",
    "is_available",
    "away_from",
    "away_until",
)


def is_uscc(text: str) -> bool:
    try:
        validate_uscc(text)
    except ValidationError:
        return False
    return True


class LinesField(forms.CharField):
    """One entry a line; comes back as a list without repetitions."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> Any:
        lines = [line.strip() for line in super().to_python(value).splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) > 100 for line in found):
            raise ValidationError("每行不超过 100 字。")
        return found


class ProfileForm(PortalForm):
    """What conflicts of interest are computed from, and when the expert can't take part."""

    edits_stored = True
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
    preferred = forms.MultipleChoiceField(
        label="希望优先评审的服务功能",
        choices=Function.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="从熟悉的功能中选；抽取时在件数相同、功能同样对口的专家中优先",
    )
    past = LinesField(
        label="曾任职单位", required=False, help_text="每行一个，写单位全称或者统一社会信用代码"
    )
    declared_units = LinesField(
        label="有利益关系的单位",
        required=False,
        help_text="持有股份、近亲属任职、三年内有合作或者纠纷的单位，每行一个，写全称或者统一社会信用代码",
    )
    is_available = forms.BooleanField(label="可参加评审", required=False, initial=True)
    away_from = forms.DateField(label="不能参加自", required=False)
    away_until = forms.DateField(label="不能参加至", required=False)

    @staticmethod
    def initial_of(expert) -> dict:
        values = {name: getattr(expert, name) for name in PROFILE if not name.startswith("past")}
        return {**values, "past": [*expert.past_employers, *expert.past_usccs]}

    def clean(self):
        data = super().clean()
        first, last = data.get("away_from"), data.get("away_until")
        if last and not first:
            self.add_error("away_from", "请填写不能参加自。")
        elif first and last and last < first:
            self.add_error("away_until", "不能参加至应不早于不能参加自。")
        if set(data.get("preferred", ())) - set(data.get("functions", ())):
            self.add_error("preferred", "希望优先评审的服务功能应在熟悉的服务功能之内。")
        past = data.pop("past", [])
        data["past_usccs"] = [line for line in past if is_uscc(line)]
        data["past_employers"] = [line for line in past if not is_uscc(line)]
        return data


class ExpertForm(ProfileForm):
    username = NewUsernameField()
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", help_text="邀请发到此邮箱，由专家自己设置密码")
    field_order = ("username", "name", "title", "email")


class CandidatesForm(PortalForm):
    """Of each candidate: is there a relation, and which."""

    def __init__(self, *args, candidates, said, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for row in candidates:
            words = said.get(str(row.pk), "")
            name = row.platform.name
            self.fields[f"related_{row.pk}"] = forms.BooleanField(
                label=f"与{name}有利益关系", required=False, initial=bool(words)
            )
            self.fields[f"words_{row.pk}"] = forms.CharField(
                label=f"与{name}的关系", max_length=200, required=False, initial=words
            )

    def clean(self):
        data = super().clean()
        for row in self.candidates:
            if data.get(f"related_{row.pk}") and not data.get(f"words_{row.pk}"):
                self.add_error(f"words_{row.pk}", f"请写明与{row.platform.name}是什么关系。")
        return data

    def answers(self) -> dict[str, str]:
        data = self.cleaned_data
        return {
            str(row.pk): data[f"words_{row.pk}"] if data[f"related_{row.pk}"] else ""
            for row in self.candidates
        }

    def lines(self):
        """Each candidate with its two fields."""
        return [(row, self[f"related_{row.pk}"], self[f"words_{row.pk}"]) for row in self.candidates]


class JoinForm(PortalForm):
    password = forms.CharField(
        label="密码", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    again = forms.CharField(
        label="再输入一次密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self):
        data = super().clean()
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "两次输入的密码不一致。")
        return data

from __future__ import annotations

from typing import cast
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from platforms.functions import Function
from platforms.models import Organisation, Platform, Recommender
from platforms.recommenders.reference import department_of_code
from portal.kernel import clock
from portal.models import User
from portal.pages.forms import OPEN, NewUsernameField, PortalForm, PortalModelForm, PublicForm, UsccField
from portal.shared.validators import clean_name


class AccountForm(PublicForm):
    asks_the_public = False  # a name and a mailbox of one's own: nothing of it is shown to anybody outside
    counted_as = "register"
    username = NewUsernameField(completed=True)
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", help_text="办理进展发到此邮箱")
    phone = forms.CharField(label="手机", max_length=20)
    password = forms.CharField(
        label="密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 12 位，可以粘贴，可以用密码管理器",
    )

    def account(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}

    def clean_name(self):
        return clean_name(self.cleaned_data["name"])

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password)
        return password


class OrganisationForm(PortalModelForm):
    goes_public: tuple[str, ...] = ("uscc", "name")
    uscc = UsccField(help_text="18 位，见营业执照或者法人证书")

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = (
            "uscc",
            "name",
            "kind",
            "established_on",
            "legal_person",
            "registered_address",
            "phone",
            "email",
        )
        help_texts = {
            "name": "与营业执照或者法人证书完全一致",
        }

    def clean_name(self):
        return clean_name(self.cleaned_data["name"])

    def clean_established_on(self):
        day = self.cleaned_data["established_on"]
        if day > clock.today():
            raise ValidationError("成立日期不能晚于今天。")
        if day.year < 1900:
            raise ValidationError("成立日期早于 1900 年，请按营业执照或者法人证书核对年份。")
        return day

    def validate_unique(self):
        """The service answers for a code that is taken, with what to do about it."""


class OrganisationEditForm(OrganisationForm):
    goes_public = ("name",)
    reason = forms.CharField(label="变更原因", max_length=200, required=False)

    class Meta(OrganisationForm.Meta):
        fields = OrganisationForm.Meta.fields[1:]

    uscc = None


class PlatformForm(PortalModelForm):
    goes_public = ("name", "service_area", "phone", "website", "introduction")
    public_by_choice = ("contact",)
    functions = forms.MultipleChoiceField(
        label="服务功能",
        choices=Function.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="综合性平台选多项，专业平台选突出的功能",
    )

    class Meta:
        model = Platform
        fields = (
            "name",
            "kind",
            "functions",
            "jurisdiction",
            "jurisdiction_reason",
            "operating_since",
            "service_area",
            "address",
            "contact",
            "contact_is_public",
            "phone",
            "website",
            "introduction",
        )
        widgets = {"introduction": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "contact": "供主管部门联系；是否公开由您决定",
            "contact_is_public": "平台获得称号后，名录的平台页面公开联系电话；不勾选的，不公开联系人姓名",
            "phone": "在名录的平台页面公开。请填写办公电话，不填个人手机",
            "website": "在名录的平台页面公开",
        }

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.home = department_of_code(organisation.uscc)
        field = cast(forms.ModelChoiceField, self.fields["jurisdiction"])
        offices = field.queryset = Recommender.objects.filter(kind="department", is_active=True)
        field.choices = [OPEN, *_by_kind(offices)]
        if not self.initial.get("jurisdiction"):
            self.initial["jurisdiction"] = offices.filter(code=self.home).values_list("pk", flat=True).first()
        if not self.asks_why():
            self.fields.pop("jurisdiction_reason")

    def asks_why(self) -> bool:
        """Once another region than the code's is chosen, or was before."""
        if not self.is_bound:
            return bool(self.instance.jurisdiction_reason)
        offices = cast(forms.ModelChoiceField, self.fields["jurisdiction"]).queryset
        chosen = offices.filter(pk=as_uuid(self.data.get("jurisdiction"))).first()
        if chosen is None or chosen.pk == self.instance.jurisdiction_id:
            return bool(self.instance.jurisdiction_reason)
        return bool(self.home and chosen.code != self.home)

    def clean_jurisdiction_reason(self):
        words = self.cleaned_data["jurisdiction_reason"].strip()
        if not words:
            raise ValidationError(
                "单位的统一社会信用代码登记在另一地区，请写明平台由所选地区主管部门管理的原因，或者改选地区。"
            )
        return words

    def clean_name(self):
        return clean_name(self.cleaned_data["name"])

    def clean_operating_since(self):
        day = self.cleaned_data["operating_since"]
        if day > clock.today():
            raise ValidationError("平台运营起始日期不能晚于今天。")
        return day


def _by_kind(departments) -> list[tuple]:
    """Provinces first, then the cities with plans of their own and the corps, under headings."""
    rows = [(row.pk, row.name, len(row.code) == 2) for row in departments]
    return [
        ("省、自治区、直辖市", [(pk, name) for pk, name, province in rows if province]),
        ("计划单列市和新疆生产建设兵团", [(pk, name) for pk, name, province in rows if not province]),
    ]


def as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


class PersonForm(PortalForm):
    username = forms.CharField(
        label="用户名", max_length=64, help_text="对方已注册的用户名；还没有的，请先让其注册账号"
    )
    role = forms.ChoiceField(
        label="身份",
        choices=(("handle", "经办人（填写）"), ("sign", "负责人（填写、声明并提交）")),
        widget=forms.RadioSelect,
        initial="handle",
    )

    def clean_username(self):
        user = User.objects.filter(
            username=self.cleaned_data["username"].strip(), role="applicant", is_active=True
        ).first()
        if user is None:
            raise ValidationError("没有找到此用户名的申报单位账号，请核对，或者让对方先注册。")
        self.user = user
        return user.username

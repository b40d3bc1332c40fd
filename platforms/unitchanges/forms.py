"""The forms of a change: only what becomes different is filled in."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from platforms.models import Organisation, Platform, Recommender
from platforms.unitchanges.models import LABELS, PLACE, PUBLIC, UNIT
from platforms.unitchanges.receiving import NEEDS_PAPER, answers_itself
from platforms.unitchanges.requirements import current
from portal.pages.forms import PortalForm, UsccField, dress
from portal.pages.verbs import NoteForm
from portal.shared.validators import clean_name

PAPER_HELP = "加盖公章的营业执照或者法人证书和证明文件，可以合并为一个文件。PDF、OFD、JPG、PNG，20 MB 以内"
CONSENT_HELP = (
    "变更运营单位时：新单位在本系统有负责人的，由其登录后确认，不必上传；没有的，须上传其加盖公章的同意函。"
    "PDF、OFD、JPG、PNG，20 MB 以内"
)
NAMES = ("name", "platform_name")


class ChangeForm(PortalForm):
    goes_public: tuple[str, ...] = ("reason",)
    public_by_choice = ("contact",)
    reason = forms.CharField(
        label="变更原因",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如经登记机关核准更名、整体划转、迁址",
    )
    paper = forms.FileField(label="证照和证明", help_text=PAPER_HELP)

    def __init__(self, *args, platform: Platform, **kwargs):
        super().__init__(*args, **kwargs)
        own: dict[str, forms.Field] = {}
        for code in (*UNIT, *PLACE):
            longest = 40 if code in ("legal_person", "contact", "phone") else 100 if code in NAMES else 120
            own[code] = forms.CharField(
                label=LABELS[code],
                required=False,
                max_length=longest,
                help_text=f"现登记：{current(platform, code)}",
            )
        own["operator"] = UsccField(
            label="新的运营单位的统一社会信用代码",
            required=False,
            help_text=f"现登记：{current(platform, 'operator')}。新单位须先在本系统登记",
        )
        own["consent"] = forms.FileField(
            label="新的运营单位的同意接收函", required=False, help_text=CONSENT_HELP
        )
        places = Recommender.objects.filter(kind=Recommender.Kind.DEPARTMENT, is_active=True)
        own["jurisdiction"] = forms.ModelChoiceField(
            label="迁入地区主管部门",
            required=False,
            empty_label="不迁移",
            queryset=places.exclude(pk=platform.jurisdiction_id),
            help_text=f"现登记：{platform.jurisdiction.name}。须由迁出、迁入两地同意",
        )
        self.platform = platform
        self.fields = {**own, **self.fields}
        self.goes_public = (*self.goes_public, "phone", *PUBLIC)
        dress(self)

    def clean_operator(self):
        code = self.cleaned_data["operator"]
        unit = Organisation.objects.filter(uscc=code).first() if code else None
        if code and unit is None:
            raise ValidationError("此代码的单位还没有在本系统登记，请先由其登记单位信息。")
        return unit

    def clean_name(self):
        return clean_name(self.cleaned_data["name"]) if self.cleaned_data["name"] else ""

    def clean_platform_name(self):
        return clean_name(self.cleaned_data["platform_name"]) if self.cleaned_data["platform_name"] else ""

    def clean_consent(self):
        """After the operator: the fields are cleaned in their order."""
        unit, paper = self.cleaned_data.get("operator"), self.cleaned_data["consent"]
        if unit and unit.pk != self.platform.organisation_id and not paper and not answers_itself(unit):
            raise ValidationError(NEEDS_PAPER)
        return paper

    def filed(self) -> dict:
        data = self.cleaned_data
        return {
            "values": {code: data[code] for code in (*UNIT, *PLACE)},
            "operator": data["operator"],
            "moves_to": data["jurisdiction"],
            "reason": data["reason"],
            "paper": data["paper"],
            "consent": data["consent"],
        }


class ReceiveForm(PortalForm):
    """The receiving unit's answer; only a no needs its reason."""

    asked_later = ("note",)
    note = forms.CharField(
        label="不同意接收的理由",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不同意的必须填写，提出单位和主管部门都会看到",
    )

    @property
    def declines(self) -> bool:
        return self.data.get("answer") == "decline"

    def clean_note(self) -> str:
        note = self.cleaned_data["note"].strip()
        if self.declines and not note:
            raise ValidationError("请写明不同意接收的理由。")
        return note


class ExplainForm(NoteForm):
    note_label = "说明"
    paper = forms.FileField(label="补充的证照和证明", required=False, help_text=PAPER_HELP)


class AskForm(NoteForm):
    note_label = "不一致之处"


class ApproveForm(NoteForm):
    goes_public = ("announcement", "document")
    announcement = forms.CharField(
        label="公告标题", required=False, max_length=200, help_text="不填的，用“关于…登记信息变更的公告”"
    )
    document = forms.CharField(label="公告文号", required=False, max_length=64)

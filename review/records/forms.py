from __future__ import annotations

from typing import Any

from django import forms

from portal.kernel import clock
from portal.pages.forms import PortalForm, PortalModelForm, SeveralFilesField
from portal.pages.verbs import NoteForm
from review.models import CheckFinding, CheckPlan, Revocation
from review.records.requirements import silent_experts

WORDS: dict[str, Any] = {"widget": forms.Textarea(attrs={"rows": 5}), "max_length": 3000}


def document_number_field() -> forms.CharField:
    return forms.CharField(
        label="决定文号", max_length=64, required=False, help_text="由公文系统编发；尚未编发的留空"
    )


class TellForm(PortalForm):
    reasons = forms.CharField(label="理由", min_length=10, **WORDS)


class OpenUnfiledForm(PortalForm):
    note = forms.CharField(label="对陈述意见的审查意见", help_text="未陈述的，写明已核对送达和期限", **WORDS)


class DepartmentViewForm(PortalForm):
    words = forms.CharField(
        label="本部门意见", help_text="写明是否知情、有无监管措施、对暂停申报工作的意见", **WORDS
    )


class DeferForm(PortalForm):
    until = forms.DateField(label="补办期限", help_text="在本年度评审结束至少一天之前，为测评和报送留出时间")
    reason = forms.CharField(label="准予补办的理由", **WORDS)


class OpenRevocationForm(PortalForm):
    ground = forms.ChoiceField(label="事由", choices=Revocation.Ground.choices)
    facts = forms.CharField(
        label="查明的事实", help_text="写明时间、材料和核对结果；告知平台时一并送达", min_length=10, **WORDS
    )


class FactsForm(PortalForm):
    facts = forms.CharField(
        label="查明的事实",
        help_text="写明时间、材料和核对结果；原文写入事先告知书和决定书",
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=6000,
    )


class EvidenceForm(PortalForm):
    words = forms.CharField(label="证明内容", max_length=300)
    upload = forms.FileField(label="证据文件（PDF、OFD、JPG、PNG 或 XLSX，50 MB 以内）")


def proofs_field(label: str) -> Any:  # forms name it `files`, as the form itself names what was sent
    return SeveralFilesField(
        label=f"{label}（可多选；PDF、OFD、JPG、PNG 或 XLSX，每份 50 MB 以内）", required=False
    )


class StateCaseForm(NoteForm):
    note_label = "陈述意见"
    files = proofs_field("证据和材料")
    wants_hearing = forms.BooleanField(label="要求举行听证", required=False)
    field_order = ("note", "files", "wants_hearing")


class AnswerFindingsForm(NoteForm):
    note_label = "说明"
    files = proofs_field("说明材料")
    field_order = ("note", "files")


class AnswerFailingForm(PortalForm):
    words = forms.CharField(label="陈述意见", **WORDS)
    files = proofs_field("证据和材料")


class ArrangeHearingForm(PortalForm):
    on = forms.DateField(label="听证日期")
    at = forms.TimeField(label="听证时间")
    place = forms.CharField(label="听证地点", max_length=120, help_text="写明地址和房间")

    def __init__(self, *args, earliest: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].help_text = f"今天通知的，最早可定 {earliest}"


class HearingForm(NoteForm):
    note_label = "听证情况"


class DecideForm(NoteForm):
    """The effects page: each effect has a box of its own, and none is ticked beforehand."""

    note_label = "决定理由"
    goes_public = ("document_number", "note")
    end_title = forms.BooleanField()
    suspend = forms.BooleanField()
    document_number = document_number_field()
    field_order = ("end_title", "suspend", "document_number", "note")

    def __init__(self, *args, effects=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = "随撤销公告和证书核验页显示，请勿写入个人信息和不宜公开的内容"
        names = ("end_title", "suspend")
        for name, effect in zip(names, effects, strict=False):
            self.fields[name].label = f"确认：{effect}"
            self.fields[name].error_messages["required"] = f"请单独确认这项后果：{effect}。"
        for name in names[len(effects) :]:
            del self.fields[name]


class LiftForm(NoteForm):
    note_label = "解除理由"
    goes_public = ("document_number", "note")
    document_number = document_number_field()
    field_order = ("document_number", "note")


class SurrenderForm(PortalForm):
    goes_public = ("reason",)
    reason = forms.CharField(label="放弃称号的理由", **WORDS)
    understood = forms.BooleanField(label="已知悉：同意后称号终止、证书失效并公告，再次取得须重新申报")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["understood"].error_messages["required"] = "请先确认已知悉后果。"


class ReportDoneForm(NoteForm):
    note_label = "整改报告"
    upload = forms.FileField(label="整改证明（PDF、OFD、JPG 或 PNG，50 MB 以内）", required=False)
    field_order = ("note", "upload")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True


class CheckAgainForm(NoteForm):
    note_label = "核查情况"
    passed = forms.ChoiceField(label="核查意见", choices=(("yes", "整改合格"), ("no", "整改不合格")))
    field_order = ("passed", "note")


class PlanForm(PortalModelForm):
    goes_public = ("name",)
    percent = forms.IntegerField(label="抽取比例（%）", min_value=1, max_value=100)
    team_size = forms.IntegerField(label="每家专家人数", min_value=1, max_value=5)

    class Meta:
        model = CheckPlan
        fields = ("name", "year", "kind", "subject", "percent", "each", "team_size")
        widgets = {"subject": forms.Textarea(attrs={"rows": 4})}

    def clean_year(self):
        year, this_year = self.cleaned_data["year"], clock.today().year
        if year not in (this_year, this_year + 1):
            raise forms.ValidationError(f"年度应为 {this_year} 或者 {this_year + 1}。")
        return year


class DrawForm(NoteForm):
    goes_public = ("public_number", "public_source")
    public_number = forms.RegexField(
        label="公开随机数",
        regex=r"^[0-9A-Za-z ,+\-]{4,60}$",
        help_text="如抽取当日公布的彩票开奖号码，按原样填写",
        error_messages={"invalid": "公开随机数应为 4 到 60 位数字、字母、空格、逗号、加号或者短横线。"},
    )
    public_source = forms.CharField(
        label="公开随机数来源", max_length=120, help_text="写明名称、期号和公布日期，供核对"
    )
    field_order = ("public_number", "public_source")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["note"]


class NotifyCheckForm(NoteForm):
    note_label = "通知事项"
    visit_on = forms.DateField(label="检查日期")
    field_order = ("visit_on", "note")


class HandOverForm(NoteForm):
    """Asks only where somebody of the team has recorded nothing."""

    for_team = forms.BooleanField(label="检查组已一并核对，由我代为提交", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        silent = silent_experts(self.obj, self.user)
        if not silent:
            self.fields.pop("for_team")
        else:
            self.fields["for_team"].help_text = f"尚未记录检查发现的专家：{'、'.join(silent)}"


class FindingForm(PortalForm):
    asked_later = ("upload",)  # of fraud; the label says so
    weight = forms.ChoiceField(label="性质", choices=CheckFinding.Weight.choices)
    words = forms.CharField(label="检查发现", widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    upload = forms.FileField(
        label="证据（PDF、OFD、JPG、PNG 或 XLSX，50 MB 以内；涉嫌弄虚作假的必须上传）", required=False
    )

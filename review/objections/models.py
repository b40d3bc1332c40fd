from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.timezone import localtime

from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from portal.privacy.fields import PrivateField
from portal.privacy.retention import Retained
from review.notices.models import NoticeItem
from review.states import OPEN_OBJECTIONS, ObjectionState


class Objection(StatefulModel):
    """An objection to one line of a publicity notice. The objector's identity is for the handling
    officer and the inspectors only; everybody else reads the redacted summary."""

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="objections")
    receipt_number = models.CharField("回执编号", max_length=24, unique=True)
    query_code = models.CharField("查询码", max_length=12)
    facts = models.TextField("事实与理由")
    objector_name = PrivateField("异议人", max_length=60)
    objector_contact = PrivateField("联系方式", max_length=80)
    received_at = models.DateTimeField("收到时间")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    summary = models.TextField("转办摘要（隐去异议人信息）", blank=True)
    recommender_answer = models.TextField("推荐单位核查情况", blank=True)
    handler_findings = models.TextField("经办人核查记录", blank=True)
    platform_answer = models.TextField("申报单位说明", blank=True)
    answered_by_recommender_at = models.DateTimeField(null=True)
    answered_by_platform_at = models.DateTimeField(null=True)
    passed_on_at = models.DateTimeField("转办时间", null=True)
    answer_due_on = models.DateField("核查期限", null=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办结人"
    )
    reply_note = models.CharField("答复方式", max_length=200, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True)
    conclusion = models.TextField("处理结论", blank=True)
    concluded_at = models.DateTimeField("办结时间", null=True)
    state = StateField(
        "状态", default=ObjectionState.RECEIVED, choices=ObjectionState.choices, protected=True
    )

    retained = Retained(("objector_name", "objector_contact"), since="concluded_at", years=3)
    objects = ScopedManager()

    class Meta:
        verbose_name = "异议"
        ordering = ("received_at",)

    @property
    def sender_contact(self) -> str:
        return self.objector_contact

    def __str__(self) -> str:
        return self.receipt_number

    def steps(self) -> list[tuple[str, str]]:
        """受理 → 转省核查 → 单位回应 → 结论 → 答复: (step, when); nothing in it names anybody."""
        moments = (
            ("受理", self.received_at),
            ("转推荐单位核查", self.passed_on_at),
            ("推荐单位回复", self.answered_by_recommender_at),
            ("申报单位说明", self.answered_by_platform_at),
            ("作出结论", self.concluded_at),
            ("答复异议人", self.replied_at),
        )
        return [(name, f"{localtime(at):%Y-%m-%d %H:%M}" if at else "") for name, at in moments]

    @property
    def steps_done(self) -> int:
        """How many of the steps have been taken from the beginning on, without a gap."""
        steps = self.steps()
        return next((n for n, (_, at) in enumerate(steps) if not at), len(steps))

    @property
    def audit_root(self):
        return self.item.application

    @transition(
        state,
        source=ObjectionState.RECEIVED,
        target=ObjectionState.VERIFYING,
        label="转办核查",
        consequence="推荐单位和申报单位只看到隐去异议人信息的摘要。",
    )
    def begin_verification(self, *, by, note, summary: str, answer_due_on=None, **facts):
        self.summary, self.answer_due_on = summary, answer_due_on
        self.passed_on_at = clock.now()

    @transition(
        state,
        source=OPEN_OBJECTIONS,
        target=ObjectionState.UPHELD,
        label="异议成立",
        note_required=True,
        two_person=True,
    )
    def uphold(self, *, by, note, at, **facts):
        self.conclusion, self.concluded_at, self.concluded_by = note, at, by

    @transition(
        state,
        source=OPEN_OBJECTIONS,
        target=ObjectionState.DISMISSED,
        label="异议不成立",
        note_required=True,
        two_person=True,
    )
    def dismiss(self, *, by, note, at, **facts):
        self.conclusion, self.concluded_at, self.concluded_by = note, at, by


class ObjectionEvidence(models.Model):
    objection = models.ForeignKey(Objection, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "异议证据"


class AnswerProof(models.Model):
    """What a recommender or a platform proves its answer with; the platform does not see the recommender's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    objection = models.ForeignKey(Objection, models.PROTECT, related_name="proofs")
    by_recommender = models.BooleanField("推荐单位提交")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    objects = ScopedManager()

    class Meta:
        verbose_name = "核查证明材料"

    @property
    def audit_root(self):
        return self.objection.audit_root

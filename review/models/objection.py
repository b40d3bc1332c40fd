from __future__ import annotations

from django.conf import settings
from django.db import models
from django_fsm import FSMField

from portal.models import StoredFile
from portal.models.stateful import StatefulModel
from portal.permissions import ScopedManager
from portal.workflow import transition
from review.models.notice import NoticeItem
from review.states import OPEN_OBJECTIONS, ObjectionState


class Objection(StatefulModel):
    """An objection to one line of a publicity notice. The objector's identity is for the handling
    officer and the inspectors only; everybody else reads the redacted summary."""

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="objections")
    receipt_number = models.CharField("回执编号", max_length=24, unique=True)
    query_code = models.CharField("查询码", max_length=12)
    facts = models.TextField("事实与理由")
    objector_name = models.CharField("异议人", max_length=60)
    objector_contact = models.CharField("联系方式", max_length=80)
    received_at = models.DateTimeField("收到时间")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    summary = models.TextField("转办摘要（隐去异议人信息）", blank=True)
    recommender_answer = models.TextField("推荐单位核查情况", blank=True)
    platform_answer = models.TextField("申报单位说明", blank=True)
    answered_by_recommender_at = models.DateTimeField(null=True)
    answered_by_platform_at = models.DateTimeField(null=True)
    conclusion = models.TextField("处理结论", blank=True)
    concluded_at = models.DateTimeField("办结时间", null=True)
    state = FSMField("状态", default=ObjectionState.RECEIVED, choices=ObjectionState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "异议"
        ordering = ("received_at",)

    def __str__(self) -> str:
        return self.receipt_number

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
    def begin_verification(self, *, by, note, summary: str, **facts):
        self.summary = summary
        self.handler = by

    @transition(
        state,
        source=OPEN_OBJECTIONS,
        target=ObjectionState.UPHELD,
        label="异议成立",
        note_required=True,
    )
    def uphold(self, *, by, note, at, **facts):
        self.conclusion, self.concluded_at = note, at

    @transition(
        state,
        source=OPEN_OBJECTIONS,
        target=ObjectionState.DISMISSED,
        label="异议不成立",
        note_required=True,
    )
    def dismiss(self, *, by, note, at, **facts):
        self.conclusion, self.concluded_at = note, at


class ObjectionEvidence(models.Model):
    objection = models.ForeignKey(Objection, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "异议证据"

from __future__ import annotations

from django.conf import settings
from django.db import models

from platforms.recommenders.models import Recommender
from platforms.register.models import Designation
from platforms.states import OPEN_COMPLAINTS, ComplaintState
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from portal.privacy.fields import PrivateField
from portal.privacy.retention import Retained


class Complaint(StatefulModel):
    """A complaint about a titled platform, possible at any time (Art. 13: 自觉接受社会监督).

    Who complained is for the handler and the auditors only; the platform reads the redacted summary.
    """

    class Finding(models.TextChoices):
        TRUE = "true", "属实"
        PARTLY = "partly", "部分属实"
        UNTRUE = "untrue", "不属实"
        UNCLEAR = "unclear", "无法查实"

    title = models.ForeignKey(Designation, models.PROTECT, related_name="complaints", verbose_name="示范平台")
    recommender = models.ForeignKey(
        Recommender, models.PROTECT, related_name="complaints", verbose_name="承办单位"
    )
    receipt_number = models.CharField("回执编号", max_length=24, unique=True)
    query_code = models.CharField("查询码", max_length=12)
    subject = models.CharField("投诉事项", max_length=60)
    facts = models.TextField("事实与理由")
    complainant_name = PrivateField("投诉人", max_length=60, blank=True)
    complainant_contact = PrivateField("联系方式", max_length=80, blank=True)
    # By its words when it comes in, or by who takes it up: then two persons conclude it.
    alleges_fraud = models.BooleanField("反映弄虚作假", default=False)
    received_at = models.DateTimeField("收到时间")
    due_on = models.DateField("办结期限")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    summary = models.TextField("转办摘要（隐去投诉人信息）", blank=True)
    answer_due_on = models.DateField("平台说明期限", null=True)
    platform_answer = models.TextField("平台说明", blank=True)
    answered_at = models.DateTimeField("平台说明时间", null=True)
    finding = models.CharField("核查结果", max_length=8, choices=Finding.choices, blank=True)
    conclusion = models.TextField("处理结论", blank=True)
    concluded_at = models.DateTimeField("办结时间", null=True)
    state = StateField(
        "状态", default=ComplaintState.RECEIVED, choices=ComplaintState.choices, protected=True
    )

    retained = Retained(("complainant_name", "complainant_contact"), since="concluded_at", years=3)
    objects = ScopedManager()

    class Meta:
        verbose_name = "投诉"
        ordering = ("-received_at",)
        indexes = [models.Index(fields=["state", "due_on"], name="complaint_state_due")]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def sender_contact(self) -> str:
        return self.complainant_contact

    @property
    def audit_root(self):
        return self.title.platform

    @property
    def is_anonymous(self) -> bool:
        return not self.complainant_name

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_COMPLAINTS

    @property
    def answer_is_awaited(self) -> bool:
        return bool(
            self.state == ComplaintState.VERIFYING
            and not self.answered_at
            and self.answer_due_on
            and self.answer_due_on >= clock.today()
        )

    @transition(
        state,
        source=ComplaintState.RECEIVED,
        target=ComplaintState.VERIFYING,
        label="受理",
        consequence="平台收到隐去投诉人信息的摘要，并须作出说明；您成为此件的经办人。",
    )
    def take_up(self, *, by, note, summary: str, answer_due_on, alleges_fraud: bool = False, **facts):
        self.summary, self.handler, self.answer_due_on = summary, by, answer_due_on
        self.alleges_fraud = self.alleges_fraud or alleges_fraud

    @transition(
        state,
        source=ComplaintState.RECEIVED,
        target=ComplaintState.DECLINED,
        label="不予受理",
        note_required=True,
        consequence="投诉人凭查询码看到理由；平台不会收到通知。",
    )
    def decline(self, *, by, note, at, **facts):
        self.conclusion, self.concluded_at, self.handler = note, at, by

    @transition(
        state,
        source=ComplaintState.RECEIVED,
        target=ComplaintState.DECLINED,
        label="弄虚作假投诉不予受理",
        two_person=True,
        note_required=True,
        consequence="投诉人凭查询码看到理由；平台不会收到通知。",
    )
    def decline_fraud(self, *, by, note, **facts):
        self.conclusion, self.concluded_at, self.handler = note, clock.now(), by

    @transition(
        state,
        source=ComplaintState.VERIFYING,
        target=ComplaintState.CONCLUDED,
        label="办结",
        note_required=True,
        consequence="结论答复投诉人，并通知平台；属实的可作为抽查和复核的线索。",
    )
    def conclude(self, *, by, note, at, finding: str, **facts):
        self.conclusion, self.concluded_at, self.finding = note, at, finding

    @transition(
        state,
        source=ComplaintState.VERIFYING,
        target=ComplaintState.CONCLUDED,
        label="弄虚作假投诉办结",
        two_person=True,
        note_required=True,
        consequence="结论答复投诉人，并通知平台；属实的可作为抽查和撤销称号的线索。",
    )
    def conclude_fraud(self, *, by, note, finding: str, **facts):
        self.conclusion, self.concluded_at, self.finding = note, clock.now(), finding


class ComplaintEvidence(models.Model):
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "投诉证据"

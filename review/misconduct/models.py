from __future__ import annotations

from django.db import models

from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from portal.privacy.fields import PrivateField
from portal.privacy.retention import Retained


class ReportState(models.TextChoices):
    RECEIVED = "RECEIVED", "已收到"
    ANSWERED = "ANSWERED", "已答复"
    CLOSED = "CLOSED", "已办结"


class MisconductReport(StatefulModel):
    """Anyone's report of misconduct in the review itself (Art. 17). 纪检's own record: no office reads it."""

    class About(models.TextChoices):
        EXPERT = "expert", "评审专家"
        RECOMMENDER = "recommender", "推荐单位的工作人员"
        MINISTRY = "ministry", "工业和信息化部的工作人员"
        OTHER = "other", "其他人员"

    class Conduct(models.TextChoices):
        MONEY = "money", "索要、收受财物或者接受宴请"
        CONFLICT = "conflict", "应当回避而没有回避"
        LEAK = "leak", "泄露评审情况或者申报材料"
        FAVOUR = "favour", "打招呼、干预评审或者偏袒"
        FORGERY = "forgery", "伪造、篡改材料或者评审记录"
        DELAY = "delay", "刁难、拖延或者不作为"
        OTHER = "other", "其他"

    class Finding(models.TextChoices):
        TRUE = "true", "属实"
        PARTLY = "partly", "部分属实"
        UNTRUE = "untrue", "不属实"
        UNCLEAR = "unclear", "无法查实"
        PASSED_ON = "passed_on", "已移送有权机关"

    receipt_number = models.CharField("回执编号", max_length=24, unique=True)
    query_code = models.CharField("查询码", max_length=12)
    about = models.CharField("被举报人", max_length=12, choices=About.choices)
    conduct = models.CharField("举报事项", max_length=12, choices=Conduct.choices)
    whom = models.CharField("姓名、单位或者所涉平台", max_length=120)
    facts = models.TextField("事实与理由")
    reporter_name = PrivateField("举报人", max_length=60, blank=True)
    reporter_contact = PrivateField("联系方式", max_length=80, blank=True)
    received_at = models.DateTimeField("收到时间")
    due_on = models.DateField("答复期限")
    finding = models.CharField("核查结果", max_length=12, choices=Finding.choices, blank=True)
    answer_words = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    state = StateField("状态", default=ReportState.RECEIVED, choices=ReportState.choices, protected=True)

    retained = Retained(("reporter_name", "reporter_contact"), since="answered_at", years=3)

    objects = ScopedManager()

    class Meta:
        verbose_name = "评审纪律举报"
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def sender_contact(self) -> str:
        return self.reporter_contact

    @property
    def is_open(self) -> bool:
        return self.state == ReportState.RECEIVED

    @transition(
        state,
        source=ReportState.RECEIVED,
        target=ReportState.ANSWERED,
        label="答复",
        note_required=True,
        consequence="举报人凭回执编号和查询码看到核查结果和答复；被举报的人员和各经办单位都不会收到。",
    )
    def answer(self, *, by, note, finding: str, **facts):
        self.answer_words, self.finding, self.answered_at = note, finding, clock.now()

    @transition(
        state,
        source=ReportState.ANSWERED,
        target=ReportState.CLOSED,
        label="办结",
        consequence="举报办结，记录留存，只有纪检监督可以查阅。",
    )
    def close(self, *, by, note, **facts):
        """Nothing but the state changes."""


class MisconductEvidence(models.Model):
    report = models.ForeignKey(MisconductReport, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "举报证据"

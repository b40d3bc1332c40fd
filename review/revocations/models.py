from __future__ import annotations

import json
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from platforms.models import Designation
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from portal.shared import law
from portal.shared.workingdays import date_cn_weekday
from portal.trail.sealing import Sealed
from review.notices.models import Notice
from review.states import OPEN_REVOCATIONS, RevocationState, SurrenderState

S = RevocationState


class Revocation(StatefulModel):
    """撤销称号: evidence, notice to the unit, its statement or a hearing, a decision by two persons, its effects."""

    class Ground(models.TextChoices):
        FRAUD = "fraud", "弄虚作假"
        NOT_FILED = "not_filed", "未按规定办理复核"
        RECTIFICATION = "rectification", "整改不合格"
        SPOT_CHECK = "spot_check", "抽查不合格"

    title = models.ForeignKey(Designation, models.PROTECT, related_name="revocations", verbose_name="称号")
    number = models.CharField("案号", max_length=24, unique=True)
    ground = models.CharField("事由", max_length=16, choices=Ground.choices)
    spot_check = models.ForeignKey(
        "review.SpotCheck", models.PROTECT, null=True, related_name="revocations", verbose_name="来源抽查"
    )
    # Why it was referred, in the words of who referred it; the facts are the officer's own.
    referral = models.TextField("移送意见", blank=True)
    facts = models.TextField("查明的事实", blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("立案时间")
    notified_at = models.DateTimeField("告知时间", null=True)
    statement_due = models.DateField("陈述期限", null=True)
    statement = models.TextField("陈述意见", blank=True)
    stated_at = models.DateTimeField("陈述时间", null=True)
    statement_files = models.ManyToManyField(StoredFile, related_name="+", verbose_name="陈述材料")
    wants_hearing = models.BooleanField("要求听证", default=False)
    hearing_on = models.DateField("听证日期", null=True)
    hearing_at = models.TimeField("听证时间", null=True)
    hearing_place = models.CharField("听证地点", max_length=120, blank=True)
    hearing_record = models.TextField("听证情况", blank=True)
    # Art. 15 reaches the department of the place too: it is heard before its work is suspended.
    department_view = models.TextField("所在地区主管部门意见", blank=True)
    department_viewed_at = models.DateTimeField("意见时间", null=True)
    reason = models.TextField("决定理由", blank=True)
    document_number = models.CharField("决定文号", max_length=64, blank=True)
    decided_on = models.DateField("决定日期", null=True)
    suspends = models.BooleanField("暂停所在地区下一年度申报工作", default=False)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="公告")
    state = StateField("状态", default=S.OPENED, choices=S.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "撤销程序"
        ordering = ("-opened_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(state__in=[str(state) for state in OPEN_REVOCATIONS]),
                name="one_open_revocation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title.platform_name}"

    @property
    def is_fraud(self) -> bool:
        return self.ground == self.Ground.FRAUD

    @property
    def basis(self) -> str:
        return law.SUPERVISION if self.is_fraud else law.REREVIEW

    @property
    def awaits_hearing(self) -> bool:
        return self.state == S.STATED and self.wants_hearing

    @property
    def hearing_words(self) -> str:
        """When and where, as it was told; empty while nothing is arranged."""
        if self.hearing_on is None:
            return ""
        return f"{date_cn_weekday(self.hearing_on)}{self.hearing_at:%H:%M}，{self.hearing_place}"

    @transition(
        state,
        source=S.OPENED,
        target=S.NOTIFIED,
        label="告知平台",
        consequence="平台收到事由、事实和证据清单，可在期限内陈述意见或者要求听证。",
    )
    def notify(self, *, by, note, due_on, **facts):
        self.notified_at, self.statement_due = clock.now(), due_on

    @transition(
        state,
        source=S.NOTIFIED,
        target=S.STATED,
        label="陈述意见",
        note_required=True,
        consequence="陈述意见提交后不能修改。",
    )
    def state_case(self, *, by, note, wants_hearing: bool = False, **facts):
        self.statement, self.stated_at, self.wants_hearing = note, clock.now(), wants_hearing

    @transition(state, source=S.STATED, target=S.HEARD, label="记录听证", note_required=True)
    def hold_hearing(self, *, by, note, **facts):
        self.hearing_record = note

    @transition(
        state,
        source=(S.NOTIFIED, S.STATED, S.HEARD),
        target=S.DECIDED,
        label="决定撤销称号",
        two_person=True,
        note_required=True,
        consequence="审签后两项后果同时生效，并发布公告。",
    )
    def decide(self, *, by, note, suspend: bool = False, document_number: str = "", **facts):
        self.reason, self.document_number, self.suspends = note, document_number, suspend
        self.decided_on = clock.today()

    @transition(
        state,
        source=OPEN_REVOCATIONS,
        target=S.DROPPED,
        label="不予撤销",
        note_required=True,
        consequence="程序终止，称号不变，平台收到理由。",
    )
    def drop(self, *, by, note, **facts):
        self.reason, self.decided_on = note, clock.today()


class RevocationEvidence(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revocation = models.ForeignKey(Revocation, models.PROTECT, related_name="evidence")
    words = models.CharField("证明内容", max_length=300)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "撤销证据"
        ordering = ("added_at",)

    def __str__(self) -> str:
        return self.words


class CasePaper(models.Model):
    """A paper that was served in a case: its text as plain data, from which PDF and Word are made alike."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "事先告知书"
        HEARING = "hearing", "听证通知书"
        DECISION = "decision", "决定书"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revocation = models.ForeignKey(Revocation, models.PROTECT, related_name="papers")
    kind = models.CharField("文书", max_length=8, choices=Kind.choices)
    body = models.TextField("正文（规范文本）")
    digest = models.CharField("SHA-256", max_length=64)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("签发时间")
    sealed = Sealed()

    class Meta:
        verbose_name = "撤销文书"
        ordering = ("issued_at",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.revocation.number}"

    @property
    def content(self) -> dict:
        return json.loads(self.body)


class Surrender(StatefulModel):
    """A platform gives its title up (放弃称号); the ministry accepts, so that nobody slips out of a revocation."""

    title = models.ForeignKey(Designation, models.PROTECT, related_name="surrenders", verbose_name="称号")
    reason = models.TextField("放弃理由")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    answer = models.TextField("办理意见", blank=True)
    answered_on = models.DateField("办理日期", null=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="公告")
    state = StateField("状态", default=SurrenderState.ASKED, choices=SurrenderState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "放弃称号"
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(fields=["title"], condition=Q(state="ASKED"), name="one_open_surrender")
        ]

    def __str__(self) -> str:
        return f"{self.title.platform_name}放弃称号"

    @transition(
        state,
        source=SurrenderState.ASKED,
        target=SurrenderState.ACCEPTED,
        label="同意放弃称号",
        two_person=True,
        note_required=True,
        consequence="称号终止，证书核验立即显示，并发布公告。",
    )
    def accept(self, *, by, note, **facts):
        self.answer, self.answered_on = note, clock.today()

    @transition(
        state, source=SurrenderState.ASKED, target=SurrenderState.DECLINED, label="不同意", note_required=True
    )
    def decline(self, *, by, note, **facts):
        self.answer, self.answered_on = note, clock.today()

    @transition(state, source=SurrenderState.ASKED, target=SurrenderState.RECALLED, label="撤回申请")
    def recall(self, *, by, note, **facts):
        self.answer, self.answered_on = note, clock.today()

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Application, Cycle
from platforms.models import Designation
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from review.states import OPEN_RECTIFICATIONS, DeferralState, RectificationState

S = RectificationState


class Rectification(StatefulModel):
    """整改 of one title: ordered by a re-review or a spot check, reported, checked again, concluded."""

    title = models.ForeignKey(Designation, models.PROTECT, related_name="rectifications", verbose_name="称号")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="rectifications", verbose_name="复核"
    )
    spot_check = models.ForeignKey(
        "review.SpotCheck", models.PROTECT, null=True, related_name="rectifications", verbose_name="抽查"
    )
    requirements = models.TextField("整改要求")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ordered_on = models.DateField("责令日期")
    due_on = models.DateField("整改期限")
    report = models.TextField("整改报告", blank=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField("报告时间", null=True)
    check_words = models.TextField("省级核查情况", blank=True)
    check_passed = models.BooleanField("省级核查意见", null=True)
    checked_at = models.DateTimeField("核查时间", null=True)
    conclusion = models.TextField("结论", blank=True)
    concluded_on = models.DateField("结论日期", null=True)
    state = StateField("状态", default=S.ORDERED, choices=S.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "整改"
        ordering = ("-ordered_on",)
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(state__in=[str(state) for state in OPEN_RECTIFICATIONS]),
                name="one_open_rectification",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title.platform_name}整改"

    @property
    def is_overdue(self) -> bool:
        return self.state == S.ORDERED and clock.today() > self.due_on

    @transition(state, source=S.ORDERED, target=S.REPORTED, label="提交整改报告")
    def report_done(self, *, by, note, proof=None, **facts):
        self.report, self.proof, self.reported_at = note, proof, clock.now()

    @transition(
        state,
        source=S.REPORTED,
        target=S.ORDERED,
        label="退回继续整改",
        note_required=True,
        consequence="平台须在原期限内重新提交整改报告。",
    )
    def send_back(self, *, by, note, **facts):
        self.check_words = note

    @transition(
        state,
        source=S.REPORTED,
        target=S.CHECKED,
        label="填写核查意见",
        note_required=True,
        consequence="核查意见报工业和信息化部，由其作出结论。",
    )
    def check_again(self, *, by, note, passed: bool, **facts):
        self.check_words, self.check_passed, self.checked_at = note, passed, clock.now()

    @transition(
        state,
        source=S.CHECKED,
        target=S.ACCEPTED,
        label="认可整改",
        two_person=True,
        consequence="称号恢复为“有效”，平台和推荐单位收到通知。",
    )
    def accept(self, *, by, note, **facts):
        self.conclusion, self.concluded_on = note, clock.today()

    @transition(
        state,
        source=OPEN_RECTIFICATIONS,
        target=S.REFERRED,
        label="整改不合格，移送",
        note_required=True,
        consequence="启动撤销程序：核查取证、告知平台、听取陈述后，由两人作出决定。",
    )
    def refer(self, *, by, note, **facts):
        self.conclusion, self.concluded_on = note, clock.today()

    @transition(state, source=OPEN_RECTIFICATIONS, target=S.CANCELLED, label="称号终止，整改终止")
    def cancel(self, *, by, note, **facts):
        self.conclusion, self.concluded_on = note, clock.today()


class Deferral(StatefulModel):
    """The ministry's decision that a re-review is made up later in the same round, until a day and with the reason."""

    title = models.ForeignKey(Designation, models.PROTECT, related_name="deferrals")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="deferrals")
    until = models.DateField("补办期限")
    reason = models.TextField("理由")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("决定日期", null=True)
    state = StateField("状态", default=DeferralState.PROPOSED, choices=DeferralState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "准予补办复核"
        constraints = [models.UniqueConstraint(fields=["title", "cycle"], name="one_deferral_per_round")]

    def __str__(self) -> str:
        return f"{self.title.platform_name}补办 {self.cycle.year} 年度复核"

    @property
    def audit_root(self) -> Designation:
        return self.title

    @transition(
        state,
        source=DeferralState.PROPOSED,
        target=DeferralState.GRANTED,
        label="准予补办复核",
        two_person=True,
        note_required=True,
        consequence="平台可以在补办期限前提交本年度复核；期满未提交的，按未提交办理；平台和推荐单位收到通知。",
    )
    def grant(self, *, by, note, **facts):
        self.reason, self.decided_by, self.decided_on = note, by, clock.today()

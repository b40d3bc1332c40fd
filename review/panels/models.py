from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.models import Application
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.trail.sealing import Sealed
from review.experts.models import Expert
from review.states import AT_WORK, AssignmentState


class Assignment(StatefulModel):
    """One expert on one dossier. The row is the grant: it opens the file after the conflict declaration."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField("分派时间")
    due_on = models.DateField("评分截止")
    state = StateField(
        "状态", default=AssignmentState.ASSIGNED, choices=AssignmentState.choices, protected=True
    )
    declared_at = models.DateTimeField("声明时间", null=True)
    recusal_reason = models.TextField("回避理由", blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # {dimension code: {"score": number, "reason": words}}
    sheet = models.JSONField("评分表", default=dict)
    comment = models.TextField("总体意见", blank=True)
    total = models.DecimalField("总分", max_digits=5, decimal_places=2, null=True)
    handed_in_at = models.DateTimeField("提交时间", null=True)
    reminded_on = models.DateField("催办日期", null=True)
    version = models.PositiveIntegerField("版本", default=0)
    sealed = Sealed(
        only=("id", "application", "expert", "assigned_by", "assigned_at", "replaces"),
        in_state={"HANDED_IN": ("sheet", "comment", "total", "handed_in_at")},
    )

    objects = ScopedManager()

    class Meta:
        verbose_name = "评审任务"
        ordering = ("assigned_at",)
        constraints = [
            models.UniqueConstraint(fields=["application", "expert"], name="one_assignment_per_expert")
        ]
        # Sheets are wide: how far the panels of a year are is read here, without them.
        indexes = [
            models.Index(fields=["application"], include=["state", "total"], name="assignment_standing")
        ]

    def __str__(self) -> str:
        return f"{self.expert} · {self.application}"

    @property
    def audit_root(self) -> Application:
        return self.application

    @transition(
        state,
        source=AssignmentState.ASSIGNED,
        target=AssignmentState.SCORING,
        label="声明无利益关系并开始评审",
    )
    def declare(self, *, by, note, **facts):
        self.declared_at = clock.now()

    @transition(state, source=AT_WORK, target=AssignmentState.RECUSED, label="声明回避", note_required=True)
    def recuse(self, *, by, note, **facts):
        self.declared_at = clock.now()
        self.recusal_reason = note

    @transition(
        state,
        source=AssignmentState.SCORING,
        target=AssignmentState.HANDED_IN,
        label="提交评分",
        consequence="提交后评分锁定，材料不再对您开放；如需修改，由组织者退回。",
    )
    def hand_in(self, *, by, note, total, **facts):
        self.total = total
        self.handed_in_at = clock.now()

    @transition(
        state,
        source=AssignmentState.HANDED_IN,
        target=AssignmentState.SCORING,
        label="退回重评",
        note_required=True,
    )
    def reopen(self, *, by, note, **facts):
        self.total = None
        self.handed_in_at = None

    @transition(state, source=AT_WORK, target=AssignmentState.RELEASED, label="解除分派", note_required=True)
    def release(self, *, by, note, **facts):
        """The organiser takes an expert off a panel, who then no longer reaches the file."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from applications.corrections.reasons import CORRECTION
from applications.dossiers.models import Application
from applications.states import CorrectionState
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.shared import law


class Stage(models.TextChoices):
    RECOMMENDER = "recommender", "推荐单位"
    MINISTRY = "ministry", "工业和信息化部"


class CorrectionRequest(StatefulModel):
    """One notice that names everything to be mended at once (一次性告知), by the recommender or the ministry.

    `items` is [{"code": material code, "reason": reason code, "words": free text}, …]; only these are unlocked.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="corrections")
    stage = models.CharField("提出方", max_length=12, choices=Stage.choices)
    items = models.JSONField("补正事项")
    words = models.TextField("总体说明", blank=True)
    unmet = models.JSONField(f"提出时{law.CONDITIONS}没有满足的条件", default=list, editable=False)
    due_on = models.DateField("补正期限")
    # Nobody, when a file that was received in time did not pass its check.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    reply = models.TextField("答复说明", blank=True)
    answers = models.JSONField("逐项答复", default=dict)  # material code → the unit's words
    state = StateField("状态", default=CorrectionState.OPEN, choices=CorrectionState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "补正通知"
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(state="OPEN"), name="one_open_correction"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}补正通知"

    @property
    def audit_root(self) -> Application:
        return self.application

    @property
    def codes(self) -> set[str]:
        """The materials that are unlocked."""
        return {item["code"] for item in self.items}

    @property
    def lines(self) -> list[dict]:
        """The items as a reader sees them: the material's title, the reason in words, the free words."""
        reasons = dict(CORRECTION)
        return [
            {
                "title": f"{spec.ordinal}{spec.short_title}",
                "reason_words": reasons.get(item["reason"], ""),
                "words": item["words"],
                "answer": self.answers.get(item["code"], ""),
            }
            for item in self.items
            for spec in [self.application.spec(item["code"])]
        ]

    @transition(state, source=CorrectionState.OPEN, target=CorrectionState.ANSWERED, label="答复补正")
    def answer(self, *, by, note, at, answers=None, **facts):
        self.answered_at, self.reply, self.answers = at, note, answers or {}

    @transition(state, source=CorrectionState.OPEN, target=CorrectionState.CANCELLED, label="终止补正")
    def cancel(self, *, by, note, **facts):
        """The dossier ended (withdrawn, refused, lapsed) while the answer was still due."""


class Finding(models.Model):
    """An officer's mark on one material: present (齐), missing (缺) or doubtful (疑), with words."""

    class Verdict(models.TextChoices):
        OK = "ok", "齐"
        MISSING = "missing", "缺"
        DOUBT = "doubt", "疑"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="findings")
    stage = models.CharField("阶段", max_length=12, choices=Stage.choices)
    code = models.CharField("材料", max_length=24)
    verdict = models.CharField("核对", max_length=8, choices=Verdict.choices)
    reason = models.CharField("理由代码", max_length=40, blank=True)
    words = models.TextField("说明", blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField("时间")

    objects = ScopedManager()

    class Meta:
        verbose_name = "材料核对"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "stage", "code"], name="one_finding_per_stage_and_material"
            )
        ]

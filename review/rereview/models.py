from __future__ import annotations

import json
import uuid

from django.conf import settings
from django.db import models

from applications.models import Application, Cycle
from platforms.models import Designation
from portal.kernel import clock
from portal.kernel.permissions import ScopedManager
from portal.models import StoredFile
from portal.trail.sealing import Sealed


class FailingNotice(models.Model):
    """拟不合格告知 (Art. 14): the letter with reasons and a term that comes before a failing is public, and its answer.

    Of a re-review it follows the proposal; of one that was never filed it comes first, and lets the dossier be opened.
    """

    class Kind(models.TextChoices):
        REVIEW = "review", "复核拟定不合格"
        UNFILED = "unfiled", "未按规定提交复核"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("事由", max_length=8, choices=Kind.choices)
    title = models.ForeignKey(Designation, models.PROTECT, related_name="failing_notices")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="failing_notices")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="failing_notices")
    reasons = models.TextField("理由")
    body = models.TextField("告知书（规范文本）")
    digest = models.CharField("SHA-256", max_length=64)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told_at = models.DateTimeField("告知时间")
    answer_due = models.DateField("陈述期限")
    answer = models.TextField("陈述意见", blank=True)
    answer_files = models.ManyToManyField(StoredFile, related_name="+", verbose_name="陈述材料")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("陈述时间", null=True)
    sealed = Sealed(but=("application", "answer"), once=("answered_by", "answered_at"))

    objects = ScopedManager()

    class Meta:
        verbose_name = "拟不合格告知"
        ordering = ("-told_at",)

    def __str__(self) -> str:
        return f"拟不合格告知：{self.title.platform_name}"

    @property
    def content(self) -> dict:
        return json.loads(self.body)

    @property
    def may_answer(self) -> bool:
        return self.answered_at is None and clock.today() <= self.answer_due

    @property
    def is_ripe(self) -> bool:
        """Heard, or the term is over: what it announces may go on."""
        return not self.may_answer

    def get_state_display(self) -> str:
        if self.answered_at:
            return "已陈述"
        return "待陈述" if self.may_answer else "期满未陈述"

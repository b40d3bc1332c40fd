from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.dossiers.models import Application
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition


class DoubtState(models.TextChoices):
    RECEIVED = "RECEIVED", "已收到"
    ANSWERED = "ANSWERED", "已答复"
    CLOSED = "CLOSED", "已办结"


class ReadingDoubt(StatefulModel):
    """A unit doubts that an opening of its files was in order (Art. 17). 纪检's own record: no office reads it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="doubts", verbose_name="申报")
    line = models.CharField("疑问所指的打开记录", max_length=300)
    words = models.TextField("疑问", max_length=2000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间")
    answer_words = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    state = StateField("状态", default=DoubtState.RECEIVED, choices=DoubtState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "查阅疑问"
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.application.platform.name}：{self.line}"[:200]

    @transition(
        state,
        source=DoubtState.RECEIVED,
        target=DoubtState.ANSWERED,
        label="答复",
        note_required=True,
        consequence="答复发给提出疑问的单位；推荐单位和工业和信息化部不会收到。",
    )
    def answer(self, *, by, note, **facts):
        self.answer_words, self.answered_at = note, clock.now()

    @transition(
        state,
        source=DoubtState.ANSWERED,
        target=DoubtState.CLOSED,
        label="办结",
        consequence="疑问办结，记录留存，只有纪检监督可以查阅。",
    )
    def close(self, *, by, note, **facts):
        """Nothing but the state changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.models import Application
from portal.trail.sealing import Sealed


class Moderation(models.Model):
    """What was done about sheets that lie far apart, and why; without one the review can't be concluded."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "维持各专家评分"
        REOPENED = "reopened", "退回相关专家重评"
        ENLARGED = "enlarged", "增派专家"

    application = models.ForeignKey(Application, models.PROTECT, related_name="moderations")
    outcome = models.CharField("处理", max_length=10, choices=Outcome.choices)
    reason = models.TextField("理由")
    spread = models.DecimalField("当时分差", max_digits=5, decimal_places=2)
    moderated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moderated_at = models.DateTimeField("时间")
    sealed = Sealed()

    class Meta:
        verbose_name = "分差复议"
        ordering = ("-moderated_at",)

    def __str__(self) -> str:
        return f"{self.application} {self.get_outcome_display()}"

    @property
    def audit_root(self) -> Application:
        return self.application

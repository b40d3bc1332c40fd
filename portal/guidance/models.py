from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from portal.kernel.permissions import ScopedManager


class Interpretation(models.Model):
    """A dated interpretation of an article by the ministry (Art. 20), shown at the article."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.PositiveSmallIntegerField("条")
    item = models.CharField("项", max_length=4, blank=True, help_text="如“三”；解释整条时留空")
    question = models.CharField("问题", max_length=200)
    answer = models.TextField("解释")
    issued_on = models.DateField("解释日期")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发布人"
    )

    objects = ScopedManager()

    class Meta:
        verbose_name = "条文解释"
        ordering = ("article", "item", "issued_on")

    def __str__(self) -> str:
        return self.question

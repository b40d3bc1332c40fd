from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from platforms.functions import Function
from platforms.models import Recommender
from portal.permissions import ScopedManager


class Expert(models.Model):
    """A person in the review pool, with what conflicts of interest are computed from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="expert")
    employer = models.CharField("工作单位", max_length=100)
    employer_uscc = models.CharField("工作单位信用代码", max_length=18, blank=True)
    past_usccs = ArrayField(
        models.CharField(max_length=18), verbose_name="曾任职单位信用代码", default=list, blank=True
    )
    jurisdiction = models.ForeignKey(
        Recommender, models.PROTECT, null=True, related_name="+", verbose_name="所在地区"
    )
    professional_title = models.CharField("职称", max_length=40, blank=True)
    functions = ArrayField(
        models.CharField(max_length=16, choices=Function.choices), verbose_name="熟悉的服务功能"
    )
    is_available = models.BooleanField("可参加评审", default=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "评审专家"
        ordering = ("user__name",)

    def __str__(self) -> str:
        return self.user.name

    @property
    def function_labels(self) -> list[str]:
        labels = dict(Function.choices)
        return [labels[code] for code in self.functions]

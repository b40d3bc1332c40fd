from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from platforms.imports.taken_back import STANDING, TakenBack, manager
from platforms.organisations.models.platform import Platform
from platforms.recommenders.models import Recommender


class SupportRecord(TakenBack):
    """Support given to a platform by the ministry (Art. 16) or a province (Art. 18). Voided, never deleted."""

    class Kind(models.TextChoices):
        FUNDS = "funds", "资金"
        PROJECT = "project", "项目"
        TAX = "tax", "税收"
        OTHER = "other", "其他措施"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="supports", verbose_name="示范平台")
    giver = models.ForeignKey(
        Recommender, models.PROTECT, null=True, related_name="supports", verbose_name="扶持单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("扶持方式", max_length=8, choices=Kind.choices)
    name = models.CharField("扶持内容", max_length=120)
    amount = models.DecimalField(
        "金额（万元）", max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)], help_text="不涉及金额的留空",
    )  # fmt: skip
    document = models.CharField("依据文件", max_length=120, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("登记时间")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    objects = manager(STANDING)

    class Meta:
        verbose_name = "扶持记录"
        ordering = ("-year", "-entered_at", "pk")
        indexes = [models.Index(fields=["year", "giver"], name="support_year_giver")]

    def __str__(self) -> str:
        return f"{self.platform.name} {self.year} {self.name}"

    @property
    def audit_root(self):
        return self.platform

    @property
    def giver_name(self) -> str:
        return self.giver.name if self.giver_id else "工业和信息化部"

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from platforms.imports.taken_back import STANDING, TakenBack, manager
from platforms.organisations.models.platform import Platform
from platforms.recommenders.models import Recommender
from portal.kernel import clock
from portal.kernel.permissions import ScopedManager


class SupportKind(models.TextChoices):
    FUNDS = "funds", "资金"
    PROJECT = "project", "项目"
    TAX = "tax", "税收"
    OTHER = "other", "其他措施"


class SupportPlan(models.Model):
    """One programme of support: the call, whom it is for, what is meant to be given, and what came of it.

    The list and the sum are its records. A plan of the ministry (Art. 16) has no giver, like its records.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(
        Recommender, models.PROTECT, null=True, related_name="support_plans", verbose_name="扶持单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("计划名称", max_length=120)
    kind = models.CharField("扶持方式", max_length=8, choices=SupportKind.choices)
    document = models.CharField("通知文号", max_length=120)
    called_on = models.DateField("通知日期")
    closes_on = models.DateField("征集截止", null=True, blank=True, help_text="不征集、直接安排的不填")
    terms = models.TextField("扶持对象和条件", max_length=2000, help_text="示范平台在“得到的扶持”中看到")
    planned = models.DecimalField(
        "计划金额（万元）",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="不涉及金额的留空",
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("登记时间")
    result = models.TextField("结果", blank=True)
    closed_at = models.DateTimeField("办结时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "扶持计划"
        ordering = ("-year", "-called_on", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "year", "name"], name="one_support_plan_a_year", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} 年度“{self.name}”"

    @property
    def giver_name(self) -> str:
        return self.giver.name if self.giver_id else "工业和信息化部"

    @property
    def status(self) -> str:
        if self.closed_at:
            return "已办结"
        return "征集中" if self.closes_on and self.closes_on >= clock.today() else "安排中"


class SupportRecord(TakenBack):
    """Support given to a platform by the ministry (Art. 16) or a province (Art. 18). Voided, never deleted."""

    Kind = SupportKind

    class Level(models.TextChoices):
        NATIONAL = "national", "国家级"
        PROVINCIAL = "provincial", "省级"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="supports", verbose_name="示范平台")
    giver = models.ForeignKey(
        Recommender, models.PROTECT, null=True, related_name="supports", verbose_name="扶持单位"
    )
    plan = models.ForeignKey(
        SupportPlan, models.PROTECT, null=True, blank=True, related_name="records", verbose_name="扶持计划"
    )
    level = models.CharField("称号", max_length=10, choices=Level.choices)
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("扶持方式", max_length=8, choices=SupportKind.choices)
    name = models.CharField("扶持内容", max_length=120)
    amount = models.DecimalField(
        "金额（万元）",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="不涉及金额的留空",
    )
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

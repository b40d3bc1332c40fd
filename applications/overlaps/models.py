from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from applications.dossiers.models import Application
from applications.overlaps.rules import BY_CODE, RULES
from portal.kernel.permissions import ScopedManager


class Overlap(models.Model):
    """Something that two filed dossiers share and that a person should ask about (see applications.overlaps).

    `application` is the one that was filed later. An officer's answer stays when the rules run again.
    """

    class Answer(models.TextChoices):
        EXPLAINED = "explained", "情况合理"
        TO_CORRECT = "to_correct", "需要补正说明"
        SUSPECT = "suspect", "涉嫌不实"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="overlaps", verbose_name="本件")
    other = models.ForeignKey(Application, models.PROTECT, related_name="overlapped", verbose_name="对方")
    rule = models.CharField("规则", max_length=16, choices=[(rule.name, rule.label) for rule in RULES])
    material = models.CharField("材料", max_length=24)
    count = models.PositiveIntegerField("数量")
    share = models.PositiveSmallIntegerField("占比（%）")
    sample = models.JSONField("举例", default=list)
    found_at = models.DateTimeField("发现时间")
    answer = models.CharField("核查结论", max_length=12, choices=Answer.choices, blank=True)
    words = models.CharField("核查说明", max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("核查时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "查重结果"
        ordering = ("-found_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["application", "other", "rule", "material"], name="one_overlap_per_pair_and_rule"
            )
        ]
        indexes = [models.Index(fields=["other"], name="overlap_other")]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}：{self.application}与{self.other}"

    @property
    def audit_root(self) -> Application:
        return self.application

    @property
    def question(self) -> str:
        return BY_CODE[self.rule].question

    @property
    def words_in_part(self) -> str:
        """What is told to an office that reads one side only: of one unit, by another recommender."""
        return f"申报单位经其他推荐单位提交的另一件申报与本件有 {self.amount}相同，其内容不在此显示。{self.question}"

    @property
    def amount(self) -> str:
        return f"{self.count} {BY_CODE[self.rule].unit}"

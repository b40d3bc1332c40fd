from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from applications.cycles.models import Cycle
from applications.dossiers.models import Application
from applications.editions.evaluating import PARTS, Item
from platforms.models import Recommender
from portal.kernel.permissions import ScopedManager
from portal.models import StoredFile


class Evaluation(models.Model):
    """The recommender's evaluation in the three parts of Art. 7; for a re-review, Part II of Annex 3 (Art. 14)."""

    class Grade(models.TextChoices):
        MEETS = "meets", "符合"
        MOSTLY = "mostly", "基本符合"
        FAILS = "fails", "不符合"

    class Opinion(models.TextChoices):
        PASS = "pass", "合格"
        FAIL = "fail", "不合格"

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="evaluation"
    )
    operation_grade = models.CharField("运营情况", max_length=8, choices=Grade.choices, blank=True)
    operation_score = models.DecimalField(
        "运营情况得分", max_digits=5, decimal_places=2, null=True, blank=True
    )
    operation_note = models.TextField("运营情况说明", blank=True)
    performance_grade = models.CharField("服务业绩", max_length=8, choices=Grade.choices, blank=True)
    performance_score = models.DecimalField(
        "服务业绩得分", max_digits=5, decimal_places=2, null=True, blank=True
    )
    performance_note = models.TextField("服务业绩说明", blank=True)
    demonstration_grade = models.CharField("示范性", max_length=8, choices=Grade.choices, blank=True)
    demonstration_score = models.DecimalField(
        "示范性得分", max_digits=5, decimal_places=2, null=True, blank=True
    )
    demonstration_note = models.TextField("示范性说明", blank=True)
    sheet = models.JSONField("逐项评分", default=dict, blank=True)
    methods = ArrayField(models.CharField(max_length=12), verbose_name="测评方式", default=list, blank=True)
    evaluated_on = models.DateField("测评日期", null=True, blank=True)
    evaluators = models.CharField("测评人员", max_length=200, blank=True)
    opinion = models.CharField("测评意见", max_length=8, choices=Opinion.choices, blank=True)
    problems = models.TextField("存在问题与整改要求", blank=True)
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="测评经办人"
    )
    completed_at = models.DateTimeField("完成时间", null=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = "省级测评"

    def __str__(self) -> str:
        return f"{self.application}测评"

    @property
    def audit_root(self) -> Application:
        return self.application


class EvaluationItem(models.Model):
    """An item that one recommender adds to the cycle's rubric for its own evaluations."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="own_items")
    recommender = models.ForeignKey(Recommender, models.PROTECT, related_name="evaluation_items")
    part = models.CharField("部分", max_length=16, choices=PARTS)
    name = models.CharField("测评项目", max_length=40)
    points = models.PositiveSmallIntegerField("分值")
    guide = models.CharField("测评要点", max_length=200, blank=True)
    is_retired = models.BooleanField("已停用", default=False)

    objects = ScopedManager()

    class Meta:
        verbose_name = "自设测评项目"
        ordering = ("part", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "recommender", "part", "name"], name="one_own_item_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def as_item(self) -> Item:
        return Item(f"own-{self.pk.hex[:12]}", self.part, self.name, self.points, self.guide, own=True)


class SiteVisit(models.Model):
    """A visit on site (现场核查): when, where, who was there, what was seen; photos and the signed sheet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    visited_on = models.DateField("核查日期")
    place = models.CharField("核查地点", max_length=120)
    inspectors = models.CharField("核查人员", max_length=200)
    received_by = models.CharField("申报单位在场人员", max_length=200)
    seen = models.TextField("核查情况")
    conclusion = models.CharField("核查结论", max_length=8, choices=Evaluation.Grade.choices)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("记录时间")

    objects = ScopedManager()

    class Meta:
        verbose_name = "现场核查"
        ordering = ("visited_on", "recorded_at")

    def __str__(self) -> str:
        return f"{self.application}现场核查"

    @property
    def audit_root(self) -> Application:
        return self.application


class VisitFile(models.Model):
    """A photo of the visit, or the sheet that those present have signed."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "照片"
        SIGNED = "signed", "在场人员签字表"

    visit = models.ForeignKey(SiteVisit, models.PROTECT, related_name="files")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "现场核查附件"
        ordering = ("kind", "pk")


class Relaxation(models.Model):
    """A condition of Art. 5 (一)(三)(四) relaxed under (八) by a person: which, why, on what proof."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="relaxations")
    criterion = models.CharField("条件", max_length=40)
    reason = models.TextField("理由")
    area = models.CharField("老少边穷地区依据", max_length=120)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("时间")

    objects = ScopedManager()

    class Meta:
        verbose_name = "放宽条件"
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="one_relaxation_per_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.application}放宽{self.criterion}"

    @property
    def audit_root(self) -> Application:
        return self.application

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from applications.dossiers.models import Application
from platforms.models import Organisation
from portal.kernel import clock
from portal.kernel.permissions import ScopedManager
from portal.models import StoredFile
from portal.trail.sealing import Sealed


class Submission(models.Model):
    """What was filed: an immutable manifest of every material's digest with the declaration of truth.

    A correction or a supplement is a further submission; "received on" never changes afterwards.
    """

    class Kind(models.TextChoices):
        FIRST = "first", "首次提交"
        CORRECTION = "correction", "省级补正"
        SUPPLEMENT = "supplement", "部级补正"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    sequence = models.PositiveSmallIntegerField("次序")
    receipt_number = models.CharField("回执编号", max_length=32, unique=True)
    received_at = models.DateTimeField("服务器收到时间")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declarant_name = models.CharField("声明人", max_length=40)
    declarant_title = models.CharField("声明人职务", max_length=40)
    declaration = models.TextField("声明内容")
    explanation = models.TextField("对不一致之处的说明", blank=True)
    manifest = models.TextField("材料清单（规范文本）")
    report = models.JSONField("申请报告内容", default=dict)
    sha256 = models.CharField("SHA-256", max_length=64)
    sm3 = models.CharField("SM3", max_length=64)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    sealed = Sealed(once=("pdf",))

    objects = ScopedManager()

    class Meta:
        verbose_name = "提交"
        ordering = ("sequence",)
        constraints = [
            models.UniqueConstraint(fields=["application", "sequence"], name="one_submission_per_sequence")
        ]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def kind_words(self) -> str:
        return self.application.words_of(self)

    @property
    def came_late(self) -> bool:
        """A first filing after the year's deadline, which somebody has admitted."""
        until = clock.end_of(self.application.cycle.filing_until)
        return self.kind == self.Kind.FIRST and self.received_at >= until

    @property
    def audit_root(self) -> Application:
        return self.application


class HandOver(models.Model):
    """Who has filled in asks who may sign to look and submit, with words; it is done when that submission is made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="hand_overs")
    sequence = models.PositiveSmallIntegerField("提请的提交次序")
    words = models.CharField("留言", max_length=500, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提请时间")

    objects = ScopedManager()

    class Meta:
        verbose_name = "提请提交"
        ordering = ("asked_at",)

    def __str__(self) -> str:
        return f"{self.asked_by}提请提交{self.application}"

    @property
    def audit_root(self) -> Application:
        return self.application


class Authorisation(models.Model):
    """授权书: the paper on which one named person declares for a unit. Given once per person, kept for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="authorisations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField("负责人", max_length=40)
    title = models.CharField("职务", max_length=40, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField("上传时间")

    objects = ScopedManager()

    class Meta:
        verbose_name = "授权书"
        ordering = ("given_at",)

    def __str__(self) -> str:
        return f"{self.organisation.name}授权{self.name}"

    @property
    def audit_root(self) -> Organisation:
        return self.organisation

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from applications.cycles.models import Cycle
from applications.dossiers.models import Application
from applications.states import REPORTED_AS, Procedure
from platforms.models import Recommender
from portal.kernel.permissions import ScopedManager
from portal.models import StoredFile
from portal.trail.sealing import Sealed


class Recommendation(models.Model):
    """The recommendation form (Annex 1, Art. 7): what the recommender writes; the rest comes from the dossier."""

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="recommendation"
    )
    demonstration = models.TextField("示范性表述", blank=True)
    opinion = models.TextField("推荐意见", blank=True)
    commended = models.BooleanField("获省级表彰", default=False)
    recognised = models.BooleanField("获省级（协会）认定", default=False)
    recognition_document = models.CharField("认定或表彰文号", max_length=100, blank=True)
    special_slot = models.CharField("不占名额的专项", max_length=60, blank=True)
    special_ground = models.CharField(
        "专项所在城市或者园区", max_length=60, blank=True, help_text="每个城市或者园区只推荐 1 家"
    )
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField("签发时间", null=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = "推荐表"

    def __str__(self) -> str:
        return f"{self.application}推荐表"

    @property
    def audit_root(self) -> Application:
        return self.application


class Reporting(models.Model):
    """One act of reporting (报送): a recommender's list of one procedure sent to the ministry as a whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="reportings")
    recommender = models.ForeignKey(Recommender, models.PROTECT, related_name="reportings")
    procedure = models.CharField("事项", max_length=12, choices=Procedure.choices)
    document_number = models.CharField("文号", max_length=64)
    document_date = models.DateField("文件日期")
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    receipt_number = models.CharField("报送回执编号", max_length=32, unique=True)
    manifest = models.TextField("名单（规范文本）")
    sha256 = models.CharField("SHA-256", max_length=64)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField("报送时间")
    sealed = Sealed(once=("document",))

    objects = ScopedManager()

    class Meta:
        verbose_name = "报送"
        ordering = ("-reported_at",)

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def list_name(self) -> str:
        return REPORTED_AS[self.procedure][0]

    @property
    def letter_name(self) -> str:
        return REPORTED_AS[self.procedure][1]

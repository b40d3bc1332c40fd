from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from platforms.functions import Function, labels_of
from platforms.models import Recommender
from portal.kernel import clock
from portal.kernel.permissions import ScopedManager
from portal.trail.sealing import Sealed


class Expert(models.Model):
    """A person in the review pool, with what conflicts of interest are computed from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="expert")
    employer = models.CharField("工作单位", max_length=100)
    employer_uscc = models.CharField("工作单位信用代码", max_length=18, blank=True)
    past_usccs = ArrayField(
        models.CharField(max_length=18), verbose_name="曾任职单位信用代码", default=list, blank=True
    )
    past_employers = ArrayField(
        models.CharField(max_length=100), verbose_name="曾任职单位", default=list, blank=True
    )
    # Holdings, near relatives, joint projects: declared ahead of any dossier.
    declared_units = ArrayField(
        models.CharField(max_length=100), verbose_name="申报的利益关系单位", default=list, blank=True
    )
    jurisdiction = models.ForeignKey(
        Recommender, models.PROTECT, null=True, related_name="+", verbose_name="所在地区"
    )
    professional_title = models.CharField("职称", max_length=40, blank=True)
    functions = ArrayField(
        models.CharField(max_length=16, choices=Function.choices), verbose_name="熟悉的服务功能"
    )
    preferred = ArrayField(
        models.CharField(max_length=16, choices=Function.choices),
        verbose_name="希望优先评审的服务功能",
        default=list,
        blank=True,
    )
    is_available = models.BooleanField("可参加评审", default=True)
    away_from = models.DateField("不能参加自", null=True, blank=True)
    away_until = models.DateField("不能参加至", null=True, blank=True)
    asked_on = models.DateField("上次请其核对名单", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "评审专家"
        ordering = ("user__name",)

    def __str__(self) -> str:
        return self.user.name

    def is_free(self, first: date, last: date) -> bool:
        """Whether the expert takes part and is not away on any of the days."""
        away = self.away_from and self.away_from <= last and first <= (self.away_until or self.away_from)
        return self.is_available and not away

    @property
    def function_labels(self) -> list[str]:
        return labels_of(self.functions)


class ExpertInvitation(models.Model):
    """A letter to an expert with a link that sets the first password; the link itself is never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("发出时间")
    expires_at = models.DateTimeField("有效期至")
    accepted_at = models.DateTimeField("接受时间", null=True)

    class Meta:
        verbose_name = "专家邀请"
        ordering = ("-sent_at",)

    def __str__(self) -> str:
        return f"{self.expert} {clock.day_of(self.sent_at)}"


class ListDeclaration(models.Model):
    """What an expert said of a list of candidates before any draw: to whom there is a relation, and which."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="declarations")
    # {dossier: words of the relation, or nothing where there is none}
    answers = models.JSONField("逐件声明")
    declared_at = models.DateTimeField("声明时间")
    sealed = Sealed()

    class Meta:
        verbose_name = "名单利益关系声明"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.expert} {clock.day_of(self.declared_at)}"

    @property
    def audit_root(self) -> Expert:
        return self.expert


class PanelDraw(models.Model):
    """A drawing by lot with everything that went into it, so that anybody can draw it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seed = models.CharField("随机种子", max_length=64)
    inputs = models.JSONField("抽取条件")
    result = models.JSONField("抽取结果")
    digest = models.CharField("SHA-256", max_length=64)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField("抽取时间")
    sealed = Sealed()

    objects = ScopedManager()

    class Meta:
        verbose_name = "评审组抽取"
        ordering = ("-drawn_at",)

    def __str__(self) -> str:
        return f"抽取 {self.seed}"

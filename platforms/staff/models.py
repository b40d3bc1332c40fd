from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from platforms.recommenders.models import Recommender
from portal.kernel import clock
from portal.kernel.permissions import ScopedManager
from portal.models import StoredFile


class Substitution(models.Model):
    """An officer signs for an absent head from a day to a day, as two administrators signed; the clock gives and takes it back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recommender = models.ForeignKey(Recommender, models.PROTECT, related_name="substitutions")
    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="外出的负责人"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="代理人"
    )
    from_on = models.DateField("自")
    until = models.DateField("至（含当日）")
    reason = models.CharField("事由", max_length=200)
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField("安排时间")
    given_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "代理安排"
        ordering = ("-from_on",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on__lte=models.F("until")), name="substitution_in_order"
            ),
            models.CheckConstraint(
                condition=~models.Q(absent=models.F("deputy")), name="nobody_substitutes_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy}代理{self.absent}"


class Recognition(models.Model):
    """A platform that an association has recognised itself (Art. 19): only these may it recommend."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recommender = models.ForeignKey(Recommender, models.PROTECT, related_name="recognitions")
    platform_name = models.CharField("平台名称", max_length=100)
    organisation_name = models.CharField("运营单位", max_length=100)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    document = models.CharField("认定文号", max_length=64)
    recognised_on = models.DateField("认定日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    ended_on = models.DateField("撤销日期", null=True)
    end_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "协会认定的平台"
        ordering = ("-recognised_on", "platform_name")
        constraints = [
            models.UniqueConstraint(
                fields=["recommender", "uscc", "platform_name"],
                condition=models.Q(ended_on=None),
                name="one_standing_recognition",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recommender}认定{self.platform_name}"

    @property
    def stands(self) -> bool:
        return self.ended_on is None and (self.valid_until is None or clock.today() <= self.valid_until)

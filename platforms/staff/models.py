from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from platforms.recommenders.models import Recommender
from portal.kernel import clock
from portal.kernel.permissions import ScopedManager
from portal.models import StoredFile


class StaffInvitation(models.Model):
    """A colleague asked to join a recommender's desk; the link is signed and works once, until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recommender = models.ForeignKey(Recommender, models.PROTECT, related_name="invitations")
    name = models.CharField("姓名", max_length=40)
    title = models.CharField("职务", max_length=40, blank=True)
    email = models.EmailField("电子邮箱")
    may_sign = models.BooleanField("负责人（可签发推荐、报送）", default=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("邀请时间")
    expires_on = models.DateField("有效期至")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("接受时间", null=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "推荐单位人员邀请"
        ordering = ("-invited_at",)

    def __str__(self) -> str:
        return f"{self.recommender}邀请{self.name}"

    @property
    def is_open(self) -> bool:
        return not (self.accepted_at or self.withdrawn_at) and clock.today() <= self.expires_on

    @property
    def standing(self) -> str:
        if self.accepted_at:
            return "已接受"
        if self.withdrawn_at:
            return "已撤回"
        return "待接受" if self.is_open else "已过期"


class Substitution(models.Model):
    """An officer signs for an absent head from a day to a day; given and taken back by the clock."""

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

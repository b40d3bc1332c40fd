from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from platforms.imports.taken_back import STANDING, TakenBack, manager
from platforms.register.models import Designation
from platforms.states import DesignationState
from portal.kernel.standing import OnRecord


class TitleEvent(TakenBack):
    """One thing that happened to a title, with the notice that says so. State and names as of a day are read here."""

    class Kind(models.TextChoices):
        GRANTED = "granted", "授予称号"
        CONFIRMED = "confirmed", "复核合格"
        RECTIFYING = "rectifying", "责令整改"
        RECTIFIED = "rectified", "整改合格"
        EXPIRED = "expired", "有效期满"
        ENDED = "ended", "复核不合格"
        REVOKED = "revoked", "撤销称号"
        SURRENDERED = "surrendered", "放弃称号"
        RENAMED = "renamed", "更名"
        CHANGED = "changed", "登记信息变更"
        REDESIGNATED = "redesignated", "再次认定"
        RESTORED = "restored", "恢复称号"
        CORRECTED = "corrected", "更正"
        PLAQUE = "plaque", "收回牌匾"
        CLAIMED = "claimed", "补登信用代码"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.ForeignKey(Designation, models.PROTECT, related_name="history", verbose_name="称号")
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    on = models.DateField("日期")
    order = models.PositiveIntegerField("同日顺序", default=0)
    # What holds from that day on; empty where the event leaves it as it was.
    state = models.CharField("此后状态", max_length=20, choices=DesignationState.choices, blank=True)
    platform_name = models.CharField("此后平台名称", max_length=100, blank=True)
    organisation_name = models.CharField("此后运营单位", max_length=100, blank=True)
    notice_title = models.CharField("公告标题", max_length=200, blank=True)
    notice_number = models.CharField("公告文号", max_length=64, blank=True)
    notice_address = models.CharField("公告地址", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)
    batch = models.ForeignKey(
        "platforms.ImportBatch", models.PROTECT, null=True, related_name="events", verbose_name="录入批次"
    )
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("记入时间")
    on_record = OnRecord()

    objects = manager(STANDING)

    class Meta:
        verbose_name = "称号事项"
        ordering = ("title", "on", "order")
        indexes = [models.Index(fields=["title", "on", "order"], name="title_event_by_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from portal.trail.sealing import Sealed


class StoredFile(models.Model):
    """A stored file, never changed once written. It is served only through the record that owns it."""

    class State(models.TextChoices):
        """Where the checks are. Only a clean file opens; a file is received before anybody has looked into it."""

        RECEIVED = "received", "已收到，正在核对"
        WAITING = "waiting", "已收到，等待核对"
        CLEAN = "clean", "已核对"
        REFUSED = "refused", "未通过核对"

    UNCHECKED = (State.RECEIVED, State.WAITING)

    class Scan(models.TextChoices):
        NONE = "", "待查毒"
        CLEAN = "clean", "已查毒"
        UNSCANNED = "unscanned", "未查毒"
        INFECTED = "infected", "查出病毒"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_model = models.CharField("所属记录类型", max_length=80)
    owner_id = models.UUIDField("所属记录")
    name = models.CharField("文件名", max_length=255)
    extension = models.CharField("类型", max_length=8)
    content_type = models.CharField("内容类型", max_length=100)
    size = models.BigIntegerField("大小（字节）")
    pages = models.PositiveIntegerField("页数", null=True)
    key = models.CharField("存储位置", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    sm3 = models.CharField("SM3", max_length=64)
    state = models.CharField("核对", max_length=12, choices=State.choices, default=State.RECEIVED)
    refusal = models.CharField("未通过的原因", max_length=300, blank=True)
    scan = models.CharField("查毒", max_length=12, choices=Scan.choices, blank=True)
    tries = models.PositiveSmallIntegerField("核对次数", default=0)
    asked_at = models.DateTimeField("上次核对", null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")
    sealed = Sealed(
        only=("id", "owner_model", "owner_id", "name", "size", "sha256", "sm3", "uploaded_by", "uploaded_at")
    )

    class Meta:
        verbose_name = "文件"
        indexes = [
            models.Index(fields=["owner_model", "owner_id"], name="file_owner"),
            # few at any time, and asked for every minute by the health check
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(state__in=["received", "waiting"]),
                name="file_unchecked",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        """Not to be opened by anybody."""
        return self.state != self.State.CLEAN

    @property
    def is_unchecked(self) -> bool:
        return self.state in (self.State.RECEIVED, self.State.WAITING)

    @property
    def standing(self) -> str:
        """What a reader is told beside the file's name; without a scanner, that nobody scanned it."""
        if self.state == self.State.REFUSED:
            return f"未通过核对：{self.refusal}"
        if self.state == self.State.CLEAN and self.scan == self.Scan.UNSCANNED:
            return f"{self.get_state_display()}，{self.get_scan_display()}"
        return self.get_state_display()

    @property
    def is_image(self) -> bool:
        return self.extension in ("jpg", "png")

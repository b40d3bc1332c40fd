from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from portal.trail.sealing import Sealed


class StoredFile(models.Model):
    """A stored file, never changed once written. It is served only through the record that owns it."""

    class Scan(models.TextChoices):
        CLEAN = "clean", "已查毒"
        UNSCANNED = "unscanned", "未查毒"
        QUARANTINED = "quarantined", "待查毒，暂不可打开"
        INFECTED = "infected", "查出病毒，不可打开"

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
    scan = models.CharField("查毒", max_length=12, choices=Scan.choices)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")
    sealed = Sealed(
        only=("id", "owner_model", "owner_id", "name", "size", "sha256", "sm3", "uploaded_by", "uploaded_at")
    )

    class Meta:
        verbose_name = "文件"
        indexes = [models.Index(fields=["owner_model", "owner_id"], name="file_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        """Not to be opened by anybody."""
        return self.scan in (self.Scan.QUARANTINED, self.Scan.INFECTED)

    @property
    def is_image(self) -> bool:
        return self.extension in ("jpg", "png")

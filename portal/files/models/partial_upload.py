from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class PartialUpload(models.Model):
    """A file on its way in, sent piece by piece; it is no StoredFile until it is whole and has been checked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_model = models.CharField("所属记录类型", max_length=80)
    owner_id = models.UUIDField("所属记录")
    slot = models.CharField("用途", max_length=40)
    fingerprint = models.CharField("同一文件的标识", max_length=64)
    name = models.CharField("文件名", max_length=255)
    size = models.BigIntegerField("大小（字节）")
    offset = models.BigIntegerField("已收到（字节）", default=0)
    pieces = models.JSONField("各段的存储位置", default=list)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField("开始时间")
    expires_at = models.DateTimeField("保留至", db_index=True)

    class Meta:
        verbose_name = "未传完的文件"
        indexes = [models.Index(fields=["owner_model", "owner_id", "slot"], name="partial_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        return self.offset * 100 // self.size

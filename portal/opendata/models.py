from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.privacy.fields import PrivateField


class Webhook(models.Model):
    """An address of another system that is told when something public changes; entered by the operator, never deleted."""

    class Kind(models.TextChoices):
        TITLE = "title", "称号变化"
        NOTICE = "notice", "公示公告"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    url = models.CharField("地址", max_length=300)
    kinds = ArrayField(models.CharField(max_length=12, choices=Kind.choices), verbose_name="事项")
    secret = PrivateField("签名密钥")
    added_at = models.DateTimeField("登记时间", auto_now_add=True)
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "变化通知地址"
        ordering = ("added_at",)

    def __str__(self) -> str:
        return self.url


class BulkFile(models.Model):
    """The newest file with all rows of a kind, and what it was made from; a reader compares the digest."""

    name = models.CharField(max_length=20, primary_key=True)
    stamp = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "开放数据文件"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

from __future__ import annotations

from django.conf import settings
from django.db import models

from portal.kernel.permissions import ScopedManager


class Notification(models.Model):
    """A message in the portal to one person, also sent by e-mail; one per event and recipient."""

    key = models.CharField(max_length=120, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications", verbose_name="收件人"
    )
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容", blank=True)
    url = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "消息"
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["recipient", "read_at"], name="notification_unread")]

    def __str__(self) -> str:
        return self.title

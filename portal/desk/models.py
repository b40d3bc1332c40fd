from __future__ import annotations

from django.conf import settings
from django.db import models

from portal.kernel.permissions import ScopedManager
from portal.privacy.fields import PrivateEmailField
from portal.privacy.masking import mask


class Notification(models.Model):
    """A message in the portal to one person, also sent by e-mail; one per event and recipient."""

    key = models.CharField(max_length=120, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications", verbose_name="收件人"
    )
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容", blank=True)
    url = models.CharField("链接", max_length=200, blank=True)
    about = models.CharField("所属卷宗", max_length=100, blank=True, db_index=True, editable=False)
    reply_to = models.EmailField("回复至", blank=True)
    copy_to = models.EmailField("抄送", blank=True)
    enclosed = models.JSONField("附件", default=list, editable=False)  # [kind, key] pairs
    address = PrivateEmailField("发往", max_length=254, blank=True)
    sent_at = models.DateTimeField("邮件发出时间", null=True)
    bounced_at = models.DateTimeField("退信时间", null=True)
    bounce = models.CharField("退信原因", max_length=300, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "消息"
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["recipient", "read_at"], name="notification_unread"),
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_inbox"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def masked_address(self) -> str:
        """For a list that others read."""
        return mask(self.address)

    @property
    def fate(self) -> tuple[str, str]:
        """What became of it, in words and tone."""
        if self.bounced_at:
            return f"邮件被退回：{self.bounce}", "bad"
        if self.read_at:
            return "已在系统中阅读", "ok"
        if self.sent_at:
            return "邮件已发出，尚未在系统中阅读", "info"
        return ("邮件待发" if self.recipient.email else "没有邮箱，只在系统中"), "warn"

from __future__ import annotations

import json
import uuid

from django.conf import settings
from django.db import models

from portal.kernel.permissions import ScopedManager


class AuditEvent(models.Model):
    """One thing that happened. Append-only: a trigger refuses update, delete and truncate."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    stream = models.CharField("对象", max_length=100)
    sequence = models.PositiveIntegerField("序号")
    root = models.CharField("所属卷宗", max_length=100, db_index=True)
    action = models.CharField("操作", max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    actor_label = models.CharField("操作人", max_length=120)
    object_label = models.CharField("对象名称", max_length=200)
    before = models.CharField("原状态", max_length=50, blank=True)
    after = models.CharField("新状态", max_length=50, blank=True)
    note = models.TextField("意见", blank=True)
    at = models.DateTimeField("业务时间")
    recorded_at = models.DateTimeField("记录时间")
    request_id = models.CharField("请求编号", max_length=36, blank=True)
    address = models.CharField("地址", max_length=45, blank=True)
    body = models.TextField("原始内容")
    previous_hash = models.CharField("上一条摘要", max_length=64)
    hash = models.CharField("摘要", max_length=64)

    objects = ScopedManager()

    class Meta:
        verbose_name = "操作记录"
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="one_event_per_place_in_stream")
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["action", "at"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"

    def signed_columns(self) -> dict[str, str | int]:
        """The columns a reader sees, as they stand in the hashed text."""
        return {
            "uuid": str(self.uuid),
            "stream": self.stream,
            "sequence": self.sequence,
            "root": self.root,
            "action": self.action,
            "actor": str(self.actor_id or ""),
            "actor_label": self.actor_label,
            "object_label": self.object_label,
            "before": self.before,
            "after": self.after,
            "note": self.note,
            "at": repr(self.at.timestamp()),
            "recorded_at": repr(self.recorded_at.timestamp()),
            "request_id": self.request_id,
            "address": self.address,
        }

    def body_matches_columns(self) -> bool:
        try:
            body = json.loads(self.body)
        except ValueError:  # tampered with so that it is no text of ours any more
            return False
        return isinstance(body, dict) and all(
            body.get(name) == value for name, value in self.signed_columns().items()
        )

    @property
    def facts(self) -> dict:
        return json.loads(self.body).get("facts", {})

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from portal.kernel.permissions import ScopedManager


class SavedView(models.Model):
    """A filter of the queue under a name: one's own, or shared with every colleague of the ministry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views")
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=500)
    is_shared = models.BooleanField("同事也可使用", default=False)
    created_at = models.DateTimeField("保存时间")

    objects = ScopedManager()

    class Meta:
        verbose_name = "保存的视图"
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_name_per_owner")]

    def __str__(self) -> str:
        return self.name

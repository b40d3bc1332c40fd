from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from portal.kernel.models.signoff import SignOff
from portal.kernel.permissions import ScopedManager


class BulkRun(models.Model):
    """One verb on many cases: what was chosen, and, once it is carried out, what became of each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    list_key = models.CharField("清单", max_length=30)
    verb = models.CharField("事项", max_length=40)
    object_ids = models.JSONField("所选", default=list)
    query = models.CharField("筛选条件", max_length=500, blank=True)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField("选定时间")
    note = models.TextField("意见", blank=True)
    done_at = models.DateTimeField("办理时间", null=True)
    # [{"id": key, "name": name, "url": address, "reasons": [sentence…]}], empty reasons: it was done
    results = models.JSONField("结果", default=list)
    signoff = models.ForeignKey(SignOff, models.PROTECT, null=True, related_name="+", verbose_name="审签")

    objects = ScopedManager()

    class Meta:
        verbose_name = "批量办理"
        ordering = ("-chosen_at",)

    def __str__(self) -> str:
        return f"批量办理 {len(self.object_ids)} 件"

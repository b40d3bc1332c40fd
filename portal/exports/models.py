from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from portal.files.models.stored_file import StoredFile
from portal.kernel.permissions import ScopedManager


class ExportJob(models.Model):
    """An export made in the background: what was asked for, how far it is, the file. Its asker alone reads it."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "生成中"
        DONE = "done", "已完成"
        FAILED = "failed", "未成功"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类别", max_length=30)
    title = models.CharField("内容", max_length=200)
    params = models.JSONField("条件", default=dict)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField("申请时间")
    progress = models.CharField("进展", max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)  # real time: a worker that was killed is found by it
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "导出任务"
        ordering = ("-requested_at",)

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        return self.progress in (self.State.WAITING, self.State.RUNNING)

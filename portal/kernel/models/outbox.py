from __future__ import annotations

from django.db import models

from portal.kernel.permissions import ScopedManager


class OutboxMessage(models.Model):
    """An effect that waits to be carried out; written in the transaction that causes it. Times are real ones."""

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=160, unique=True)
    payload = models.JSONField(default=dict)
    request_id = models.CharField(max_length=32, blank=True)  # of the page that caused it
    created_at = models.DateTimeField(auto_now_add=True)
    dispatched_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    failing_since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    dropped = models.CharField(max_length=300, blank=True)  # why an administrator let it go

    objects = ScopedManager()

    class Meta:
        verbose_name = "后台事项"
        indexes = [
            models.Index(fields=["id"], condition=models.Q(done_at=None), name="outbox_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"

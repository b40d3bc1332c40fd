from __future__ import annotations

from django.db import models


class MigrationDigest(models.Model):
    """What a migration of ours said when it was applied to this database: one that was edited since shows."""

    app = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "name"], name="one_digest_per_migration"),
        ]

    def __str__(self) -> str:
        return f"{self.app}.{self.name}"


class ProcessSign(models.Model):
    """When a process without pages last did a round."""

    process = models.CharField(max_length=20, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process


class HealthSign(models.Model):
    """Since when a check finds something wrong; gone when it is in order again."""

    code = models.CharField(max_length=40, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.code

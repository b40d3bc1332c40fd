from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Seal(models.Model):
    """The salted digest of a row's sealed columns. The database's trigger writes it with the row."""

    table = models.CharField(max_length=80)
    row = models.CharField(max_length=40)
    columns = ArrayField(models.CharField(max_length=80))
    while_state = models.CharField(max_length=20, blank=True)  # holds only as long as the row is in it
    salt = models.UUIDField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "封存摘要"
        indexes = [models.Index(fields=["table", "row"], name="seal_of_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"

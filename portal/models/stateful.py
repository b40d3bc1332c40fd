from __future__ import annotations

import uuid

from django.db import models


class StateEdge(models.Model):
    """The transition table as the database trigger reads it; written by migrations only."""

    model = models.CharField(max_length=80)
    procedure = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=50)
    verb = models.CharField(max_length=50)
    target = models.CharField(max_length=50)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model", "procedure", "source", "verb", "target"], name="one_row_per_edge"
            )
        ]


class StatefulModel(models.Model):
    """Base of every record with a life. The concrete model adds `state = FSMField(protected=True, …)`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state_event = models.UUIDField("最近一次状态变更", null=True, editable=False)

    class Meta:
        abstract = True

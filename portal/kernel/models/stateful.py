from __future__ import annotations

import uuid

from django.db import models
from django.db.models.signals import class_prepared
from django_fsm import FSMField


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


class StateField(FSMField):
    """FSMField that stops listening once its own class stands.

    The original is told of every class prepared afterwards: migrations render thousands, so that each
    of them told all the others, and migrating took three times as long.
    """

    def deconstruct(self):
        """For migrations it is a column of text: they name only modules that stay."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs

    def _collect_transitions(self, *args, **kwargs):
        super()._collect_transitions(*args, **kwargs)
        if issubclass(kwargs["sender"], self.base_cls):
            class_prepared.disconnect(self._collect_transitions)


class StatefulModel(models.Model):
    """Base of every record with a life. The concrete model adds `state = StateField(protected=True, …)`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state_event = models.UUIDField("最近一次状态变更", null=True, editable=False)

    class Meta:
        abstract = True

    def refresh_from_db(self, using=None, fields=None, from_queryset=None):
        """The protected field refuses to be set while it holds a value, so the old one is dropped first."""
        if fields is None or "state" in fields:
            self.__dict__.pop("state", None)
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)

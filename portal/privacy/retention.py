"""Retention: how long a record keeps who was behind it. The record stays, its contacts are emptied, an event says so.

A model says `retained = Retained(…)` once; `bin/manage retention` counts what is due and empties it with --apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet

from portal.kernel import audit
from portal.kernel.clock import end_of
from portal.kernel.permissions import SYSTEM
from portal.privacy.fields import PrivateField


@dataclass(frozen=True)
class Retained:
    """`fields` are emptied so many years after the moment `since`; a row without that moment is at work and keeps all."""

    fields: tuple[str, ...]
    since: str
    years: int


def retained_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if isinstance(getattr(model, "retained", None), Retained)]


def due(model: type[models.Model], day: date) -> QuerySet:
    """Rows whose time is over on that day and which still name somebody."""
    rule: Retained = model.retained
    try:
        until = day.replace(year=day.year - rule.years)
    except ValueError:  # 29 February
        until = day.replace(year=day.year - rule.years, day=28)
    kept = Q()
    for name in rule.fields:
        assert isinstance(model._meta.get_field(name), PrivateField), name  # noqa: S101  ours, not a visitor's
        kept |= ~Q(**{name: ""})
    return model._base_manager.filter(kept, **{f"{rule.since}__lt": end_of(until)})


def forget(model: type[models.Model], day: date) -> Iterator[models.Model]:
    """Row by row, each in a transaction of its own with its event, so that it can be broken off."""
    for pk in list(due(model, day).values_list("pk", flat=True)):
        with transaction.atomic():
            row = due(model, day).select_for_update(of=("self",)).filter(pk=pk).first()
            if row is None:
                continue
            for name in model.retained.fields:
                setattr(row, name, "")
            row.save(update_fields=list(model.retained.fields))
            audit.record(action="forget", obj=row, by=SYSTEM, facts={"fields": list(model.retained.fields)})
        yield row

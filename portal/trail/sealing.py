"""Sealed columns: what a model declares as never changing, in the form that the database's triggers read.

A model says `sealed = Sealed(…)` once; `makeguards` writes the triggers from it. They refuse a change for
the owner of the tables as for the application, and keep a salted digest of every sealed row (portal_seal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Sealed:
    """Every column is sealed from the beginning, except what is named here.

    `but` may change, `once` may be filled in once. With `only`, just those columns are sealed.
    `in_state` maps a state to the columns that stand still as long as the row is in it; "state" among
    them says that the row never leaves it.
    """

    but: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    in_state: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def sealed_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if isinstance(getattr(model, "sealed", None), Sealed)]


def describe_seal(model: type[models.Model]) -> dict:
    """The declaration in the names of the table's columns."""
    sealed: Sealed = model.sealed
    column = {one.name: one.column for one in model._meta.concrete_fields}
    free = {*sealed.but, *sealed.once}
    always = sealed.only if sealed.only is not None else [name for name in column if name not in free]
    return {
        "table": model._meta.db_table,
        "key": model._meta.pk.column,
        "always": sorted(column[name] for name in always),
        "once": sorted(column[name] for name in sealed.once),
        "in_state": {
            str(state): sorted(column[name] for name in names) for state, names in sealed.in_state.items()
        },
    }

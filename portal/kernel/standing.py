"""Public records that stand in the trail: each event of such a row also says how the row stood when it was done.

A model says `on_record = OnRecord(…)` once. The events of the trail bind its values, so that a verification finds
what was changed, put in or taken away behind the portal's back, also where the row may change and can't be sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OnRecord:
    """Every column, except what is named here; with `only`, just those."""

    but: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None


def columns_on_record(model: Any) -> list[str]:
    """By the names of the row's attributes (a reference by its key)."""
    said = getattr(model, "on_record", None)
    if not isinstance(said, OnRecord):
        return []
    names = [one.name for one in model._meta.concrete_fields if one is not model._meta.pk]
    wanted = said.only if said.only is not None else [name for name in names if name not in said.but]
    return [model._meta.get_field(name).attname for name in wanted]


def standing_of(obj: Any) -> dict[str, Any]:
    """The row as the database holds it now, whatever the object at hand says."""
    names = columns_on_record(type(obj))
    row = names and type(obj)._base_manager.filter(pk=obj.pk).values(*names).first()
    return row or {}

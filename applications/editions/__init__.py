"""Editions of the measures: base editions in code, each cycle's adjustments as a validated overlay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from applications.editions.frozen import digest_of
from applications.editions.interim_2010 import INTERIM_2010
from applications.editions.model import (
    UNKNOWN,
    Edition,
    FieldSpec,
    FormSpec,
    MaterialSpec,
    SectionSpec,
    TableSpec,
)
from applications.editions.provincial import Provincial
from applications.editions.scoring import dimensions_from

__all__ = [
    "UNKNOWN",
    "Edition",
    "FieldSpec",
    "FormSpec",
    "MaterialSpec",
    "Provincial",
    "SectionSpec",
    "TableSpec",
    "digest_of",
    "editions",
    "get_edition",
    "overlay",
]
DEFAULT = INTERIM_2010.code
OVERLAYABLE = {"publicity_days", "ratio_rule", "number_prefix"}


@cache
def _editions() -> dict[str, Edition]:
    """Every edition that a module of this folder declares, by the year of its effect: a new one is one new module."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    found = {one.code: one for module in modules for one in vars(module).values() if isinstance(one, Edition)}
    return dict(sorted(found.items(), key=lambda pair: pair[1].effective_from))


def editions() -> list[Edition]:
    return list(_editions().values())


def get_edition(code: str) -> Edition:
    return _editions()[code]


def overlay(edition: Edition, patch: Mapping) -> Edition:
    """The edition with a cycle's adjustments: {"thresholds": {code: value}, "publicity_days": n, …}.

    A province's own round holds {"provincial": …} alone: its whole edition beside the base one.

    Raises ValueError with a Chinese sentence for a name or a value that does not fit.
    """
    if not patch:
        return edition
    changes = {}
    for name, value in patch.items():
        if name == "provincial":
            return Provincial.from_json(value).applied_to(edition)
        if name == "thresholds":
            changes["thresholds"] = _patched_thresholds(edition, value)
        elif name == "rubric":
            changes["rubric"] = dimensions_from(value)
        elif name in OVERLAYABLE:
            changes[name] = value
        else:
            raise ValueError(f"“{name}”不能在年度中调整。")
    return replace(edition, **changes)


def _patched_thresholds(edition: Edition, values: Mapping):
    known = {row.code for row in edition.thresholds}
    if set(values) - known:
        raise ValueError(f"没有这项条件：{'、'.join(set(values) - known)}。")
    try:
        return tuple(
            replace(row, value=Decimal(str(values[row.code]))) if row.code in values else row
            for row in edition.thresholds
        )
    except InvalidOperation as error:
        raise ValueError("条件的数值应为数字。") from error

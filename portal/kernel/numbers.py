"""Consecutive numbers such as `SJ33-2026-0042`: a series, then at least four digits. None is ever given twice."""

from __future__ import annotations

import re

from django.db import models
from django.db.models.functions import Length

from portal.shared.together import fetch_together


def next_number(model: type[models.Model], series: str, *, field: str = "number") -> str:
    """The next of a series like `YY2026-`; two writers never get the same (inside a transaction)."""
    last = _numbers_of(model, series, field)
    lock = f"{model._meta.label_lower}:{series}"
    fetch_together(last, before=("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock]))
    return _following(last, series, 1)[0]


def upcoming_numbers(
    model: type[models.Model], series: str, count: int, *, field: str = "number"
) -> list[str]:
    """The numbers that the next rows would get; binding only for who asks for `next_number`.

    A number that was typed or imported and only begins like the series is none of it.
    """
    return _following(_numbers_of(model, series, field), series, count)


def _numbers_of(model: type[models.Model], series: str, field: str) -> models.QuerySet:
    """The last one of a series."""
    form = {f"{field}__startswith": series, f"{field}__regex": rf"^{re.escape(series)}\d{{4,}}$"}
    rows = model._base_manager.filter(**form).order_by(Length(field).desc(), f"-{field}")  # 10000 after 9999
    return rows.values_list(field, flat=True)[:1]


def _following(last: models.QuerySet, series: str, count: int) -> list[str]:
    first = next((int(number.removeprefix(series)) + 1 for number in last), 1)
    return [f"{series}{first + n:04d}" for n in range(count)]

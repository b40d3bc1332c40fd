"""Consecutive numbers such as `SJ33-2026-0042`: a series, then at least four digits. None is ever given twice."""

from __future__ import annotations

import re

from django.db import connection, models
from django.db.models.functions import Length


def next_number(model: type[models.Model], series: str, *, field: str = "number") -> str:
    """The next of a series like `YY2026-`; two writers never get the same (inside a transaction)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{model._meta.label_lower}:{series}"]
        )
    return upcoming_numbers(model, series, 1, field=field)[0]


def upcoming_numbers(
    model: type[models.Model], series: str, count: int, *, field: str = "number"
) -> list[str]:
    """The numbers that the next rows would get; binding only for who asks for `next_number`.

    A number that was typed or imported and only begins like the series is none of it.
    """
    last = (
        model._base_manager.filter(
            **{f"{field}__startswith": series, f"{field}__regex": rf"^{re.escape(series)}\d{{4,}}$"}
        )
        .order_by(Length(field).desc(), f"-{field}")  # 10000 comes after 9999
        .values_list(field, flat=True)
        .first()
    )
    first = int(last.removeprefix(series)) + 1 if last else 1
    return [f"{series}{first + n:04d}" for n in range(count)]

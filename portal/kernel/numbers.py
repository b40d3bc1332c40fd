"""Consecutive numbers such as `SJ33-2026-0042`: a series, then at least four digits. None is ever given twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from django.db import models
from django.db.models.functions import Length

from portal.shared.together import ask, written

FOUR = r"\d{4}"


def next_number(model: type[models.Model], series: str, *, field: str = "number") -> str:
    """The next of a series like `YY2026-`; two writers never get the same (inside a transaction)."""
    lock = f"{model._meta.label_lower}:{series}"
    question = written(_last_of_four(model, field), rf"^{re.escape(series)}{FOUR}$")
    [last] = ask(question, before=("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock]))
    if not last or last[0].endswith("9999"):
        last = _numbers_of(model, series, field)
    return _following(last, series, 1)[0]


def upcoming_numbers(
    model: type[models.Model], series: str, count: int, *, field: str = "number"
) -> list[str]:
    """The numbers that the next rows would get; binding only for who asks for `next_number`.

    A number that was typed or imported and only begins like the series is none of it.
    """
    return _following(_numbers_of(model, series, field), series, count)


@cache
def _last_of_four(model: type[models.Model], field: str) -> Callable[[str], models.QuerySet]:
    """The last number of a form of equal lengths: the index has it at its end, however long the series is."""

    def last_of(form: str) -> models.QuerySet:
        rows = model._base_manager.filter(**{f"{field}__regex": form})
        return rows.order_by(f"-{field}").values_list(field, flat=True)[:1]

    return last_of


def _numbers_of(model: type[models.Model], series: str, field: str) -> models.QuerySet:
    """The last one of a series, of whatever length: 10000 comes after 9999."""
    form = {f"{field}__startswith": series, f"{field}__regex": rf"^{re.escape(series)}{FOUR}\d*$"}
    rows = model._base_manager.filter(**form).order_by(Length(field).desc(), f"-{field}")
    return rows.values_list(field, flat=True)[:1]


def _following(last: Iterable[str], series: str, count: int) -> list[str]:
    first = next((int(number.removeprefix(series)) + 1 for number in last), 1)
    return [f"{series}{first + n:04d}" for n in range(count)]

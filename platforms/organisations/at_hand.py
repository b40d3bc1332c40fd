"""The unit at hand: which of several units the person works for now, kept for the session."""

from __future__ import annotations

from collections.abc import Iterable

from platforms.models import Organisation
from platforms.querysets import organisations_of

UNIT = "unit_at_hand"  # by key; empty for all of them


def units_of(request) -> list[Organisation]:
    """All units of the person, asked once a request."""
    if not hasattr(request, "_units"):
        request._units = list(organisations_of(request.user).order_by("created_at"))
    return request._units


def keep_units(request, rows: Iterable[Organisation]) -> None:
    """They were asked for together with something else."""
    request._units = list(rows)


def choose_unit(request) -> None:
    """`?unit=` on a home names it; an empty one asks for all of them again."""
    if "unit" in request.GET:
        request.session[UNIT] = request.GET["unit"]


def units_at_hand(request) -> list[Organisation]:
    """The one that was chosen; all of them when none is."""
    units = units_of(request)
    return [row for row in units if str(row.pk) == request.session.get(UNIT)] or units

"""Shares for people to read: rounded half up, with as many places as it takes to stay on their side of a limit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

LONGEST = 28  # digits after the point; no share of two counted numbers needs more to be told from a limit


def round_share(value: Fraction, *, places: int = 1, limit: Decimal | int | None = None) -> Decimal:
    """In percent. 22/28 is 78.6; 59.96 below a limit of 60 stays 59.96 instead of becoming 60.0."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    for count in range(places, LONGEST):
        rounded = exact.quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP)
        if limit is None or value >= limit or rounded < limit:
            return rounded
    return exact

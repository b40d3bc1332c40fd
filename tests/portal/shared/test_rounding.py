from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from portal.shared.rounding import round_share


@pytest.mark.parametrize(
    ("part", "whole", "limit", "shown"),
    [
        (22, 28, 60, "78.6"),  # a calculator says 78.571…
        (2, 3, 60, "66.7"),
        (1499, 2500, 60, "59.96"),  # 60.0 would say that it is enough
        (5999, 10000, 60, "59.99"),
        (59999, 100000, 60, "59.999"),
        (3, 5, 60, "60.0"),
        (1, 8, None, "12.5"),
        (0, 7, 60, "0.0"),
    ],
)
def test_a_share_is_rounded_half_up_and_never_across_the_limit(part, whole, limit, shown):
    assert str(round_share(Fraction(part * 100, whole), limit=limit)) == shown


def test_every_share_of_small_numbers_stays_on_its_side():
    for whole in range(1, 200):
        for part in range(whole + 1):
            value = Fraction(part * 100, whole)
            assert (round_share(value, limit=60) >= 60) == (value >= 60)
            assert abs(round_share(value, limit=Decimal(60)) - Decimal(part * 100) / whole) <= Decimal("0.05")

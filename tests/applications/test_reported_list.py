"""推荐汇总表 as a list that is printed, filed and added up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from applications.reporting.workbooks import number_in


@pytest.mark.parametrize(
    ("figure", "number"),
    [
        ("1,250.5 万元", Decimal("1250.5")),
        ("25 人", Decimal(25)),
        ("78.2%", Decimal("78.2")),
        ("未知", ""),
        ("", ""),
    ],
)
def test_a_figure_in_words_becomes_a_number(figure, number):
    assert number_in(figure) == number

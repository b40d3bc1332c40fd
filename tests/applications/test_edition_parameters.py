"""Every parameter of every edition has one value or none that is known, on every day; open words name who decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from applications.editions import UNKNOWN, editions, get_edition
from applications.editions.parameters import DISCRETIONS, parameters_of

DAYS = [date(2010, 1, 1) + timedelta(days=n) for n in range((date(2030, 12, 31) - date(2010, 1, 1)).days + 1)]


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.code)
def test_one_value_or_unknown_on_every_day(edition):
    rows = list(parameters_of(edition))
    codes = [row.code for row in rows]
    assert len(codes) == len(set(codes)) == 11
    for row in rows:
        assert {row.value_on(day) for day in DAYS if row.value is UNKNOWN} <= {UNKNOWN}
        values = [row.value_on(day) for day in DAYS]
        assert all(value is UNKNOWN or value == row.value for value in values)
        known = [day for day, value in zip(DAYS, values, strict=True) if value is not UNKNOWN]
        assert known == [] or known[-1] - known[0] == timedelta(
            days=len(known) - 1
        )  # no gap, no second beginning
        assert row.checked_on and row.document
        assert row.value is UNKNOWN or row.article, row.code


def test_values_by_the_day():
    rows = {row.code: row for row in parameters_of(get_edition("interim-2010"))}
    assert rows["publicity_days"].value_on(date(2010, 5, 23)) is UNKNOWN
    assert rows["publicity_days"].value_on(date(2010, 5, 24)) == 15
    assert (rows["publicity_days"].article, rows["assets"].article) == ("第九条", "第五条（一）")
    later = {row.code: row for row in parameters_of(get_edition("measures-2017"))}
    assert later["smes"].value_on(date(2017, 6, 1)) is UNKNOWN  # only the year of its beginning is known
    assert (later["smes"].value_on(date(2018, 1, 1)), later["ends_by"].value) == (150, "term")


def test_the_measure_of_2025_stands_beside_the_others_and_decides_nothing(client, db):
    edition = get_edition("measures-2025")
    assert all(row.value is UNKNOWN for row in parameters_of(edition))
    page = client.get("/criteria/editions/").content.decode()
    assert "已印发，原文未取得，是否适用由工业和信息化部确定" in page
    assert "线下服务不少于 150 家" in page and "现行" not in page
    for one in DISCRETIONS:
        assert one.word in page and one.decides in page

"""差一点: the sentence's number is the smallest change, found again by trying every smaller one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from applications import nearness
from applications.dossiers.near import barely_lines, unmet_lines
from applications.editions import get_edition
from applications.eligibility import FAIL, PASS, Figure, Figures, assess
from tests.applications.test_eligibility import AS_OF, EDITION


def row_of(code: str, edition=EDITION, **known):
    figures = Figures(**{name: Figure(value) for name, value in known.items()})
    return next(row for row in assess(edition, figures, as_of=AS_OF).criteria if row.code == code)


def number_in(text: str, before: str) -> str:
    return re.search(rf"{before} ?([0-9.]+)", text)[1]


def first_that_passes(code: str, steps, **known) -> int:
    """By brute force: how many steps it takes until the condition is met."""
    return next(count for count in range(100_000) if row_of(code, **steps(count, known)).verdict == PASS)


@given(st.integers(0, 300))
@example(20)
@example(21)
def test_people_and_companies_that_are_lacking(value):
    for code, name in (("staff", "staff"), ("smes", "smes_last")):
        row = row_of(code, **{name: value})
        if row.verdict == FAIL:
            tried = first_that_passes(code, lambda n, known, name=name: {name: value + n})
            assert number_in(row.near, "再有") == str(tried)
        elif row.near:
            lost = next(n for n in range(400) if row_of(code, **{name: value - n}).verdict == FAIL)
            told = 0 if "恰好" in row.near else int(number_in(row.near, "多"))
            assert told == lost - 1


@given(st.integers(1, 120), st.data())
def test_professionals_that_are_lacking(whole, data):
    """Both roads: people who are there come to count, or others who count join."""
    part = data.draw(st.integers(0, whole))
    row = row_of("ratio", staff=whole, either=part)
    if row.verdict == FAIL:
        among = first_that_passes("ratio", lambda n, _: {"staff": whole, "either": part + n})
        joining = first_that_passes("ratio", lambda n, _: {"staff": whole + n, "either": part + n})
        assert (number_in(row.near, "再有"), number_in(row.near, "新增")) == (str(among), str(joining))
    elif row.near:
        lost = next(n for n in range(200) if row_of("ratio", staff=whole, either=part - n).verdict == FAIL)
        assert number_in(row.near, "再减少") == str(lost)


@given(st.dates(date(2023, 1, 1), date(2026, 3, 31)))
@example(date(2024, 2, 29))
def test_days_that_are_lacking(start):
    row = row_of("years", established_on=start)
    if row.verdict == FAIL:
        days = first_that_passes("years", lambda n, _: {"established_on": start - timedelta(days=n)})
        assert number_in(row.near, "晚了") == str(days)
    elif "只早" in row.near:
        kept = next(
            n for n in range(400) if row_of("years", established_on=start + timedelta(days=n)).verdict == FAIL
        )
        assert number_in(row.near, "只早") == str(kept - 1)


@given(st.decimals(0, 100, places=2))
def test_points_that_are_lacking(value):
    row = row_of("satisfaction", satisfaction=value)
    if row.verdict == FAIL:
        gap = Decimal(number_in(row.near, "再有"))
        assert row_of("satisfaction", satisfaction=value + gap).verdict == PASS
        assert row_of("satisfaction", satisfaction=value + gap - Decimal("0.01")).verdict == FAIL


@pytest.mark.parametrize("rule", ["union", "education", "title", "intersection"])
def test_the_edition_says_who_counts(rule):
    edition = replace(EDITION, ratio_rule=rule)
    row = row_of("ratio", edition, staff=28, educated=14, titled=14, either=14, both=14)
    assert row.near.startswith("现有人员中再有 3 名")
    whole = row_of("ratio", edition, staff=28, educated=16, titled=16, either=16, both=16)
    assert "再有 1 名" in whole.near


def test_an_item_of_two_conditions_is_met_when_its_last_one_is():
    assert row_of("ratio", staff=28, either=16).near.endswith("，（三）即满足")
    assert row_of("ratio", staff=18, either=8).near.endswith("，专业人员占比即满足")


def test_a_letter_says_the_change_and_the_place():
    figures = Figures(staff=Figure(28), either=Figure(15))
    judged = assess(get_edition("interim-2010"), figures, as_of=AS_OF).to_json()
    lines = unmet_lines({**judged, "places": {"ratio": "名册第 14、17 行学历未填"}})
    assert lines == [
        "（三）专业人员占比53.6%（15/28），低于 60%。现有人员中再有 2 名具有大专及以上学历或者中级及以上职称"
        "（或者新增 5 名这样的人员），（三）即满足（名册第 14、17 行学历未填）。"
    ]


def test_a_letter_says_how_barely_a_condition_is_met():
    figures = Figures(staff=Figure(28), either=Figure(17), smes_last=Figure(400))
    judged = assess(get_edition("interim-2010"), figures, as_of=AS_OF).to_json()
    assert unmet_lines(judged) == []
    assert barely_lines(judged) == [
        "（三）专业人员占比60.7%（17/28），符合，但余量不大：再减少 1 名这样的人员就不满足。"
    ]


def test_how_near_a_figure_is():
    """Within a twentieth above the threshold is told; more than that is not."""
    assert [nearness.amount(Decimal(value), Decimal(300), "万元") for value in ("299.5", "300", "315")] == [
        "再有 0.5 万元，",
        "恰好达到要求",
        "只比要求多 15 万元",
    ]
    assert nearness.amount(Decimal("315.01"), Decimal(300), "万元") == ""
    assert nearness.amount(Decimal(79), Decimal(80), "%") == "再有 1 个百分点，"
    assert [nearness.more(Decimal(n), 20, "人") for n in (19, 20)] == ["再有 1 人，", ""]
    on, years = date(2026, 4, 1), 2
    starts = (date(2024, 4, 2), date(2024, 4, 1), date(2024, 3, 31), date(2023, 12, 31), date(2023, 12, 30))
    late = "晚了 1 天：起始日期不晚于 2024 年 4 月 1 日的，"
    assert [nearness.started(start, on, years) for start in starts] == [
        late,
        "恰好满足",
        "只早 1 天满足",
        "只早 92 天满足",
        "",
    ]
    assert nearness.latest_start(date(2028, 2, 29), 2) == date(2026, 2, 28)
    assert nearness.missing_newcomers(Decimal(5), Decimal(10), Decimal(100)) is None
    assert nearness.missing_newcomers(Decimal(6), Decimal(10), Decimal(60)) == 0
    assert (
        nearness.among(Decimal(5), Decimal(10), Decimal(100), "title")
        == "现有人员中再有 5 名具有中级及以上职称，"
    )
    spare = [nearness.among(Decimal(n), Decimal(20), Decimal(60), "union") for n in (12, 13, 14)]
    assert spare == ["再减少 1 名这样的人员就不满足", "再减少 2 名这样的人员就不满足", ""]

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.workingdays import (
    Calendar,
    date_cn,
    date_cn_weekday,
    from_chinesecalendar,
    weekday_cn,
)

CALENDAR = from_chinesecalendar()
days = st.dates(date(2010, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize("year", range(2010, 2027))
def test_every_day_of_a_year_is_as_the_notice_of_the_state_council_has_it(year):
    all_days = [
        date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    ours = [day for day in all_days if CALENDAR.is_workday(day)]
    assert ours == [day for day in all_days if chinese_calendar.is_workday(day)]


def test_names_are_chinese_and_ordinary_weekends_have_none():
    assert CALENDAR.name(date(2026, 10, 1)) == "国庆节"
    assert CALENDAR.name(date(2023, 10, 7)) == "国庆节调休"
    assert CALENDAR.name(date(2026, 3, 28)) == ""
    assert all(not name.isascii() for _, name in CALENDAR.deviations.values())


def test_the_notice_of_2023_counts_five_days_over_national_day():
    period = CALENDAR.publicity_period(date(2023, 9, 28), 5)
    assert (period.start, period.end) == (date(2023, 9, 28), date(2023, 10, 10))
    assert period.ends_at == datetime(2023, 10, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [(d.day.month, d.day.day, d.weekday, d.number, d.reason) for d in period.explained] == [
        (9, 28, "周四", 1, "第 1 个工作日"),
        (9, 29, "周五", None, "中秋节放假"),
        (9, 30, "周六", None, "国庆节放假"),
        (10, 1, "周日", None, "国庆节放假"),
        (10, 2, "周一", None, "国庆节放假"),
        (10, 3, "周二", None, "国庆节放假"),
        (10, 4, "周三", None, "国庆节放假"),
        (10, 5, "周四", None, "国庆节放假"),
        (10, 6, "周五", None, "国庆节放假"),
        (10, 7, "周六", 2, "第 2 个工作日（调休上班）"),
        (10, 8, "周日", 3, "第 3 个工作日（调休上班）"),
        (10, 9, "周一", 4, "第 4 个工作日"),
        (10, 10, "周二", 5, "第 5 个工作日"),
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # National Day, with the make-up days of each year's notice
        (date(2019, 9, 23), date(2019, 10, 16)),
        (date(2020, 9, 21), date(2020, 10, 15)),
        (date(2024, 9, 23), date(2024, 10, 16)),
        # Spring Festival; in 2020 the holiday was prolonged to 2 February
        (date(2020, 1, 16), date(2020, 2, 12)),
        (date(2024, 2, 1), date(2024, 2, 26)),
        (date(2026, 2, 9), date(2026, 3, 5)),
    ],
)
def test_fifteen_working_days_over_the_long_holidays(start, end):
    period = CALENDAR.publicity_period(start)
    counted = [d.day for d in period.explained if d.number]
    assert (period.end, len(counted)) == (end, 15)
    assert counted == list(chinese_calendar.get_workdays(start, end))


def test_a_period_cannot_begin_on_a_day_off():
    with pytest.raises(ValueError, match="2026 年 10 月 1 日（周四）不是工作日，公示须自工作日开始。"):
        CALENDAR.publicity_period(date(2026, 10, 1))
    assert CALENDAR.publicity_period(date(2023, 10, 7), 1).end == date(2023, 10, 7)


def test_a_year_without_a_notice_is_provisional():
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2026, 12, 31), date(2027, 1, 4))


def test_fewer_than_one_day_cannot_be_counted():
    with pytest.raises(ValueError, match="至少为 1"):
        CALENDAR.add_workdays(date(2026, 4, 1), 0)


@pytest.mark.parametrize(
    ("today", "deadline", "left"),
    [
        (date(2026, 4, 30), date(2026, 4, 30), 0),  # the last day itself
        (date(2026, 4, 29), date(2026, 4, 30), 1),
        (date(2026, 4, 3), date(2026, 4, 7), 1),  # Qingming between
        (date(2026, 4, 4), date(2026, 4, 3), -1),  # overdue, though no working day has passed yet
        (date(2026, 4, 8), date(2026, 4, 3), -2),
    ],
)
def test_days_left(today, deadline, left):
    assert CALENDAR.days_left(today, deadline) == left


def test_dates_are_written_as_in_documents():
    assert date_cn(date(2026, 3, 27)) == "2026 年 3 月 27 日"
    assert date_cn_weekday(date(2026, 3, 27)) == "2026 年 3 月 27 日（周五）"
    assert weekday_cn(date(2026, 3, 29)) == "周日"


@given(days, st.integers(1, 60))
def test_the_nth_working_day_closes_a_span_of_n_working_days(start, number):
    end = CALENDAR.add_workdays(start, number)
    assert CALENDAR.is_workday(end)
    assert len(CALENDAR.workdays_between(start, end)) == number


@given(days, st.integers(0, 90))
def test_days_left_falls_by_one_each_working_day_and_not_otherwise(today, ahead):
    deadline, tomorrow = today + timedelta(ahead), today + timedelta(1)
    if tomorrow <= deadline:
        fall = CALENDAR.days_left(today, deadline) - CALENDAR.days_left(tomorrow, deadline)
        assert fall == CALENDAR.is_workday(tomorrow)


@given(days)
def test_next_and_previous_working_day_enclose_only_days_off(day):
    after, before = (
        CALENDAR.next_workday(day, inclusive=False),
        CALENDAR.previous_workday(day, inclusive=False),
    )
    assert CALENDAR.workdays_between(before, after) == [
        d for d in (before, day, after) if CALENDAR.is_workday(d)
    ]
    assert CALENDAR.next_workday(before) == before == CALENDAR.previous_workday(before)


@given(days, st.integers(1, 30))
def test_explained_days_are_gapless_and_numbered_in_order(day, number):
    period = CALENDAR.publicity_period(CALENDAR.next_workday(day), number)
    assert [d.day for d in period.explained] == [
        period.start + timedelta(n) for n in range(len(period.explained))
    ]
    assert [d.number for d in period.explained if d.number] == list(range(1, number + 1))


def test_without_deviations_monday_to_friday_work():
    plain = Calendar({}, frozenset())
    assert [plain.is_workday(date(2027, 10, n)) for n in range(1, 8)] == [
        True,
        False,
        False,
        True,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 3, 26), "剩余 1 个工作日"),
        (date(2026, 3, 27), "今日 24:00 截止"),
        (date(2026, 3, 28), "已过期限"),  # a Saturday: no working day has passed yet
        (date(2026, 3, 30), "已过期限"),
        (date(2026, 3, 31), "已逾期 1 个工作日"),
    ],
)
def test_what_is_left_of_a_term_in_words(today, said):
    assert CALENDAR.words_until(today, date(2026, 3, 27)) == said


def test_a_term_that_ends_on_a_day_off_is_told_by_its_day():
    assert CALENDAR.words_until(date(2026, 3, 27), date(2026, 3, 28)) == "3 月 28 日 24:00 截止"


def test_no_stored_moment_is_written_as_a_day_of_universal_time():
    """After 16:00 UTC it is the next day in Beijing: `clock.day_of` and `localtime` know, formatting does not."""
    by_itself = re.compile(r"\{[\w.]*\b(?!hearing_at)\w+_at:%|_at\.(date|strftime|time)\(")
    roots = ("portal", "platforms", "applications", "review", "training")
    found = [
        f"{path}:{number}"
        for root in roots
        for path in Path(root).rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if by_itself.search(line)
    ]
    assert found == []

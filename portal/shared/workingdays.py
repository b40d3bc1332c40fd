"""Working days by the State Council's notices: weekdays, holidays and make-up days (调休). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def date_cn(day: date) -> str:
    """2026 年 3 月 27 日"""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def weekday_cn(day: date) -> str:
    """周五"""
    return f"周{WEEKDAYS[day.weekday()]}"


def date_cn_weekday(day: date) -> str:
    """2026 年 3 月 27 日（周五）"""
    return f"{date_cn(day)}（{weekday_cn(day)}）"


@dataclass(frozen=True)
class ExplainedDay:
    day: date
    weekday: str
    number: int | None
    reason: str


@dataclass(frozen=True)
class Period:
    """A publicity: visible from 00:00 of `start`, over at `ends_at` (24:00 of `end`)."""

    start: date
    end: date
    explained: tuple[ExplainedDay, ...]

    @property
    def ends_at(self) -> datetime:
        following = self.end + DAY
        return datetime(following.year, following.month, following.day, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Calendar:
    """`deviations` holds the days that differ from Monday to Friday, and named holidays."""

    deviations: Mapping[date, tuple[bool, str]]
    announced_years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        known = self.deviations.get(day)
        return known[0] if known else day.weekday() < 5

    def name(self, day: date) -> str:
        """The holiday or make-up day's name, or an empty text."""
        known = self.deviations.get(day)
        return known[1] if known else ""

    def next_workday(self, day: date, *, inclusive: bool = True) -> date:
        day = day if inclusive else day + DAY
        while not self.is_workday(day):
            day += DAY
        return day

    def previous_workday(self, day: date, *, inclusive: bool = True) -> date:
        day = day if inclusive else day - DAY
        while not self.is_workday(day):
            day -= DAY
        return day

    def add_workdays(self, start: date, number: int) -> date:
        """The number-th working day, where the first working day on or after `start` is number one.

        Raises ValueError for fewer than one.
        """
        if number < 1:
            raise ValueError("工作日数须至少为 1。")
        day = self.next_workday(start)
        for _ in range(number - 1):
            day = self.next_workday(day, inclusive=False)
        return day

    def workdays_between(self, first: date, last: date) -> list[date]:
        """The working days from first to last, both included."""
        return [day for n in range((last - first).days + 1) if self.is_workday(day := first + n * DAY)]

    def days_left(self, today: date, deadline: date) -> int:
        """Working days after today up to and including the deadline; negative once it is past."""
        if today <= deadline:
            return len(self.workdays_between(today + DAY, deadline))
        return -max(1, len(self.workdays_between(deadline + DAY, today)))

    def days_over(self, today: date, deadline: date) -> int:
        """Working days that have passed since the deadline; today has not passed yet."""
        return len(self.workdays_between(deadline + DAY, today - DAY))

    def words_until(self, today: date, deadline: date) -> str:
        """What is left of a term, or how long it has been over, as every page and letter says it."""
        return " ".join(part for part in self.parts_until(today, deadline) if part)

    def parts_until(self, today: date, deadline: date) -> tuple[str, str, str]:
        """The same words, the one that tells apart from what stands before and after it."""
        left = self.days_left(today, deadline)
        if today == deadline:
            return "", "今日 24:00", "截止"
        if left < 0:
            over = self.days_over(today, deadline)
            return ("已逾期", str(over), "个工作日") if over else ("", "已过期限", "")
        if left:
            return "剩余", str(left), "个工作日"
        return "", f"{deadline.month} 月 {deadline.day} 日 24:00", "截止"

    def is_provisional(self, *days: date) -> bool:
        """Whether any of the days lies in a year without a notice (暂估)."""
        return any(day.year not in self.announced_years for day in days)

    def publicity_period(self, start: date, days: int = 15) -> Period:
        """Day by day from a working day to the last of `days` working days."""
        if not self.is_workday(start):
            raise ValueError(f"{date_cn_weekday(start)}不是工作日，公示须自工作日开始。")
        end = self.add_workdays(start, days)
        explained, number = [], 0
        for offset in range((end - start).days + 1):
            day = start + offset * DAY
            works = self.is_workday(day)
            number += works
            explained.append(
                ExplainedDay(day, weekday_cn(day), number if works else None, self._reason(day, number))
            )
        return Period(start, end, tuple(explained))

    def _reason(self, day: date, number: int) -> str:
        name = self.name(day)
        if self.is_workday(day):
            return f"第 {number} 个工作日" + ("（调休上班）" if day.weekday() >= 5 else "")
        return f"{name}放假" if name and name != "周末" else "周末"


def from_chinesecalendar(first: int = 2010, last: int = 2026) -> Calendar:
    """The calendar of the package `chinesecalendar`, which ends with 2026."""
    deviations = {}
    day = date(first, 1, 1)
    while day <= date(last, 12, 31):
        off, english = chinese_calendar.get_holiday_detail(day)
        works = chinese_calendar.is_workday(day)
        name = HOLIDAY_NAMES.get(english, english or "")
        if works != (day.weekday() < 5) or (off and name):
            deviations[day] = (works, f"{name}调休" if works else name or "周末")
        day += DAY
    return Calendar(deviations, frozenset(range(first, last + 1)))

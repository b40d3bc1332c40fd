"""差一点: the smallest change by which a condition of Art. 5 would be met, and how close one is that is barely met.

Closed form from the threshold; the tests look for the same change by trying one after the other. Each function
answers a sentence, empty where there is nothing near to tell.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

BARELY = Fraction(1, 20)  # of the threshold: no more than that above it is close
BARELY_DAYS = 92
QUALIFIED = {
    "union": "具有大专及以上学历或者中级及以上职称",
    "education": "具有大专及以上学历",
    "title": "具有中级及以上职称",
    "intersection": "兼有大专及以上学历和中级及以上职称",
}


def missing_amount(value: Decimal, wanted: Decimal) -> Decimal:
    return max(Decimal(0), wanted - value)


def missing_among(part: Decimal, whole: Decimal, percent: Decimal) -> int:
    """How many of those who are there must come to count."""
    return max(0, ceil(Fraction(percent) * Fraction(whole) / 100 - Fraction(part)))


def missing_newcomers(part: Decimal, whole: Decimal, percent: Decimal) -> int | None:
    """How many who count must join; they enlarge the whole too. None when that never suffices."""
    lacking = Fraction(percent) * Fraction(whole) - 100 * Fraction(part)
    if lacking <= 0:
        return 0
    return None if percent >= 100 else ceil(lacking / (100 - Fraction(percent)))


def spare_among(part: Decimal, whole: Decimal, percent: Decimal) -> int:
    """How many of those who count may cease to and the share still holds."""
    return int(Fraction(part)) - max(0, ceil(Fraction(percent) * Fraction(whole) / 100))


def latest_start(as_of: date, years: int) -> date:
    """The last beginning that makes full years by that day."""
    try:
        return as_of.replace(year=as_of.year - years)
    except ValueError:  # 29 February
        return as_of.replace(year=as_of.year - years, day=28)


def amount(value: Decimal, wanted: Decimal, unit: str) -> str:
    gap = missing_amount(value, wanted)
    spaced = "个百分点" if unit == "%" else unit
    if gap:
        return f"再有 {_plain(gap)} {spaced}，"
    spare = value - wanted
    if Fraction(spare) > BARELY * Fraction(wanted):
        return ""
    return f"只比要求多 {_plain(spare)} {spaced}" if spare else "恰好达到要求"


def among(part: Decimal, whole: Decimal, percent: Decimal, rule: str) -> str:
    count = missing_among(part, whole, percent)
    if count:
        joining = missing_newcomers(part, whole, percent)
        hire = f"（或者新增 {joining} 名这样的人员）" if joining else ""
        return f"现有人员中再有 {count} 名{QUALIFIED[rule]}{hire}，"
    spare = spare_among(part, whole, percent)
    if spare > BARELY * Fraction(whole):
        return ""
    return f"再减少 {spare + 1} 名这样的人员就不满足"


def started(start: date, as_of: date, years: int) -> str:
    latest = latest_start(as_of, years)
    late = (start - latest).days
    if late > 0:
        return f"晚了 {late} 天：起始日期不晚于 {latest.year} 年 {latest.month} 月 {latest.day} 日的，"
    return f"只早 {-late} 天满足" if late < 0 and -late <= BARELY_DAYS else ("恰好满足" if not late else "")


def more(count: Decimal, wanted: Decimal | int, unit: str) -> str:
    return f"再有 {_plain(wanted - count)} {unit}，" if count < wanted else ""


def _plain(value: Decimal | int) -> str:
    return f"{Decimal(value).normalize():f}"

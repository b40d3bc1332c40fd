"""Terms of titles as a list writes them for each row: 2018年1月1日至2020年12月31日, 2018.1—2020.12, 三年."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

import unicodedata2

from platforms.notices.marks import CHINESE
from platforms.register.services import last_day_of_term

DAY = r"(\d{4})[年./-](\d{1,2})(?:[月./-](\d{1,2})(?!\d)日?|月)?"
SPACES = re.compile(r"\s")
YEARS = re.compile(r"(?:有效期)?([一二三四五六\d])年")


@dataclass(frozen=True)
class Term:
    since: date | None = None
    until: date | None = None
    problem: str = ""


def read_term(text: str, *, on: date | None, since: str = "", until: str = "") -> Term:
    """What one cell says, or two; `on` is the notice's day, from which a number of years counts."""
    if since or until:
        begin, end = _days(since), _days(until)
        if (since and len(begin) != 1) or (until and len(end) != 1):
            return Term(problem=f"有效期“{since or '—'}至{until or '—'}”不能识别")
        return _judged(_first(begin), _last(end), f"{since}至{until}")
    plain = SPACES.sub("", unicodedata2.normalize("NFKC", text))
    if not plain:
        return Term()
    if (years := YEARS.fullmatch(plain)) and on:
        count = CHINESE.get(years[1]) or int(years[1])
        return Term(on, last_day_of_term(on, count))
    found = _days(plain)
    if len(found) == 1 and not re.search(r"起|自|始", plain):
        return Term(None, _last(found))
    if len(found) == 2:
        return _judged(_first(found[:1]), _last(found[1:]), text)
    return Term(problem=f"有效期“{text[:30]}”不能识别")


def _days(text: str) -> list[tuple[date, date]]:
    """Each day that is written, or the first and the last of a month."""
    made = []
    for found in re.finditer(DAY, SPACES.sub("", unicodedata2.normalize("NFKC", text))):
        year, month, day = (int(part) if part else 0 for part in found.groups())
        if not 1 <= month <= 12 or day > calendar.monthrange(year, month)[1]:
            return []
        last = day or calendar.monthrange(year, month)[1]
        made.append((date(year, month, day or 1), date(year, month, last)))
    return made


def _first(days: list[tuple[date, date]]) -> date | None:
    return days[0][0] if days else None


def _last(days: list[tuple[date, date]]) -> date | None:
    return days[0][1] if days else None


def _judged(since: date | None, until: date | None, text: str) -> Term:
    if since and until and since > until:
        return Term(problem=f"有效期“{text[:30]}”的起止颠倒")
    return Term(since, until)

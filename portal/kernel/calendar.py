"""The statutory calendar as the database holds it, read once per process and renewed when it changes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from portal.kernel import audit, clock
from portal.kernel.holiday_notice import is_notice, read_sentences
from portal.kernel.models.audit import AuditEvent
from portal.kernel.models.calendar import CalendarDay, CalendarYear
from portal.shared.workingdays import Calendar

Version = tuple[datetime | None, int]
LINE = re.compile(r"^(\d{1,2})[-月/.](\d{1,2})日?\s+(休|班)\s*(\S.*)?$")
FEWEST_DAYS = 10  # a notice names more than twenty
RENEW_AFTER = 1.0  # seconds for which the version is not asked for again
MOST_KNOWN = 4096  # terms whose length is remembered


@dataclass(frozen=True)
class KeptCalendar(Calendar):
    """Counts the days of a term once: a list asks for the same few deadlines on every line."""

    left: dict[tuple[date, date], int] = field(default_factory=dict, compare=False, repr=False)

    def days_left(self, today: date, deadline: date) -> int:
        known = self.left.get((today, deadline))
        if known is None:
            if len(self.left) >= MOST_KNOWN:
                self.left.clear()
            known = self.left[today, deadline] = super().days_left(today, deadline)
        return known


_cached: tuple[float, Version, Calendar] | None = None
_replaced: tuple[Calendar, list[tuple[datetime, Calendar]]] | None = None


def calendar() -> Calendar:
    """Working days by the State Council's notices; what another process put in force is in force here too."""
    global _cached
    now = time.monotonic()
    if _cached is None or now - _cached[0] > RENEW_AFTER:
        version = _version()
        if _cached is None or _cached[1] != version:
            _cached = (now, version, _load())
        else:
            _cached = (now, *_cached[1:])
    return _cached[2]


def _version() -> Version:
    """One small row that differs after every entry of a year."""
    found = CalendarYear.objects.aggregate(last=Max("entered_at"), number=Count("*"))
    return found["last"], found["number"]


def _load() -> Calendar:
    days = CalendarDay.objects.values_list("day", "is_workday", "name")
    years = CalendarYear.objects.values_list("year", flat=True)
    return KeptCalendar({day: (works, name) for day, works, name in days}, frozenset(years))


def calendars_since(moment: datetime) -> list[Calendar]:
    """The calendar in force, and each that was in force since: a last day published by any of them stands."""
    global _replaced
    now = calendar()
    if _replaced is None or _replaced[0] is not now:
        _replaced = (now, _load_replaced(now))
    return [now, *(one for at, one in _replaced[1] if at >= moment)]


def _load_replaced(now: Calendar) -> list[tuple[datetime, Calendar]]:
    """Every entry of a year that says otherwise than the calendar in force, with the time of the entry."""
    found = []
    entries = AuditEvent.objects.filter(action="calendaryear.enter_year").order_by("at")
    for at, stream, body in entries.values_list("at", "stream", "body"):
        days = {date.fromisoformat(day): (works, name) for day, (works, name) in _days_of(body)}
        before = with_year(now, int(stream.rpartition(":")[2]), days)
        if before.deviations != now.deviations:
            found.append((at, before))
    return found


def _days_of(body: str) -> Iterable[tuple[str, Any]]:
    return json.loads(body)["facts"]["days"].items()


def with_year(old: Calendar, year: int, days: Mapping[date, tuple[bool, str]]) -> Calendar:
    """The calendar as it is when one year has these days."""
    others = {day: kept for day, kept in old.deviations.items() if day.year != year}
    return Calendar({**others, **days}, old.announced_years | {year})


def deadline_in(workdays: int) -> date:
    """The last of so many working days after today."""
    return calendar().add_workdays(clock.today() + timedelta(days=1), workdays)


def estimate_mark(*days: date) -> str:
    """What is said after a deadline that nobody can be sure of: one of the days lies in a year without a notice."""
    return "（节假日安排未录入，日期暂估）" if calendar().is_provisional(*days) else ""


def forget() -> None:
    global _cached, _replaced
    _cached = _replaced = None


def read_days(year: int, text: str) -> dict[date, tuple[bool, str]]:
    """The notice in its own sentences, or as lines “10-1 休 国庆节” or “9-27 班 国庆节调休”. Raises ValueError."""
    days: dict[date, tuple[bool, str]] = {}
    if is_notice(text):
        text, days = "", read_sentences(year, text)
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line:
            continue
        found = LINE.match(line)
        if not found:
            raise ValueError(f"第 {number} 行“{line}”无法识别，请按“10-1 休 国庆节”的格式填写。")
        month, day, kind, name = found.groups()
        try:
            when = date(year, int(month), int(day))
        except ValueError as error:
            raise ValueError(f"第 {number} 行“{line}”不是有效日期。") from error
        if when in days:
            raise ValueError(f"第 {number} 行与前面重复：{when:%m-%d}。")
        days[when] = (kind == "班", name or ("调休上班" if kind == "班" else "节假日"))
    if len(days) < FEWEST_DAYS:
        raise ValueError("一年的放假与调休日通常在 20 天以上，请核对是否录全。")
    return days


@transaction.atomic
def enter_year(year: int, *, source: str, days: Mapping[date, tuple[bool, str]], by) -> CalendarYear:
    """Enter a year from the State Council's notice: the days that differ from Monday to Friday.

    Entering a year again replaces it; every deadline is computed from the new table from then on.
    """
    row, _ = CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
    row.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, year=row, is_workday=works, name=name)
        for day, (works, name) in sorted(days.items())
    )
    audit.record(
        action="enter_year",
        obj=row,
        by=by,
        facts={"source": source, "days": {day.isoformat(): value for day, value in days.items()}},
    )
    transaction.on_commit(forget)
    forget()
    return row

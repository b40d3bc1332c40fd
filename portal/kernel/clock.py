"""The one domain clock. Every rule about dates asks here; sessions, codes and signatures use real time.

In demonstration mode the clock may stand at another moment (the training clock, stored in the
database, moved forward only). `standing_at` pins it for a command or a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from portal.operations.hosttime import correction

ZONE = ZoneInfo("Asia/Shanghai")  # the settings' own; looked up for every deadline on a page
_pinned: ContextVar[datetime | None] = ContextVar("pinned_clock", default=None)
_offset: ContextVar[timedelta | None] = ContextVar("clock_offset", default=None)


def now() -> datetime:
    """The domain's present moment, aware, in Asia/Shanghai."""
    pinned = _pinned.get()
    return (pinned or timezone.now() + correction() + _training_offset()).astimezone(ZONE)


def today() -> date:
    """The domain's present day in Asia/Shanghai (UTC would be a day behind until 08:00)."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The day in Asia/Shanghai on which a stored moment fell."""
    return timezone.localtime(moment).date()


def is_training() -> bool:
    """Whether the clock stands elsewhere than real time."""
    return bool(_training_offset())


def start_of(day: date) -> datetime:
    """00:00 of the day, aware."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    """24:00 of the day: the first moment that is too late for a deadline on that day."""
    return start_of(day + timedelta(days=1))


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Pin the domain clock within this context (commands that replay a year, tests)."""
    token = _pinned.set(moment)
    try:
        yield
    finally:
        _pinned.reset(token)


@contextmanager
def remembered() -> Iterator[None]:
    """Read the training offset once within this context, so that one page has one time."""
    token = _offset.set(_stored_offset())
    try:
        yield
    finally:
        _offset.reset(token)


def forget() -> None:
    """Read the stored offset anew (after the training clock was moved within a request)."""
    if _offset.get() is not None:
        _offset.set(_stored_offset())


def _training_offset() -> timedelta:
    remembered_offset = _offset.get()
    return _stored_offset() if remembered_offset is None else remembered_offset


def _stored_offset() -> timedelta:
    if not settings.TRAINING_CLOCK:
        return timedelta()
    from portal.models import TrainingClock  # models read this module while they load

    return TrainingClock.objects.values_list("offset", flat=True).first() or timedelta()

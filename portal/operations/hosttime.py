"""The host's clock against the database's: measured each minute, corrected when they differ too much.

Deadlines are decided by one clock. A web host that runs ahead would shut a window early for whom it serves.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

TOLERATED = timedelta(seconds=0.5)
EVERY = 60.0  # seconds
TRIES = 3
log = structlog.get_logger(__name__)
_difference = timedelta()


def difference() -> timedelta:
    """Database minus host, as last measured."""
    return _difference


def correction() -> timedelta:
    """What the domain's clock adds to the host's time."""
    return _difference if abs(_difference) > TOLERATED else timedelta()


def measure() -> timedelta:
    """Ask the database, again while the way is long. Half of the way is what the answer may be off by: on a machine that
    is busy, equal clocks must not be taken for different ones."""
    global _difference
    asked = []
    for _ in range(TRIES):
        asked.append(_ask())
        if asked[-1][0] < TOLERATED:
            break
    way, found = min(asked)
    if way / 2 > TOLERATED:
        log.warning("clock_not_compared", way_seconds=way.total_seconds())
        return _difference
    _difference = found
    if abs(_difference) > TOLERATED:
        log.error("clocks_differ", seconds=_difference.total_seconds())
    return _difference


def _ask() -> tuple[timedelta, timedelta]:
    """The time there and back, and what the database's clock is ahead by."""
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    way = timezone.now() - before
    return way, theirs - (before + way / 2)


def watch() -> None:
    """Measure now and each minute, beside the process's work."""
    threading.Thread(target=_go_round, name="hosttime", daemon=True).start()


def _go_round() -> None:
    pause = threading.Event()
    while True:
        try:
            measure()
        except DatabaseError as error:
            log.warning("clock_not_compared", error=str(error))
        finally:
            connection.close()
        pause.wait(EVERY)

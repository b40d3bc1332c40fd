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
log = structlog.get_logger(__name__)
_difference = timedelta()


def difference() -> timedelta:
    """Database minus host, as last measured."""
    return _difference


def correction() -> timedelta:
    """What the domain's clock adds to the host's time."""
    return _difference if abs(_difference) > TOLERATED else timedelta()


def measure() -> timedelta:
    """Ask the database once; half of the way there and back is the network's."""
    global _difference
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    after = timezone.now()
    _difference = theirs - (before + (after - before) / 2)
    if abs(_difference) > TOLERATED:
        log.error("clocks_differ", seconds=_difference.total_seconds())
    return _difference


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

"""What happens by the clock: each app registers jobs that run once for every day.

Deadlines are rows that these jobs look for, so an outage delays them and never skips one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from portal import clock
from portal.models.clock import DailyRun

CATCH_UP = 45  # days looked back after an outage
_jobs: dict[str, Callable[[date], None]] = {}


def daily(function: Callable[[date], None]) -> Callable[[date], None]:
    """Register a job; it is called once for each day, soon after its midnight."""
    _jobs[f"{function.__module__}.{function.__name__}"] = function
    return function


def run_due_days(upto: date | None = None) -> int:
    """Run every job for every day up to `upto` that it has not yet run for; returns how many ran."""
    upto = upto or clock.today()
    done = 0
    last = DailyRun.objects.filter(day__lte=upto).order_by("-day").values_list("day", flat=True).first()
    first = max(last, upto - timedelta(days=CATCH_UP)) if last else upto
    day = first
    while day <= upto:
        with clock.standing_at(timezone.make_aware(datetime.combine(day, time(0, 5)))):
            for name, job in _jobs.items():
                done += _run_once(name, job, day)
        day += timedelta(days=1)
    return done


def _run_once(name: str, job: Callable[[date], None], day: date) -> bool:
    """In one transaction with the job's own writes: a job that fails is tried again."""
    with transaction.atomic():
        _, is_new = DailyRun.objects.get_or_create(job=name, day=day)
        if is_new:
            job(day)
    return is_new

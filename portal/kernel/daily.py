"""What happens by the clock: each app registers jobs that run once for every day.

Deadlines are rows that these jobs look for, so an outage delays them and never skips one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils import timezone

from portal.kernel import clock
from portal.kernel.models.clock import DailyRun

CATCH_UP = 45  # days looked back after an outage
_jobs: dict[str, Callable[[date], None]] = {}


def daily(function: Callable[[date], None]) -> Callable[[date], None]:
    """Register a job; it is called once for each day, soon after its midnight."""
    _jobs[f"{function.__module__}.{function.__name__}"] = function
    return function


def run_due_days(upto: date | None = None) -> int:
    """Run every job for every day up to `upto` that it has not yet run for; returns how many ran.

    A job that fails holds nothing else up; what failed is raised together when all others are done, and
    the next call tries it again. A job that is new begins with the last day that the others have seen.
    """
    upto = upto or clock.today()
    floor = upto - timedelta(days=CATCH_UP)
    begun = dict(DailyRun.objects.filter(day__lte=upto).values_list("job").annotate(Min("day")))
    last = DailyRun.objects.filter(day__lte=upto).aggregate(Max("day"))["day__max"] or upto
    ran = set(DailyRun.objects.filter(day__gte=floor, day__lte=upto).values_list("job", "day"))
    done, failures, day = 0, [], max(floor, min([last, *begun.values()]))
    while day <= upto:
        with clock.standing_at(timezone.make_aware(datetime.combine(day, time(0, 5)))):
            for name, job in _jobs.items():
                if day < begun.get(name, last) or (name, day) in ran:
                    continue
                try:
                    done += _run_once(name, job, day)
                except Exception as failure:
                    failures.append(failure)
        day += timedelta(days=1)
    if failures:
        raise ExceptionGroup("daily jobs failed", failures)
    return done


def _run_once(name: str, job: Callable[[date], None], day: date) -> bool:
    """In one transaction with the job's own writes: a job that fails is tried again, and only one process runs it."""
    try:
        with transaction.atomic():
            DailyRun.objects.create(job=name, day=day)
            job(day)
    except IntegrityError:
        if DailyRun.objects.filter(job=name, day=day).exists():
            return False  # another process was faster
        raise
    return True

"""Jobs of the clock: an outage delays a day and skips none, a failure holds nothing else up, nothing runs twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.kernel import daily
from portal.kernel.models.clock import DailyRun

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


@pytest.fixture
def seen(monkeypatch):
    """Two jobs that note their days; what is in `broken` makes the first of them fail."""
    days, broken = {"first": [], "second": []}, set()

    def first(day):
        if day in broken:
            raise RuntimeError("no connection")
        days["first"].append(day)

    monkeypatch.setattr(daily, "_jobs", {"first": first, "second": days["second"].append})
    return days, broken


def span(start: date, number: int) -> list[date]:
    return [start + timedelta(days=n) for n in range(number)]


def test_an_outage_delays_and_skips_nothing(seen):
    days, _ = seen
    assert daily.run_due_days(MONDAY) == 2
    assert daily.run_due_days(MONDAY) == 0
    assert daily.run_due_days(MONDAY + timedelta(days=4)) == 8
    assert days == {"first": span(MONDAY, 5), "second": span(MONDAY, 5)}


def test_a_failure_is_raised_when_all_others_are_done_and_made_up_for_later(seen):
    days, broken = seen
    daily.run_due_days(MONDAY)
    broken.add(MONDAY + timedelta(days=1))
    for _ in range(2):
        with pytest.raises(ExceptionGroup) as raised:
            daily.run_due_days(MONDAY + timedelta(days=2))
        assert [type(failure) for failure in raised.value.exceptions] == [RuntimeError]
    assert days["second"] == span(MONDAY, 3)
    assert days["first"] == [MONDAY, MONDAY + timedelta(days=2)]
    broken.clear()
    daily.run_due_days(MONDAY + timedelta(days=3))
    assert sorted(days["first"]) == span(MONDAY, 4)


def test_a_new_job_does_not_speak_of_days_before_it(seen, monkeypatch):
    daily.run_due_days(MONDAY)
    late = []
    daily.run_due_days(MONDAY + timedelta(days=9))
    monkeypatch.setitem(daily._jobs, "late", late.append)
    daily.run_due_days(MONDAY + timedelta(days=10))
    assert late == span(MONDAY + timedelta(days=9), 2)


def test_after_a_long_outage_only_the_last_weeks_are_made_up_for(seen):
    days, _ = seen
    daily.run_due_days(MONDAY)
    daily.run_due_days(MONDAY + timedelta(days=200))
    assert len(days["first"]) == 1 + daily.CATCH_UP + 1
    assert DailyRun.objects.filter(job="first").count() == len(days["first"])

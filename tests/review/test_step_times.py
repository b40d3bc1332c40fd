"""Promised and measured times: the kept figures equal what a naive walk through the trail finds."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from applications.dossiers.promises import promise_of
from applications.states import LIVE
from applications.states import ApplicationState as S
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.models import AuditEvent
from review.steptimes.daily import measure_steps
from review.steptimes.measuring import ninth_of
from tests.factories import dossiers, people
from tests.factories.dossiers import on

pytestmark = pytest.mark.django_db


def naive(rows, state) -> list[int]:
    """Event by event, day by day."""
    found = []
    for row in rows:
        events = list(
            AuditEvent.objects.filter(stream=f"applications.application:{row.pk}", after__gt="").order_by(
                "at"
            )
        )
        for first, second in itertools.pairwise(events):
            if first.after != state or second.after == state:
                continue
            day, days = clock.day_of(first.at), 0
            while day < clock.day_of(second.at):
                day += timedelta(1)
                days += calendar().is_workday(day)
            found.append(days)
    return found


def test_the_kept_figures_are_what_the_trail_says(client):
    office = people.recommender("甘肃")
    rows = [
        dossiers.application_in(S.PUBLICISED),
        dossiers.application_in(S.REFUSED, of=dossiers.unit(office)),
        dossiers.application_in(S.NOT_RECOMMENDED, of=dossiers.unit(office)),
    ]
    cycle = rows[0].cycle
    with on(date(2026, 6, 1)):
        measure_steps(date(2026, 6, 2))
        assert not cycle.step_times.exists()
        assert "尚无记录" not in client.get("/service_times/").content.decode()  # nobody has counted yet
        measure_steps(date(2026, 6, 1))
        kept = {row.state: (row.number, float(row.median), row.ninth) for row in cycle.step_times.all()}
        for state in LIVE:
            values = sorted(naive(rows, state))
            if not values or state == S.DRAFT:
                assert state not in kept
                continue
            middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
            assert kept[state] == (len(values), middle, ninth_of(values)), state
        page = client.get("/service_times/").content.decode()
    assert "尚无记录" in page and "尚未统计" not in page
    assert set(kept) >= {S.SUBMITTED, S.UNDER_EVALUATION, S.REPORTED, S.REVIEWED}
    assert promise_of(cycle, S.PUBLICISED) in page and "公示 15 个工作日" in page


@pytest.mark.parametrize(("values", "ninth"), [([7], 7), (list(range(1, 11)), 9), (list(range(1, 12)), 10)])
def test_nine_in_ten_do_not_exceed_it(values, ninth):
    assert ninth_of(values) == ninth

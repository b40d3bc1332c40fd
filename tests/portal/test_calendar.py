"""The stored calendar is the State Council's; nothing legal rests on a year that was not announced; deadlines are half-open."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from applications.models import Cycle
from applications.requirements import working_day_reasons
from applications.states import ApplicationState as S
from portal.kernel import calendar as calendars
from portal.kernel import clock
from portal.kernel.calendar import calendar, deadline_in, enter_year
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import AuditEvent, CalendarYear
from review.notices.services import start_reasons
from tests.factories import dossiers, people
from tests.factories.dossiers import on

MOMENT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _fresh(db):
    calendars.forget()
    yield
    calendars.forget()


@pytest.mark.parametrize("year", range(2010, 2027))
def test_every_stored_day_is_as_announced(year):
    first = date(year, 1, 1)
    days = [first + timedelta(number) for number in range((date(year + 1, 1, 1) - first).days)]
    stored = calendar()
    assert [day for day in days if stored.is_workday(day)] == [
        day for day in days if chinese_calendar.is_workday(day)
    ]
    assert not stored.is_provisional(first)


def test_the_notice_of_2023():
    """28 September and 7–10 October 2023 are five working days (工信部中小企业局, 2023)."""
    period = calendar().publicity_period(date(2023, 9, 28), 5)
    assert period.end == date(2023, 10, 10)
    assert [day.day for day in period.explained if day.number] == [
        date(2023, 9, 28),
        *(date(2023, 10, n) for n in (7, 8, 9, 10)),
    ]


def test_fifteen_days_over_national_day():
    """From 21 September 2026: 27 September works, 1–7 October do not, 10 October works."""
    period = calendar().publicity_period(date(2026, 9, 21), 15)
    worked = [day.day for day in period.explained if day.number]
    assert len(worked) == 15
    assert worked == [day for day in worked if chinese_calendar.is_workday(day)]
    assert not {date(2026, 10, n) for n in range(1, 8)} & set(worked)
    assert period.end == worked[-1]
    assert all(not chinese_calendar.is_workday(day.day) for day in period.explained if not day.number)


def test_a_deadline_counts_from_tomorrow():
    with on(date(2026, 9, 30)):
        assert deadline_in(1) == date(2026, 10, 8)
        assert deadline_in(3) == date(2026, 10, 10)  # a Saturday that works


# --- a year without a notice ---


def test_nothing_is_received_on_an_estimated_day():
    with on(date(2027, 4, 1)):
        assert calendar().is_provisional(clock.today())
        reasons = list(working_day_reasons(date(2027, 4, 30)))
    assert len(reasons) == 1
    assert "暂估" in reasons[0]


def test_no_publicity_starts_that_would_end_on_an_estimated_day():
    with on(date(2026, 12, 17)):
        assert start_reasons(date(2026, 12, 18), length=15) == [
            "公示期涉及的年份尚未录入节假日安排，截止日期无法确定，请先录入。"
        ]


def test_entering_the_notice_ends_the_estimate_and_stands_on_record():
    administrator = people.user(Role.ADMINISTRATOR)
    enter_year(
        2027,
        source="国办发明电〔2026〕0 号",
        days={date(2027, 1, 1): (False, "元旦"), date(2027, 1, 3): (True, "元旦调休")},
        by=administrator,
    )
    assert not calendar().is_provisional(date(2027, 4, 1))
    assert not calendar().is_workday(date(2027, 1, 1))
    assert calendar().is_workday(date(2027, 1, 3))
    with on(date(2027, 4, 1)):
        assert list(working_day_reasons(date(2027, 4, 30))) == []
    event = AuditEvent.objects.get(action="calendaryear.enter_year")
    assert event.actor_id == administrator.pk
    assert event.facts["source"] == CalendarYear.objects.get(year=2027).source


def test_no_title_is_granted_on_an_estimate():
    """A publicity whose days lie in a year that is no longer announced decides nothing."""
    application = dossiers.application_in(S.PUBLICISED)
    with on(dossiers.DECIDED_ON):
        assert missing(application, "designate") == []
        CalendarYear.objects.get(year=2026).days.all().delete()
        CalendarYear.objects.filter(year=2026).delete()
        calendars.forget()
        assert any("暂估" in reason for reason in missing(application, "designate"))


# --- the last moment ---


def at(day: date, *, before: bool):
    """24:00 of the day, or the microsecond before it."""
    return clock.standing_at(clock.end_of(day) - (MOMENT if before else timedelta()))


def test_filing_ends_at_midnight():
    cycle = dossiers.cycle()
    with clock.standing_at(clock.start_of(cycle.filing_from) - MOMENT):
        assert not cycle.filing_is_open()
    with clock.standing_at(clock.start_of(cycle.filing_from)):
        assert cycle.filing_is_open()
    with at(cycle.filing_until, before=True):
        assert cycle.filing_is_open()
    with at(cycle.filing_until, before=False):
        assert not cycle.filing_is_open()


def test_a_correction_ends_at_midnight():
    application = dossiers.application_in(S.RETURNED)
    due_on = application.corrections.get().due_on

    def late() -> list[str]:
        return [reason for reason in missing(application, "resubmit") if "补正期限" in reason]

    with at(due_on, before=True):
        assert late() == []
    with at(due_on, before=False):
        assert len(late()) == 1


def test_publicity_runs_from_midnight_to_midnight():
    application = dossiers.application_in(S.PUBLICISED)
    notice = application.notice_items.get().notice
    assert (notice.published_on, notice.ends_on) == (date(2026, 4, 10), date(2026, 4, 30))
    with clock.standing_at(clock.start_of(notice.published_on) - MOMENT):
        assert not notice.is_public
    with clock.standing_at(clock.start_of(notice.published_on)):
        assert notice.is_public
    with at(notice.ends_on, before=True):
        assert not notice.has_run
        assert any("期满后方可办理" in reason for reason in missing(application, "designate"))
    with at(notice.ends_on, before=False):
        assert notice.has_run
        assert missing(application, "designate") == []


def test_the_handling_window_is_its_working_days():
    """Art. 11: on 1 April it begins, on a Saturday nothing is handled, after 30 April nothing at all."""
    application = dossiers.application_in(S.RECOMMENDED)
    lead = people.staff_of(application.recommender)[1]
    answers = {}
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 5), date(2026, 4, 30), date(2026, 5, 6)):
        with on(day):
            answers[day.isoformat()] = [reason[:8] for reason in missing(application, "report", by=lead)]
    assert answers == {
        "2026-03-31": ["集中办理自 20"],
        "2026-04-01": [],
        "2026-04-05": ["今天不是工作日，"],
        "2026-04-30": [],
        "2026-05-06": ["集中办理已于 2"],
    }


def test_the_year_closes_after_its_last_day():
    cycle = dossiers.cycle()
    with at(cycle.closes_on, before=True), pytest.raises(TransitionBlocked):
        perform(cycle, "close", by=SYSTEM)
    with at(cycle.closes_on, before=False):
        assert perform(cycle, "close", by=SYSTEM).state == "CLOSED"
    assert Cycle.objects.get().state == "CLOSED"

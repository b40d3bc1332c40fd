"""A year's holidays by two administrators: what it moves is shown first, and no published day comes earlier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.kernel import calendar as calendars
from portal.kernel import signoff
from portal.kernel.calendar import calendar, read_days
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import CalendarDay, CalendarYear
from portal.workdays.acts import propose_year
from portal.workdays.views import lines_of
from review.secondlooks.terms import term_of
from tests.factories import dossiers, people
from tests.factories.dossiers import on

pytestmark = pytest.mark.django_db
HOLIDAY, MADE_UP = date(2026, 4, 20), date(2026, 4, 18)  # a Monday and a Saturday within the publicity


@pytest.fixture(autouse=True)
def fresh():
    calendars.forget()
    yield
    calendars.forget()


@pytest.fixture
def two():
    return people.user(Role.ADMINISTRATOR), people.user(Role.ADMINISTRATOR)


def year_with(*changes) -> dict:
    days = {day: kept for day, kept in calendar().deviations.items() if day.year == 2026}
    return {**days, **dict(changes)}


def propose(by, *changes):
    return propose_year(2026, source="国办发明电〔2026〕1 号", days=year_with(*changes), by=by)


def test_nothing_is_in_force_until_another_administrator_has_signed(two):
    act = propose(two[0], (HOLIDAY, (False, "特别假日")))
    assert calendar().is_workday(HOLIDAY)
    with pytest.raises(TransitionBlocked, match="两人"):
        signoff.sign(act, by=two[0])
    with pytest.raises(TransitionBlocked, match="等待审签"):
        propose(two[1])
    signoff.sign(act, by=two[1])
    assert not calendar().is_workday(HOLIDAY)


def test_what_is_sent_back_leaves_the_year_as_it_is_and_makes_way(two):
    act = propose(two[0], (HOLIDAY, (False, "特别假日")))
    signoff.send_back(act, by=two[1], answer="与通知不符")
    assert calendar().is_workday(HOLIDAY)
    assert propose(two[0]).state == "WAITING"


def test_another_process_sees_it_without_a_restart(monkeypatch):
    """The rows change behind this process's back, as when another one has put the year in force."""
    monkeypatch.setattr(calendars, "RENEW_AFTER", 0.0)
    assert calendar().is_workday(HOLIDAY)
    CalendarDay.objects.create(day=HOLIDAY, year_id=2026, is_workday=False, name="特别假日")
    CalendarYear.objects.get(year=2026).save()
    assert not calendar().is_workday(HOLIDAY)


def test_a_published_last_day_comes_later_and_is_named_before(two, client):
    notice = dossiers.application_in("PUBLICISED").notice_items.get().notice
    published = notice.ends_on
    with on(dossiers.PUBLIC_FROM):
        act = propose(two[0], (HOLIDAY, (False, "特别假日")))
        shown = dict(act.shown["rows"])
        assert "→" in shown[f"公示：{notice.title}"] and shown["04-20"] == "平日 → 休 特别假日"
        signoff.sign(act, by=two[1])
    assert notice.last_day == calendar().next_workday(published + timedelta(1)) > published
    with on(published + timedelta(1)):
        assert not notice.has_run and not notice.items.get().has_run
        assert "顺延）" in client.get(f"/publicity/{notice.pk}/").content.decode()
    with on(notice.last_day + timedelta(1)):
        assert notice.has_run


def test_a_published_last_day_never_comes_earlier(two, client):
    notice = dossiers.application_in("PUBLICISED").notice_items.get().notice
    with on(dossiers.PUBLIC_FROM):
        act = propose(two[0], (MADE_UP, (True, "调休上班")))
        signoff.sign(act, by=two[1])
    assert calendar().is_workday(MADE_UP)
    assert notice.last_day == notice.ends_on == notice.items.get().last_day
    with on(dossiers.PUBLIC_FROM):
        assert "顺延）" not in client.get(f"/publicity/{notice.pk}/").content.decode()


def test_a_day_that_a_change_has_moved_stays_when_the_change_is_taken_back(two):
    row = dossiers.application_in("PUBLICISED")
    notice, refused = row.notice_items.get().notice, dossiers.application_in("REFUSED")
    with on(dossiers.PUBLIC_FROM):
        signoff.sign(propose(two[0], (HOLIDAY, (False, "特别假日"))), by=two[1])
        moved, term = notice.last_day, term_of(refused)[1]
        days = {day: kept for day, kept in year_with().items() if day != HOLIDAY}
        act = propose_year(2026, source="更正", days=days, by=two[0])
        assert dict(act.shown["rows"])["受影响的公示和期限"] == "没有"
        signoff.sign(act, by=two[1])
    assert calendar().is_workday(HOLIDAY)
    assert notice.last_day == notice.items.get().last_day == moved > notice.ends_on
    assert term_of(refused)[1] == term


def test_the_year_is_looked_at_and_corrected_by_click_before_it_is_sent(client, two):
    client.force_login(two[0])
    typed = {"source": "通知", "days": lines_of(year_with()), "then": "look"}
    page = client.post("/calendar/2026/enter/", typed)
    assert page.status_code == 200 and 'value="2026-04-20"' in page.content.decode()
    page = client.post("/calendar/2026/enter/", {**typed, "then": "2026-04-20"})
    corrected = page.context["form"]["days"].value()
    assert read_days(2026, corrected)[HOLIDAY] == (False, "节假日")
    assert calendar().is_workday(HOLIDAY)
    sent = client.post("/calendar/2026/enter/", {**typed, "days": corrected, "then": "send"})
    assert sent.status_code == 302 and sent.url.startswith("/signoffs/")


def test_a_change_is_seen_as_a_year_by_whoever_signs_it_and_by_nobody_else(two, client):
    act = propose(two[0], (HOLIDAY, (False, "特别假日")))
    page = signoff.act_of(act).page(signoff.objects_of(act)[0])
    assert "特别假日" not in client.get(page).content.decode()
    client.force_login(two[1], backend="portal.accounts.backends.PortalBackend")
    assert page in client.get(f"/signoffs/{act.pk}/").content.decode()
    shown = client.get(page).content.decode()
    assert "特别假日" in shown and "尚未生效" in shown
    signoff.sign(act, by=two[1])
    assert "尚未生效" not in client.get(page).content.decode()

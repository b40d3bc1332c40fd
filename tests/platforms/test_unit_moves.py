"""Who is waited for while a platform moves or is taken over, and whom its pages and lists name afterwards."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from platforms.models import Recommender, TitleEvent, UnitChange
from platforms.register.events import record_event
from platforms.register.opendata import rows_of_titles
from platforms.register.queries import recommended_by, summary
from platforms.unitchanges.daily import remind_of_platforms_that_move_in, remind_of_platforms_to_receive
from platforms.unitchanges.receiving import decline
from portal.kernel import clock
from portal.kernel.permissions import Role
from portal.kernel.workflow import perform
from portal.models import Notification
from tests.factories.titles import make_staff, make_titled, make_user
from tests.platforms.test_unit_changes import asked, change_of, client_of, decide, move

pytestmark = pytest.mark.django_db


@pytest.fixture
def titled():
    return make_titled()


@pytest.fixture
def ministry():
    return make_user("officer", Role.MINISTRY_OFFICER), make_user("head", Role.MINISTRY_LEAD)


def test_a_unit_that_never_answers_is_reminded_and_those_who_wait_are_told(titled):
    theirs = make_titled(number=2)
    filed = timezone.make_aware(datetime(2026, 11, 2, 10))  # a Monday
    with clock.standing_at(filed):
        change_of(titled, operator=theirs.title.platform.organisation)
    asks, waits = "仍请答复是否接收平台", "接收单位尚未答复"
    for day, reminders, told in (
        (date(2026, 11, 6), 0, set()),
        (date(2026, 11, 8), 0, set()),  # a Sunday
        (date(2026, 11, 9), 1, set()),
        (date(2026, 11, 16), 2, {titled.lead, titled.officer}),
        (date(2026, 11, 17), 2, {titled.lead, titled.officer}),
    ):
        remind_of_platforms_to_receive(day)
        sent = Notification.objects.filter(recipient=theirs.lead, title__startswith=asks)
        assert sent.count() == reminders, day
        assert {one.recipient for one in Notification.objects.filter(title__startswith=waits)} >= told, day
        assert bool(told) == Notification.objects.filter(title__startswith=waits).exists(), day
    with clock.standing_at(filed + timedelta(days=14)):
        assert asked(theirs.lead) == "请答复是否接收该平台，已等 10 个工作日"
        assert asked(titled.officer) == "已等 10 个工作日接收单位同意"
        assert asked(titled.lead) == "已等 10 个工作日，可以与其联系，或者撤回接收单位同意"
        decline(UnitChange.objects.get(), note="从未商定划转", by=theirs.lead)
    before = Notification.objects.count()
    remind_of_platforms_to_receive(date(2026, 11, 9))
    assert Notification.objects.count() == before  # an answer ends it


def test_a_department_that_is_asked_to_take_a_platform_in_is_reminded(titled):
    there = make_staff(Recommender.objects.get(label="江苏"), "officer-江苏")
    with clock.standing_at(timezone.make_aware(datetime(2026, 11, 2, 10))):
        perform(move(titled), "verify", by=titled.officer, at=clock.now())
    for day in (date(2026, 11, 9), date(2026, 11, 16)):
        remind_of_platforms_that_move_in(day)
    assert Notification.objects.filter(recipient=there, title__startswith="仍请答复是否同意迁入").count() == 2
    assert Notification.objects.filter(recipient=titled.lead, title__startswith="迁入地尚未答复").count() == 1


def test_after_a_move_the_public_pages_name_who_recommended_and_who_watches_now(titled, ministry):
    there = make_staff(Recommender.objects.get(label="江苏"), "officer-江苏")
    change = perform(move(titled), "verify", by=titled.officer, at=clock.now())
    decide(perform(change, "agree", by=there, at=clock.now()), ministry)
    for address in ("directory", "verify"):
        page = client_of().get(f"/{address}/{titled.title.number}/").content.decode()
        lines = re.findall(r"<th scope=\"row\">(推荐单位|现主管部门)</th>\s*<td>([^<]*)", page)
        assert lines == [("推荐单位", change.office.name), ("现主管部门", change.moves_to.name)]


def test_after_a_move_lists_and_open_data_name_who_recommended_and_who_watches_now(titled, ministry):
    there = make_staff(Recommender.objects.get(label="江苏"), "officer-江苏")
    change = perform(move(titled), "verify", by=titled.officer, at=clock.now())
    decide(perform(change, "agree", by=there, at=clock.now()), ministry)
    left, now = change.office, change.moves_to

    def told(who: str, day: str = "") -> None:
        page = client_of()
        rows = page.get(f"/directory/download.json{day}").json()["items"]
        watches = "当日主管部门" if day else "现主管部门"
        assert [(row["推荐单位"], row[watches]) for row in rows] == [(who, now.name)]
        label = Recommender.objects.get(name=who).label
        listed = page.get(f"/directory/{day or '?'}&recommender={label}").content.decode()
        assert ("主管部门：江苏" in listed) == (who != now.name) and titled.title.platform_name in listed
        other = ({left.label, now.label} - {label}).pop()
        assert titled.title.platform_name not in page.get(f"/directory/?recommender={other}").content.decode()
        for row in (
            page.get(f"/api/v1/titles?recommender={label}").json()["items"][0],
            page.get(f"/api/v1/titles/{titled.title.key}").json(),
            next(rows_of_titles()),
        ):
            assert (row["recommender"], row["department"]) == (who, now.name)
        assert summary(2026)["by_recommender"] == {label: 1}

    told(left.name)
    told(left.name, f"?as_of={clock.today()}")
    later = clock.today() + timedelta(days=30)
    title = type(titled.title).objects.get(pk=titled.title.pk)
    record_event(title, TitleEvent.Kind.REDESIGNATED, on=later, by=None, state="ACTIVE")
    told(now.name)  # the department that watches it now has recommended it anew
    assert recommended_by(title) == now

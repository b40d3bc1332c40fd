"""One search: what everybody finds, and what a person finds within the own rights."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.kernel.permissions import Role
from tests.factories import dossiers, people, provinces
from tests.factories.revoking import opened
from tests.factories.year import Year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def hits(query: str, user=None):
    client = Client()
    if user:
        client.force_login(user, backend="portal.accounts.backends.PortalBackend")
    return client.get("/search/", {"q": query}).context["hits"]


@pytest.mark.parametrize("words", ["第十五条", "15条", "第15条"])
def test_an_article_is_found_by_its_number(words):
    assert [(hit.kind, hit.title) for hit in hits(words)] == [("条文", "第十五条")]


@pytest.mark.parametrize("words", ["第九十九条", "0条"])
def test_an_article_that_is_not_there_is_not_found(words):
    assert hits(words) == []


def test_titles_come_with_their_state_and_by_the_beginning_of_a_code():
    title = dossiers.title(dossiers.unit())
    for words in (title.platform_name, title.number, title.uscc[:8]):
        found = [hit for hit in hits(words) if title.number in hit.text]
        assert [hit.kind for hit in found] == [f"示范平台 · {title.get_state_display()}"], words


def test_help_and_receipts_lead_to_their_place():
    assert {hit.url for hit in hits("查询码")} >= {"/help/#public"}
    kinds = {
        "YY2026-0001": "异议回执",
        "ts2026-0001": "投诉回执",
        "JB2026-0001": "举报回执",
        "2026-浙-0004": "申报受理编号",
        "2026-浙省-0001": "申报受理编号",
        "2026-CTA-0001": "申报受理编号",
    }
    assert {words: [hit.kind for hit in hits(words)] for words in kinds} == {
        words: [kind] for words, kind in kinds.items()
    }


def test_a_provincial_title_is_found_by_its_number_and_led_to_in_its_register(client):
    title = provinces.line(number="ZJPT-2023-0001")
    for words in (title.number, title.number[:4].lower(), title.uscc[:8]):
        [hit] = [hit for hit in hits(words) if hit.kind.startswith("省级称号（不是国家级称号）")]
        assert title.number in hit.text
        assert title.platform_name in client.get(hit.url).content.decode()


def test_cases_and_units_are_found_within_ones_rights_only():
    unit = dossiers.unit()
    application, _ = dossiers.draft(of=unit)
    dossiers.bring_to(application, unit, "SUBMITTED")
    name = unit.platform.name
    ours, stranger = (
        people.staff_of(application.recommender)[0],
        people.staff_of(people.recommender("甘肃"))[0],
    )
    found = {user: {hit.url for hit in hits(name, user)} for user in (ours, stranger, None)}
    assert f"/dossiers/{application.pk}/" in found[ours]
    assert not any("/dossiers/" in url for url in found[stranger] | found[None])
    assert not any(hit.kind == "评审专家" for hit in hits("测试", people.user(Role.INSPECTOR)))


def test_a_notice_is_found_by_its_words_and_its_list_and_shown_as_it_is_read():
    row = dossiers.application_in("PUBLICISED")
    [hit] = [one for one in hits(row.platform.name) if one.kind == "通知公告"]
    assert row.platform.name in hit.text and '"' not in hit.text
    assert [
        one for one in hits("organisation") if one.kind == "通知公告"
    ] == []  # what the store calls its parts


def test_cases_of_supervision_are_found_by_their_number_within_ones_rights(year):
    unit = year.unit()
    case = opened(year, year.title(unit))
    officer = year.people["miit_officer"]
    for words in (case.number, case.number[:6], case.title.number, unit.platform.name):
        assert f"/revocations/{case.pk}/" in {hit.url for hit in hits(words, officer)}, words
    # nobody else has been told of it
    for stranger in (None, unit.user, year.head):
        assert not any("/revocations/" in hit.url for hit in hits(unit.platform.name, stranger))


def test_a_second_look_is_found_in_the_help():
    assert "/help/#applicant" in {hit.url for hit in hits("申诉")}


def test_a_question_is_answered_by_what_it_asks_about():
    assert {hit.url for hit in hits("怎么申诉？")} == {hit.url for hit in hits("申诉")} != set()


def test_people_are_found_within_ones_rights_only():
    row = people.recommender()
    ours, _ = people.staff_of(row)
    ministry, officer = people.ministry(Role.MINISTRY_LEAD), people.ministry()
    found = {
        user: {hit.kind for hit in hits(name, user) if hit.title == name}
        for user, name in ((ours, ours.name), (ministry, officer.name), (people.expert().user, officer.name))
    }
    assert list(found.values()) == [{"本单位人员"}, {"工信部人员"}, set()]
    assert {hit.kind for hit in hits(ours.username, people.user(Role.ADMINISTRATOR))} == {"账号"}
    assert not [hit for hit in hits(ours.name, ministry) if hit.kind in ("本单位人员", "账号")]

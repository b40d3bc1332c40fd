"""The public list in its two forms."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from platforms.organisations.services import write_platform
from platforms.register.services import close_title, take_new_names
from portal.kernel import clock
from portal.kernel.permissions import SYSTEM, Role
from tests.factories import titles


@pytest.mark.django_db
def test_each_form_leads_to_the_other_and_keeps_the_search(client):
    title = titles.make_titled().title
    search = {"q": title.platform_name, "layout": "cards"}
    cards = client.get(reverse("directory"), search).content.decode()
    assert '<input type="hidden" name="layout" value="cards">' in cards and "layout=" not in cards
    assert f'<h2><a href="{reverse("platform_page", args=[title.number])}"' in cards
    table = client.get(reverse("directory"), {"q": title.platform_name}).content.decode()
    assert table.count("layout=cards") == 1 and title.platform_name in table


@pytest.mark.django_db
def test_an_earlier_day_shows_the_names_of_that_day_and_calls_the_state_the_present_one(client):
    titled = titles.make_titled()
    old, platform = titled.title.platform_name, titled.title.platform
    with clock.standing_at(timezone.make_aware(datetime(2026, 3, 2, 10))):
        write_platform(platform, by=titled.lead, name="越州纺织公共服务平台")
        take_new_names(titled.title, reason="更名", by=titles.make_user("officer", Role.MINISTRY_OFFICER))
        close_title(titled.title, "surrender", on=date(2026, 3, 2), by=SYSTEM, note="停止运营")
    for day, name in (("2026-03-01", old), ("", "越州纺织公共服务平台")):
        page = client.get("/directory/", {"as_of": day}).content.decode()
        rows = client.get("/directory/download.json", {"as_of": day}).json()["items"]
        assert name in page and ("目前状态" in page) == bool(day)
        assert [row["平台名称"] for row in rows] == [name]
        assert rows[0]["目前状态" if day else "状态"] == "已放弃"
        assert name in client.get("/directory/download.csv", {"as_of": day}).content.decode()
    assert not client.get("/directory/", {"as_of": "2026-03-02"}).context["page"].object_list


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "announcement"), [("停止运营", "关于放弃称号的公告"), ("公告 9 号", "公告 9 号")]
)
def test_what_has_ended_leads_to_its_announcement_and_says_it_once(client, reason, announcement):
    """Art. 12."""
    title = titles.make_titled().title
    close_title(
        title,
        "surrender",
        on=date(2026, 3, 2),
        by=SYSTEM,
        note=reason,
        announcement=announcement,
        address="/notices/0b1f6d0c-0000-4000-8000-000000000000/",
    )
    for address in (f"/directory/{title.number}/", f"/verify/{title.number}/"):
        page = client.get(address).content.decode()
        assert '<a href="/notices/0b1f6d0c-0000-4000-8000-000000000000/">公告全文</a>' in page
        assert f"已放弃：{reason}" in page and "下次复核年度" not in page
        assert (f"（{announcement}）" in page) == (announcement != reason)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [("ggfw", True), ("ZJ gg", True), ("浙江 ggfw", True), ("z", True), ("g", False), ("zz", False)],
)
def test_initials_are_found_anywhere_in_a_name(client, words, found):
    titled = titles.make_titled()  # 浙江第1公共服务平台
    page = client.get("/directory/", {"q": words}).content.decode()
    assert (titled.title.number in page) == found

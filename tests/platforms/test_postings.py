"""Service postings: published, stale after 90 days, hidden with a reason, listed for the public."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from platforms.daily import prompt_for_stale_postings, warn_of_postings_that_turn_stale
from platforms.models import ServicePosting
from platforms.postings.services import change_posting, confirm_posting, edit_posting, publish_posting
from portal.kernel import clock
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import Notification
from tests.factories.titles import make_titled

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"
CONTENT = {
    "name": "免费检测咨询",
    "function": "quality",
    "audience": "纺织企业",
    "when": "每周二",
    "ends_on": None,
    "mode": "onsite",
    "place": "创意路 8 号",
    "fee": "free",
    "price": "",
    "contact": "王越",
    "phone": "0575-1",
    "description": "面料检测咨询",
}
DAY = date(2026, 2, 3)


def at(day: date):
    return clock.standing_at(timezone.make_aware(datetime(day.year, day.month, day.day, 10)))


def post(titled, **changes) -> ServicePosting:
    return publish_posting(titled.title.platform, by=titled.lead, **{**CONTENT, **changes})


def test_stale_after_90_days_until_confirmed():
    """Art. 13."""
    titled = make_titled()
    with at(DAY):
        row = post(titled)
    with at(DAY + timedelta(days=90)):
        assert list(ServicePosting.objects.current()) == [row]
    late = DAY + timedelta(days=91)
    with at(late):
        assert not ServicePosting.objects.current().exists()
        prompt_for_stale_postings(late)
        assert Notification.objects.get().title == "服务信息已满 90 天未确认，不再对外显示：免费检测咨询"
        confirm_posting(row, by=titled.lead)
        assert list(ServicePosting.objects.current()) == [row]


def test_two_weeks_before_one_message_names_all_that_turns_stale():
    titled = make_titled()
    with at(DAY):
        for name in ("检测", "培训"):
            post(titled, name=name)
    warned = DAY + timedelta(days=76)
    with at(warned):
        warn_of_postings_that_turn_stale(warned)
    told = Notification.objects.get(recipient=titled.lead)
    assert told.title == "2 条服务信息 14 天后不再对外显示，请确认"
    assert told.body.startswith("培训、检测：")


def test_the_province_hides_with_a_reason_and_the_platform_is_told(client):
    titled, other = make_titled(), make_titled("江苏", 4)
    row = post(titled)
    with pytest.raises(PermissionDenied):
        change_posting(row, "hide", by=other.officer, note="与我无关")
    with pytest.raises(TransitionBlocked, match="需要写明理由"):
        change_posting(row, "hide", by=titled.officer)
    change_posting(row, "hide", by=titled.officer, note="收费标准与公示不符")
    drain_outbox()
    told = Notification.objects.get(recipient=titled.lead)
    assert (told.title, "收费标准与公示不符" in told.body) == ("服务信息已被隐藏：免费检测咨询", True)
    assert client.get(f"/services/{row.pk}/").status_code == 404
    change_posting(row, "restore", by=titled.officer)
    assert client.get(f"/services/{row.pk}/").status_code == 200


def test_the_province_is_told_when_what_it_hid_has_been_mended():
    titled = make_titled()
    row = post(titled)
    edit_posting(row, by=titled.lead, **{**CONTENT, "when": "每周三"})
    change_posting(row, "hide", by=titled.officer, note="收费不实")
    row.refresh_from_db()
    edit_posting(row, by=titled.lead, **{**CONTENT, "when": "每周三"})
    edit_posting(row, by=titled.lead, **{**CONTENT, "when": "每周四"})
    drain_outbox()
    told = Notification.objects.filter(recipient=titled.officer)
    assert [one.title for one in told] == ["已隐藏的服务信息有修改：免费检测咨询"]
    assert "收费不实" in told.get().body


def test_without_a_living_title_nothing_is_shown_or_published():
    titled = make_titled()
    post(titled)
    perform(titled.title, "end", by=SYSTEM, note="复核不合格", on=DAY)
    assert not ServicePosting.objects.current().exists()
    with pytest.raises(PermissionDenied):
        post(titled)


def test_public_listing_filters_and_pages(client, django_assert_max_num_queries):
    titled, other = make_titled(), make_titled("江苏", 4)
    for number in range(21):
        post(titled, name=f"检测服务{number:02d}")
    post(other, name="收费培训", fee="charged", price="每次 200 元", function="technology", mode="online")
    with django_assert_max_num_queries(8):
        page = client.get("/services/")
    assert (page.context["page"].paginator.count, len(page.context["rows"])) == (22, 20)
    for query, count in (
        ("function=technology", 1),
        ("recommender=江苏", 1),
        ("fee=free", 21),
        ("mode=online", 1),
        ("q=培训", 1),
        ("q=没有", 0),
    ):
        assert client.get(f"/services/?{query}").context["page"].paginator.count == count, query
    assert "检测服务" in client.get(f"/directory/{titled.title.number}/").content.decode()


def test_form_asks_for_the_price_of_a_charged_service(client):
    titled = make_titled()
    client.force_login(titled.lead, backend=BACKEND)
    address = f"/my/platforms/{titled.title.platform_id}/services/"
    sent = {**CONTENT, "ends_on": "", "fee": "charged"}
    page = client.post(f"{address}new/", sent)
    assert (page.status_code, "收费的服务请写明收费标准。" in page.content.decode()) == (422, True)
    assert client.post(f"{address}new/", {**sent, "price": "每次 200 元"}).url == address
    row = ServicePosting.objects.get()
    assert "确认有效" in client.get(address).content.decode()
    assert client.post(f"/postings/{row.pk}/edit/", {**sent, "fee": "free", "name": "改名"}).url == address
    assert client.post(f"/postings/{row.pk}/withdraw/", {}).url == address
    row.refresh_from_db()
    assert (row.name, row.state) == ("改名", "WITHDRAWN")
    client.force_login(titled.officer, backend=BACKEND)
    assert "改名" in client.get("/postings/").content.decode()


def test_what_was_hidden_does_not_come_back_as_another(client):
    titled = make_titled()
    row = change_posting(post(titled), "hide", by=titled.officer, note="收费与公示不符")
    client.force_login(titled.lead, backend=BACKEND)
    for again in ({}, {"name": "面料咨询"}, {"description": "另一种说法"}):
        with pytest.raises(TransitionBlocked, match="收费与公示不符"):
            post(titled, **again)
    change_posting(row, "withdraw", by=titled.lead)
    with pytest.raises(TransitionBlocked, match="在原信息上改正"):
        post(titled)
    assert post(titled, name="设备共享", description="开放实验室").state == "PUBLISHED"


def test_what_was_hidden_says_what_was_mended_on_both_sides(client):
    """Saved as it is, a hidden posting stays hidden and says why; the province sees the change before it restores."""
    titled = make_titled()
    row = post(titled)
    change_posting(row, "hide", by=titled.officer, note="电话打不通")
    client.force_login(titled.lead, backend=BACKEND)
    address = f"/postings/{row.pk}/edit/"
    assert "电话打不通" in client.get(address).content.decode()
    unchanged = client.post(address, CONTENT | {"ends_on": ""}, follow=True).content.decode()
    assert "内容与被隐藏时相同，仍不对外显示" in unchanged
    mended = client.post(address, CONTENT | {"ends_on": "", "phone": "0575-2"}, follow=True).content.decode()
    assert "已通知主管部门，由其核对后恢复显示" in mended
    client.force_login(titled.officer, backend=BACKEND)
    page = client.get(f"/postings/{row.pk}/restore/").content.decode()
    assert "电话打不通" in page and "由“0575-1”改为“0575-2”" in page

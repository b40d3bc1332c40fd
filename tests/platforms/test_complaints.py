"""Complaints: from the public form to the reply, and who may learn who complained."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from platforms.complaints.services import answer, conclude, decline, receive_complaint, take_up
from platforms.daily import remind_of_complaints
from platforms.models import Complaint
from portal.kernel import clock
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import Role
from portal.kernel.signoff import sign
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent, Notification, SignOff
from tests.factories import people
from tests.factories.titles import make_staff, make_titled, make_user
from training.demo.files import evidence_pdf

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"
SENT = {
    "subject": "收费与公布的标准不符",
    "facts": "三月五日到场检测，实际收费高于公布的标准。",
    "name": "李女士",
    "contact": "13800001234",
}


def papers(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{name}.pdf", evidence_pdf(name), "application/pdf") for name in names]


def test_several_files_come_with_a_complaint_and_what_is_lost_is_said(client):
    address = f"/directory/{make_titled().title.number}/complain/"
    short = client.post(address, {**SENT, "facts": "太贵", "evidence": papers("一", "二")})
    assert short.context["form"].errors["evidence"] == ["其他内容都已保留，附件没有保留，请重新选择。"]
    many = client.post(address, {**SENT, "evidence": papers("一", "二", "三", "四")})
    assert many.context["form"].errors["evidence"] == ["最多 3 个文件，现在选了 4 个。"]
    client.post(address, {**SENT, "evidence": papers("一", "二", "三")})
    assert Complaint.objects.get().evidence.count() == 3


@pytest.fixture
def march():
    with clock.standing_at(timezone.make_aware(datetime(2026, 3, 9, 10))):
        yield


def received(titled, **changes) -> Complaint:
    return receive_complaint(titled.title, **{**SENT, **changes})


def test_from_the_form_to_the_reply(march, client):
    """Art. 13."""
    titled = make_titled()
    address = f"/directory/{titled.title.number}/complain/"
    short = client.post(address, {**SENT, "facts": "太贵"})
    assert (short.status_code, "收费与公布的标准不符" in short.content.decode()) == (422, True)
    evidence = SimpleUploadedFile("发票.pdf", evidence_pdf("发票"), "application/pdf")
    page = client.post(address, {**SENT, "evidence": evidence}, follow=True).content.decode()
    row = Complaint.objects.get()
    assert row.receipt_number == "TS2026-0001"
    assert row.receipt_number in page
    assert row.query_code in page
    row = take_up(row, summary="有企业反映收费高于公布的标准。", by=titled.officer)
    with pytest.raises(TransitionBlocked, match="平台可以在 2026 年 3 月 23 日（周一） 24:00 前作出说明"):
        conclude(row, finding="true", note="属实", by=titled.officer)
    client.force_login(titled.lead, backend=BACKEND)
    seen = client.get(f"/complaints/{row.pk}/").content.decode()
    assert "有企业反映收费高于公布的标准。" in seen
    assert not [secret for secret in (*SENT.values(), "发票") if secret in seen]
    assert client.post(f"/complaints/{row.pk}/", {"words": "已退还差额。"}).status_code == 302
    client.force_login(titled.officer, backend=BACKEND)
    done = {"finding": "true", "note": "属实，已责成退还差额。"}
    assert client.post(f"/complaints/{row.pk}/conclude/", done).status_code == 302
    trail = client.get(f"/complaints/{row.pk}/").context["events"]
    assert [step.title for step in trail][:2] == ["办结", "平台说明"]  # newest first, as every trail
    client.logout()
    given = {"receipt_number": row.receipt_number.lower(), "query_code": row.query_code.lower()}
    assert "属实，已责成退还差额。" in client.post("/complaints/query/", given).content.decode()
    wrong = client.post("/complaints/query/", {**given, "query_code": "零零零零"})
    assert (wrong.status_code, "没有找到此投诉" in wrong.content.decode()) == (422, True)
    drain_outbox()
    told = set(Notification.objects.values_list("recipient__username", "title"))
    assert told == {
        (titled.officer.username, f"收到投诉：{titled.title.platform_name}"),
        (titled.officer.username, "平台已作出说明：TS2026-0001"),
        (titled.lead.username, "收到投诉，请作出说明"),
        (titled.lead.username, "投诉已办结（属实）"),
    }


@pytest.mark.parametrize("finding", ["true", "partly", "unclear"])
def test_nothing_is_held_against_a_platform_that_may_still_answer(march, client, finding):
    """Art. 13: an operating rule. The page says until when; on the day after, silence holds nothing up."""
    titled = make_titled()
    row = take_up(received(titled), summary="收费问题", by=titled.officer)
    client.force_login(titled.officer, backend=BACKEND)
    address, done = f"/complaints/{row.pk}/conclude/", {"finding": finding, "note": "见核查笔录"}
    sentence = (
        "平台可以在 2026 年 3 月 23 日（周一） 24:00 前作出说明；此前平台没有说明的，只能以“不属实”办结。"
    )
    assert sentence in client.get(address).content.decode()
    with clock.standing_at(clock.end_of(row.answer_due_on) - timedelta(seconds=1)):
        page = client.post(address, done)
        assert (page.status_code, page.context["form"].non_field_errors()) == (409, [sentence])
    with clock.standing_at(clock.end_of(row.answer_due_on)):
        assert sentence not in client.get(address).content.decode()
        assert client.post(address, done).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.finding) == ("CONCLUDED", finding)


def test_who_alleges_fraud_is_answered_by_two(march, client):
    """Art. 15: neither clearing it nor finding it is one person's; by its words, or by who takes it up."""
    titled = make_titled()
    row = received(titled, facts="服务名单系伪造，所列企业从未接受过服务，特此反映。")
    assert row.alleges_fraud
    assert take_up(received(titled), summary="收费问题", by=titled.officer, alleges_fraud=True).alleges_fraud
    row = take_up(row, summary="有企业反映服务名单不实。", by=titled.officer)
    with pytest.raises(TransitionBlocked, match="须由两人办结"):
        conclude(row, finding="untrue", note="不实", by=titled.officer)
    client.force_login(titled.officer, backend=BACKEND)
    page = client.get(f"/complaints/{row.pk}/").content.decode()
    assert "弄虚作假投诉办结" in page
    address = f"/complaints/{row.pk}/conclude_fraud/"
    early = client.post(address, {"finding": "true", "note": "属实"})
    assert (early.status_code, "平台可以在" in "".join(early.context["form"].non_field_errors())) == (
        409,
        True,
    )
    done = {"finding": "untrue", "note": "经逐一核实，名单属实。"}
    alone = client.post(address, done)
    assert "没有可以审签此事项的负责人" in "".join(alone.context["form"].non_field_errors())
    head = people.lead_of(row.recommender)
    assert client.post(address, done).status_code == 302
    row.refresh_from_db()
    assert row.state == "VERIFYING"
    act = SignOff.objects.get()
    with pytest.raises(TransitionBlocked, match="须为两人"):
        sign(act, by=titled.officer)
    sign(act, by=head)
    row.refresh_from_db()
    assert (row.state, row.finding, row.conclusion) == ("CONCLUDED", "untrue", "经逐一核实，名单属实。")


def test_what_is_not_upheld_need_not_wait_for_the_platform(march, client):
    titled = make_titled()
    row = take_up(received(titled), summary="收费问题", by=titled.officer)
    client.force_login(titled.officer, backend=BACKEND)
    done = {"finding": "untrue", "note": "所述时间平台没有此项服务。"}
    assert client.post(f"/complaints/{row.pk}/conclude/", done).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.finding, row.platform_answer) == ("CONCLUDED", "untrue", "")


def test_sent_twice_or_looked_at_again_it_is_one_complaint(march, client):
    titled = make_titled()
    address = f"/directory/{titled.title.number}/complain/"

    def send(proof="发票", by=client, **changes):
        by.get(address)  # anew each time, as by the browser's way back
        evidence = SimpleUploadedFile("发票.pdf", evidence_pdf(proof), "application/pdf")
        return by.post(address, {**SENT, "evidence": evidence, **changes})

    receipt = send()["Location"]
    assert send()["Location"] == receipt
    row = Complaint.objects.get()
    assert (row.evidence.count(), AuditEvent.objects.filter(action="complaint.receive").count()) == (1, 1)
    for _ in range(2):
        assert row.query_code in client.get(receipt).content.decode()
    assert row.query_code not in receipt
    assert Client().get(receipt)["Location"] == "/complaints/query/"
    others = [send(facts="三月六日又去了一次，仍未退还差额。"), send(proof="收据"), send(by=Client())]
    assert len({receipt, *(answer["Location"] for answer in others)}) == 4 == Complaint.objects.count()


def test_the_ten_thousandth_of_a_year_is_followed_by_the_next(march):
    titled = make_titled()
    Complaint.objects.filter(pk=received(titled).pk).update(receipt_number="TS2026-9999")
    assert [received(titled).receipt_number for _ in range(2)] == ["TS2026-10000", "TS2026-10001"]


def test_a_receipt_is_shown_for_half_an_hour(march, client):
    row = received(make_titled())
    session = client.session
    for minutes, status in ((29, 200), (31, 302)):
        session[f"receipt:{row.receipt_number}"] = int(time.time()) - minutes * 60
        session.save()
        assert client.get(f"/complaints/received/{row.receipt_number}/").status_code == status


def test_identity_is_for_the_handler_and_the_auditors_and_looking_is_on_record(march, client):
    titled, other = make_titled(), make_titled("江苏", 4)
    colleague = make_staff(titled.title.recommender, "colleague")
    row = take_up(received(titled), summary="收费问题", by=titled.officer)
    address = f"/complaints/{row.pk}/complainant/"
    for user, status in (
        (titled.officer, 200),
        (colleague, 403),
        (other.officer, 404),
        (titled.lead, 403),
        (make_user("officer", Role.MINISTRY_OFFICER), 403),
        (make_user("inspector", Role.INSPECTOR), 200),
    ):
        client.force_login(user, backend=BACKEND)
        page = client.get(address)
        assert (user.username, page.status_code) == (user.username, status)
        assert "李女士" not in page.content.decode()
        if status == 200:
            assert "李**" in page.content.decode() and "138****34" in page.content.decode()
            without = client.post(address)
            assert (without.status_code, "13800001234" in without.content.decode()) == (422, False)
            told = client.post(address, {"reason": "电话核实收费情况"}).content.decode()
            assert "李女士" in told and "13800001234" in told
        shown = client.get(f"/complaints/{row.pk}/").content.decode()
        assert "13800001234" not in shown
    looked = AuditEvent.objects.filter(action="complaint.reveal_complainant").order_by("pk")
    assert {event.note for event in looked} == {"电话核实收费情况"}
    assert [event.actor.username for event in looked] == [titled.officer.username, "inspector"]


def test_a_summary_that_names_the_complainant_is_refused(march, client):
    titled = make_titled()
    row = received(titled)
    client.force_login(titled.officer, backend=BACKEND)
    page = client.post(f"/complaints/{row.pk}/take_up/", {"summary": "李女士反映收费过高"})
    assert (page.status_code, "请隐去后再转办" in page.content.decode()) == (422, True)


def test_anonymous_only_as_the_setting_allows(march, client, settings):
    titled = make_titled()
    address = f"/directory/{titled.title.number}/complain/"
    nameless = {"subject": SENT["subject"], "facts": SENT["facts"]}
    assert client.post(address, nameless).status_code == 302
    assert Complaint.objects.get().is_anonymous
    settings.COMPLAINTS_ANONYMOUS = False
    assert client.post(address, nameless).status_code == 422
    with pytest.raises(TransitionBlocked, match="请填写姓名"):
        receive_complaint(titled.title, **nameless)
    assert client.post(address, {**SENT, "website": "spam"}).status_code == 422
    assert Complaint.objects.count() == 1


def test_declined_without_telling_the_platform(march):
    titled = make_titled()
    row = decline(received(titled), note="不属于示范平台服务事项。", by=titled.officer)
    drain_outbox()
    assert row.state == "DECLINED"
    assert not Notification.objects.filter(recipient=titled.lead).exists()
    with pytest.raises(PermissionDenied):
        answer(row, words="说明", by=titled.lead)


def test_fraud_is_not_declined_by_one(march, client):
    """Art. 15: not looking into it clears it too."""
    titled = make_titled()
    row = received(titled, facts="服务名单系伪造，所列企业从未接受过服务，特此反映。")
    with pytest.raises(TransitionBlocked, match="须由两人决定不予受理"):
        decline(row, note="不属实。", by=titled.officer)
    client.force_login(titled.officer, backend=BACKEND)
    address = f"/complaints/{row.pk}/decline_fraud/"
    head = people.lead_of(row.recommender)
    assert f"可以审签的：{head.name}。" in client.get(address).content.decode()
    assert client.post(address, {"note": "同一事项已有结论。"}).status_code == 302
    act = SignOff.objects.get()
    assert act.shown["rows"][1] == ["事实与理由", row.facts]
    sign(act, by=head)
    row.refresh_from_db()
    assert (row.state, row.conclusion) == ("DECLINED", "同一事项已有结论。")


def test_overdue_is_listed_and_the_ministry_told(march, client):
    titled = make_titled()
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    row = received(titled)
    day = row.due_on
    for _ in range(6):
        day += timedelta(days=1)
        remind_of_complaints(day)
    told = Notification.objects.filter(title__startswith="投诉已过期限，尚未办结").values_list(
        "recipient__username", flat=True
    )
    assert sorted(told) == sorted([officer.username, titled.officer.username])
    with clock.standing_at(clock.start_of(day)):
        client.force_login(officer, backend=BACKEND)
        assert row.receipt_number in client.get("/complaints/?view=overdue").content.decode()
        assert client.get("/complaints/download.xlsx?view=all").status_code == 200

"""Before a title ends by a re-review (Art. 14): reminded, made up within the round, told, heard, then publicised."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from applications.models import Application
from applications.rereviews.cohort import unfiled
from portal.desk.todo import todos_for
from portal.kernel import outbox, signoff
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import Notification
from review.models import FailingNotice, Notice
from review.rectifications import services as rectification
from review.rereview import failing, reminding
from review.rereview.daily import end_failed_titles
from review.revocations.services import open_revocation
from review.secondlooks.terms import term_of
from tests.factories.revoking import notified
from tests.factories.year import Year
from training.demo.files import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def proposed_to_fail(year):
    unit = year.unit()
    year.title(unit)
    row = year.file(unit, year.open_year(2026))
    year.to_reviewed([row], opinion="fail")
    year.two([row], "propose", day=date(2026, 5, 8), outcome="fail", note="连续两年服务不足 100 家")
    row.refresh_from_db()
    return unit, row


def test_a_unit_reads_of_its_failing_before_the_public_and_answers_with_files(year, client):
    unit, row = proposed_to_fail(year)
    outbox.drain_outbox()
    notice = FailingNotice.objects.get(application=row)
    page = f"/rereview/failing/{notice.pk}/"
    assert Notification.objects.filter(recipient=unit.user, url=page).count() == 1
    client.force_login(unit.user)
    with year.on(date(2026, 5, 11)):
        assert "陈述" in client.get("/my/").content.decode()
        assert "连续两年服务不足 100 家" in client.get(page).content.decode()
        assert client.get(f"{page}paper.docx").status_code == 200
        assert client.post(page, {"words": ""}).status_code == 422
        sent = {"words": "另有 40 家未录入。", "files": [paper("补充名单.pdf")]}
        assert client.post(page, sent).status_code == 302
        outbox.drain_outbox()
        heard = Notification.objects.filter(title__startswith="已收到陈述")
        officer = year.people["miit_officer"]
        assert {one.recipient for one in heard} == {notice.told_by, officer}  # who signed, and who goes on
        client.force_login(officer)
        dossier = client.get(f"/dossiers/{row.pk}/").content.decode()
        assert page in dossier and "补充名单.pdf" in dossier
        row = Application.objects.get(pk=row.pk)
        assert not any("陈述期限" in reason for reason in missing(row, "publicise"))
        act = signoff.prepare([row], "publicise", by=year.people["miit_officer"], start="2026-05-12", note="")
        assert ["拟不合格告知和陈述", failing.heard_in_words(row)] in act.shown["cases"][0]["rows"]
        assert "另有 40 家未录入。（附材料 1 份" in failing.heard_in_words(row)


def test_the_list_waits_for_the_term_and_its_letter_promises_no_title(year, client):
    unit, row = proposed_to_fail(year)
    client.force_login(year.people["miit_officer"])
    with year.on(date(2026, 5, 11)):
        page = client.get("/ministry/publicise/?procedure=REREVIEW&year=2026").content.decode()
    assert "陈述期限至 2026 年 5 月 14 日" in page and f'value="{row.pk}"' not in page
    year.publicise([row], start=date(2026, 5, 19))
    outbox.drain_outbox()
    letter = Notification.objects.get(recipient=unit.user, title__contains="已列入公示").body
    assert "公告复核不合格" in letter and "授予称号" not in letter


def test_who_lets_the_term_pass_is_publicised_on_the_next_day(year):
    unit, row = proposed_to_fail(year)
    due = FailingNotice.objects.get().answer_due
    for day, blocked in ((due, True), (due + timedelta(days=1), False)):
        with year.on(day):
            assert any("陈述期限" in reason for reason in missing(row, "publicise")) == blocked
    with year.on(due + timedelta(days=1)), pytest.raises(TransitionBlocked, match="届满"):
        failing.answer(FailingNotice.objects.get(), words="迟到的陈述", by=unit.user)


def test_both_signers_read_the_letter_that_will_be_sent(year):
    unit = year.unit()
    year.title(unit)
    row = year.file(unit, year.open_year(2026))
    year.to_reviewed([row], opinion="fail")
    with year.on(date(2026, 5, 8)):
        act = signoff.prepare(
            [row], "propose", by=year.people["miit_officer"], outcome="fail", note="台账缺失"
        )
    letters = act.shown["cases"][0]["letters"]
    assert any("拟不合格告知书" in title and "台账缺失" in body for _, title, body in letters)


def test_what_was_never_filed_is_opened_after_telling_and_goes_the_ordinary_road(year, client):
    unit = year.unit()
    title, cycle, officer = year.title(unit), year.open_year(2026), year.people["miit_officer"]
    with year.on(cycle.filing_until), pytest.raises(TransitionBlocked, match="截止后方可告知"):
        failing.tell_of_silence(title, cycle, reasons="未提交复核材料。", by=officer)
    client.force_login(officer)
    told_on = date(2026, 4, 7)
    with year.on(told_on):
        page = f"/rereview/{title.pk}/2026/tell/"
        assert title.platform_name in client.get(page).content.decode()
        assert client.post(page, {"reasons": "经两次提醒，未提交复核材料。"}).status_code == 302
        notice = FailingNotice.objects.get()
        forward = f"/rereview/failing/{notice.pk}/bring_forward/"
        assert client.post(forward, {"note": "期满未陈述"}).status_code == 422
    with year.on(notice.answer_due + timedelta(days=1)):
        assert "列入合议" in client.get("/ministry/").content.decode()
        assert client.post(forward, {"note": "期满未陈述，已核对送达。"}).status_code == 302
        row = Application.objects.get(designation=title)
        assert (row.state, bool(row.number), row.submitted_at) == ("REVIEWED", True, None)
        assert not unfiled(cycle).exists()
        assert client.get(f"/dossiers/{row.pk}/").status_code == 200
        assert client.get("/ministry/decision/?year=2026&procedure=REREVIEW").status_code == 200
    year.two([row], "propose", day=date(2026, 5, 8), outcome="fail", note="未按规定提交复核材料")
    assert FailingNotice.objects.count() == 1  # told once, before
    after = year.publicise([row], start=date(2026, 5, 12))
    year.two([row], "fail", day=after, note="公示期满")
    title.refresh_from_db()
    assert title.fails_on > after
    client.force_login(unit.user)
    with year.on(after):
        home = client.get("/my/").content.decode()
    assert "复核不合格" in home and "草稿，尚未提交" not in home  # it never was, and ended all the same
    assert reverse("dossier_open", args=[unit.platform.pk]) not in home


def test_a_deferral_ends_a_day_before_the_same_rounds_review(year):
    unit = year.unit()
    title, cycle = year.title(unit), year.open_year(2026)
    officer, lead = year.people["miit_officer"], year.people["miit_lead"]
    with year.on(date(2026, 4, 7)):
        for until in (cycle.review_until, date(2026, 4, 7), date(2027, 3, 1)):
            with pytest.raises(TransitionBlocked, match="补办期限应在今天之后"), transaction.atomic():
                rectification.propose_deferral(title, cycle, until=until, reason="受灾停业", by=officer)
        act = rectification.propose_deferral(
            title, cycle, until=date(2026, 5, 6), reason="受灾停业", by=officer
        )
        with pytest.raises(TransitionBlocked, match="须为两人"), transaction.atomic():
            signoff.sign(act, by=officer)
        signoff.sign(act, by=lead)
        with pytest.raises(TransitionBlocked, match="已准予补办"), transaction.atomic():
            rectification.propose_deferral(title, cycle, until=date(2026, 5, 8), reason="再次", by=officer)
        with pytest.raises(TransitionBlocked, match="已准予补办至"):
            failing.tell_of_silence(title, cycle, reasons="未提交复核材料。", by=officer)
    draft = Application.objects.get(designation=title)
    assert (draft.state, draft.late_filing_until) == ("DRAFT", date(2026, 5, 6))
    with year.on(date(2026, 5, 6)):
        assert not any("截止" in reason for reason in missing(draft, "submit"))
    with year.on(date(2026, 5, 7)):
        assert any("截止" in reason for reason in missing(draft, "submit"))


def test_who_has_not_filed_is_reminded_once_a_day(year, client):
    unit, filed = year.unit(), year.unit()
    title = year.title(unit)
    year.title(filed)
    cycle = year.open_year(2026)
    year.file(filed, cycle)
    client.force_login(year.head)
    with year.on(date(2026, 4, 7)):
        assert "提醒全部" in client.get("/rereview/?year=2026&standing=unfiled").content.decode()
        assert client.post("/rereview/2026/remind/").status_code == 302
        with pytest.raises(TransitionBlocked, match="今天已经提醒过"):
            reminding.remind([title], cycle, by=year.head)
    with year.on(date(2026, 4, 8)):
        assert reminding.remind([title], cycle, by=year.people["miit_officer"]) == 1
    outbox.drain_outbox()
    told = Notification.objects.filter(title__startswith="请办理 2026 年度三年复核")
    assert told.filter(recipient=unit.user).count() == 2
    assert not told.filter(recipient=filed.user).exists()


def test_the_department_is_heard_before_its_work_is_suspended(year, client):
    unit = year.unit()
    case = notified(year, year.title(unit), unit)
    page = f"/revocations/{case.pk}/state_view/"
    with year.on(case.statement_due):
        assert any("尚未对暂停申报工作提出意见" in reason for reason in missing(case, "decide"))
        client.force_login(year.officer)
        assert client.get(page).status_code == 403
        client.force_login(year.head)
        assert [todo.url for todo in todos_for(year.head) if todo.action == "提出意见"] == [page]
        assert not [todo for todo in todos_for(year.officer) if todo.action == "提出意见"]
        assert "提出本部门意见" in client.get(f"/revocations/{case.pk}/").content.decode()
        assert client.post(page, {"words": "已责令该平台整改，建议不暂停。"}).status_code == 302
        assert not [todo for todo in todos_for(year.head) if todo.action == "提出意见"]
        case.refresh_from_db()
        assert not any("提出意见" in reason for reason in missing(case, "decide"))
    outbox.drain_outbox()
    assert Notification.objects.filter(recipient=case.opened_by, body__contains="建议不暂停").exists()


def test_failed_and_announced(year):
    unit = year.unit()
    title, cycle = year.title(unit), year.open_year(2026)
    row = year.file(unit, cycle)
    year.to_reviewed([row], opinion="fail")
    year.two([row], "propose", day=date(2026, 5, 8), outcome="fail", note="连续两年服务不足 100 家")
    with pytest.raises(TransitionBlocked, match="陈述期限至"), transaction.atomic():
        year.publicise([row], start=date(2026, 5, 12))
    told = row.failing_notices.get()
    assert (told.reasons, told.answer_due) == ("连续两年服务不足 100 家", date(2026, 5, 14))
    after = year.publicise([row], start=date(2026, 5, 19))
    year.two([row], "fail", day=after, note="公示期满，无未办结异议")
    title.refresh_from_db()
    notice = Notice.objects.get(kind="announcement")
    last = term_of(row)[1]
    assert (row.state, title.state, title.fails_on) == ("FAILED", "ACTIVE", last + timedelta(days=1))
    assert "10 个工作日为结果申诉期" in notice.content["sections"][0]["text"]
    for day in (last, last + timedelta(days=60)):  # an outage delays it, and the announced day stays
        with year.on(day):
            end_failed_titles(day)
        title.refresh_from_db()
        assert (title.state == "ENDED") == (day > last)
    assert title.ended_on == last + timedelta(days=1)
    assert (title.end_announcement, title.end_address) == (notice.title, f"/notices/{notice.pk}/")
    outbox.drain_outbox()
    letter = Notification.objects.get(recipient=unit.user, title__startswith="三年复核不合格")
    assert title.end_reason == "连续两年服务不足 100 家"  # why, not that the days are over
    assert f"理由：{title.end_reason}" in letter.body
    assert not unit.platform.jurisdiction.suspensions.exists()  # Art. 14 does not touch the province


def test_a_proposal_says_what_follows_from_it_and_only_a_failing_writes_to_the_unit(year):
    unit = year.unit()
    year.title(unit)
    row = year.file(unit, year.open_year(2026))
    year.to_reviewed([row])
    told = "向申报单位送达拟不合格告知书，收到陈述或者期满后方可公示"
    for outcome, is_told in (("confirm", False), ("fail", True)):
        with year.on(date(2026, 5, 8)), transaction.atomic():
            act = signoff.prepare(
                [row], "propose", by=year.people["miit_officer"], outcome=outcome, note="台账缺失"
            )
            assert (told in act.shown["effects"], bool(act.shown["cases"][0]["letters"])) == (is_told,) * 2
            transaction.set_rollback(True)


def test_what_a_revocation_held_beyond_the_term_ends_on_the_day_when_that_was_over(year):
    _, row = proposed_to_fail(year)
    after = year.publicise([row], start=date(2026, 5, 19))
    year.two([row], "fail", day=after, note="公示期满，无未办结异议")
    title, last, officer = row.designation, term_of(row)[1], year.people["miit_officer"]
    with year.on(after):
        case = open_revocation(title, ground="fraud", facts="名单中企业书面否认。", by=officer)
    over = last + timedelta(days=20)
    with year.on(over):
        end_failed_titles(over)
        title.refresh_from_db()
        assert title.state == "ACTIVE"
        perform(case, "drop", by=SYSTEM, note="经查不属实")
        end_failed_titles(over)
    title.refresh_from_db()
    assert (title.state, title.ended_on) == ("ENDED", over)


@pytest.mark.parametrize(("outcome", "told"), [("confirm", 0), ("rectify", 0), ("fail", 1)])
def test_the_second_signature_sends_the_letter_of_a_failing_and_of_nothing_else(year, outcome, told):
    unit = year.unit()
    year.title(unit)
    row = year.file(unit, year.open_year(2026))
    year.to_reviewed([row])
    year.two([row], "propose", day=date(2026, 5, 8), outcome=outcome, note="台账缺失")
    letters = row.failing_notices.all()
    assert [(one.kind, one.reasons) for one in letters] == [("review", "台账缺失")] * told

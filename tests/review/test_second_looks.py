"""结果申诉: asked once and in time, concluded by two who had no part, and the dossier stands again where it stood."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.cycles.letters import LETTERS
from applications.models import Application, Cycle
from applications.notifications import tell_applicant, tell_recommender
from applications.states import ApplicationState as S
from applications.states import Procedure
from platforms.models import TitleEvent
from platforms.register.events import change_title
from portal.kernel import calendar as calendars
from portal.kernel import signoff
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import AuditEvent, CalendarDay, CalendarYear
from portal.shared.workingdays import date_cn_weekday
from review.models import SecondLook
from review.rereview.daily import end_failed_titles
from review.revocations.services import open_revocation
from review.secondlooks.services import ask_second_look
from review.secondlooks.terms import term_of
from tests.factories import dossiers, people
from tests.factories.dossiers import on
from training.demo import officials

pytestmark = pytest.mark.django_db


def lead_of_unit(row: Application):
    return row.created_by


def free(number: int = 7):
    return people.ministry(number=number), people.ministry(Role.MINISTRY_LEAD, number)


def asked(row: Application):
    with on(term_of(row)[1]):
        return ask_second_look(row, reasons="审计报告第 12 页所载收入符合条件。", by=lead_of_unit(row))


def conclude(look, verb: str, day, note: str = "经核对，原结论所依据的数据有误"):
    officer, lead = free()
    with on(day):
        signoff.sign(signoff.prepare([look], verb, by=officer, note=note), by=lead)
    look.refresh_from_db()
    row = look.application
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("decision", "procedure", "back"),
    [
        (S.REFUSED, Procedure.DESIGNATION, S.REPORTED),
        (S.REJECTED, Procedure.DESIGNATION, S.REVIEWED),
        (S.FAILED, Procedure.REREVIEW, S.REVIEWED),
    ],
)
def test_granted_it_stands_again_where_it_stood(decision, procedure, back):
    row = dossiers.application_in(decision, procedure=procedure)
    look = asked(row)
    row = conclude(look, "grant", term_of(row)[1])
    assert (look.state, row.state, row.outcome_reason) == ("GRANTED", back, "")


def test_a_declined_recommendation_is_evaluated_again_while_it_can_be_reported():
    row = dossiers.application_in(S.NOT_RECOMMENDED)
    look = asked(row)
    with on(dossiers.CLOSED_ON):
        assert missing(look, "grant")
    assert conclude(look, "grant", dossiers.REPORTED_ON).state == S.UNDER_EVALUATION


def test_dismissed_the_decision_stands_and_there_is_no_second_asking():
    row = dossiers.application_in(S.REFUSED)
    look = asked(row)
    assert conclude(look, "dismiss", dossiers.REVIEWED_ON, "材料仍不齐全").state == S.REFUSED
    assert look.conclusion == "材料仍不齐全"
    with on(dossiers.REVIEWED_ON), pytest.raises(TransitionBlocked, match="已经提出过一次"):
        ask_second_look(row, reasons="再次申诉", by=lead_of_unit(row))


def test_it_is_asked_until_24_00_of_the_last_day_by_the_head_of_the_unit():
    row = dossiers.application_in(S.REFUSED)
    _, last = term_of(row)
    with on(last + timedelta(1), 0), pytest.raises(TransitionBlocked, match="届满"):
        ask_second_look(row, reasons="有误", by=lead_of_unit(row))
    with on(last, 23, 59):
        with pytest.raises(PermissionDenied):
            ask_second_look(row, reasons="有误", by=people.clerk_of(row.platform.organisation))
        assert ask_second_look(row, reasons="有误", by=lead_of_unit(row)).decision == S.REFUSED


def test_nothing_is_asked_about_what_nobody_decided():
    row = dossiers.application_in(S.WITHDRAWN)
    with on(dossiers.CHECKED_ON), pytest.raises(TransitionBlocked, match="没有可以申诉的结论"):
        ask_second_look(row, reasons="有误", by=lead_of_unit(row))


def test_who_decided_neither_prepares_nor_signs():
    """The two of the refusal had their part; the ones who are free carry it alone."""
    look = asked(dossiers.application_in(S.REFUSED))
    with on(dossiers.REVIEWED_ON):
        for user in (people.ministry(), people.ministry(Role.MINISTRY_LEAD)):
            with pytest.raises(PermissionDenied):
                signoff.prepare([look], "grant", by=user, note="成立")
        act = signoff.prepare([look], "grant", by=free()[0], note="成立")
        with pytest.raises(PermissionDenied):
            signoff.sign(act, by=people.ministry(Role.MINISTRY_LEAD))
        with pytest.raises(TransitionBlocked, match="须由两人"):
            perform(look, "grant", by=free()[1], note="成立")


def test_a_failed_title_is_restored_after_a_new_publicity_with_its_own_notice():
    row = dossiers.application_in(S.FAILED, procedure=Procedure.REREVIEW)
    day = term_of(row)[1]
    look = asked(row)
    change_title(
        row.designation, "end", by=SYSTEM, on=day, note="公告当日撤销"
    )  # as rounds before ADR 53 did
    row = conclude(look, "grant", day)
    assert row.designation.state == "ENDED"  # nothing but the road through publicity gives it back
    officer, lead = people.ministry(), people.ministry(Role.MINISTRY_LEAD)
    start = dossiers.calendar().next_workday(day + timedelta(1))
    steps = (
        (day, "propose", {"outcome": "confirm"}),
        (day, "publicise", {"start": start.isoformat()}),
        (start + timedelta(60), "confirm", {"document_number": "工信部〔2026〕9 号"}),
    )
    for when, verb, facts in steps:
        with on(when):
            officials.two_persons([row], verb, proposer=officer, signer=lead, note="合议意见", **facts)
        row.refresh_from_db()
    title = row.designation
    title.refresh_from_db()
    assert (row.state, title.state, title.ended_on) == (S.CONFIRMED, "ACTIVE", None)
    event = title.history.get(kind=TitleEvent.Kind.RESTORED)
    assert event.notice_number == "工信部〔2026〕9 号" and event.notice_address
    assert (event.remark, event.state) == ("申诉成立，复核合格", "ACTIVE")
    assert title.review_year == row.cycle.year + row.cycle.edition.rereview_years


@pytest.mark.parametrize(("verb", "state"), [("grant", "ACTIVE"), ("dismiss", "ENDED")])
def test_a_title_lives_until_its_second_look_is_answered(verb, state):
    """The clock ends nothing that is being looked at, and nothing that was granted."""
    row = dossiers.application_in(S.FAILED, procedure=Procedure.REREVIEW)
    late = term_of(row)[1] + timedelta(30)
    look = asked(row)
    with on(late):
        end_failed_titles(late)
    row.designation.refresh_from_db()
    assert row.designation.state == "ACTIVE"
    conclude(look, verb, late)
    with on(late):
        end_failed_titles(late)
    row.designation.refresh_from_db()
    assert (row.designation.state, bool(row.designation.fails_on)) == (state, verb == "dismiss")


def test_no_title_ends_on_an_estimate():
    """The clock waits for the notice of the year in which the days for a second look lie."""
    row = dossiers.application_in(S.FAILED, procedure=Procedure.REREVIEW)
    late = term_of(row)[1] + timedelta(30)
    known = CalendarYear.objects.get(year=2026)
    days = list(known.days.all())
    known.days.all().delete()
    CalendarYear.objects.filter(year=2026).delete()
    calendars.forget()
    with on(late):
        end_failed_titles(late)
    row.designation.refresh_from_db()
    assert row.designation.state == "ACTIVE"
    known.save(force_insert=True)
    CalendarDay.objects.bulk_create(days)
    calendars.forget()
    with on(late):
        end_failed_titles(late)
    row.designation.refresh_from_db()
    assert row.designation.state == "ENDED"


def test_a_title_that_another_procedure_took_does_not_come_back():
    row = dossiers.application_in(S.FAILED, procedure=Procedure.REREVIEW)
    day = term_of(row)[1]
    look = asked(row)
    change_title(row.designation, "revoke", by=SYSTEM, on=day, note="弄虚作假")
    look = SecondLook.objects.get(pk=look.pk)
    assert any("称号已因其他程序" in reason for reason in missing(look, "grant"))
    assert missing(look, "dismiss") == []


def test_the_announced_day_of_an_end_comes_never_earlier_and_drops_no_case():
    row = dossiers.application_in(S.FAILED, procedure=Procedure.REREVIEW)
    last, title = term_of(row)[1], row.designation
    title.refresh_from_db()
    assert title.fails_on == last + timedelta(1)
    Cycle.objects.filter(pk=row.cycle_id).update(second_look_days=1)
    assert term_of(Application.objects.get(pk=row.pk))[1] == last
    with on(last):
        end_failed_titles(last)
    title.refresh_from_db()
    assert title.state == "ACTIVE"
    case = open_revocation(title, ground="fraud", facts="名单中企业书面否认。", by=people.ministry())
    with on(last + timedelta(1)):
        end_failed_titles(last + timedelta(1))
    title.refresh_from_db()
    case.refresh_from_db()
    assert (title.state, case.state) == ("ACTIVE", "OPENED")


def test_every_decisions_letter_names_the_remedies_to_the_unit_alone():
    row = dossiers.application_in(S.SUBMITTED)
    decisions = ("decline", "refuse", "reject", "fail", "uphold_objection")
    assert set(decisions) <= {letter.verb for letter in LETTERS.values()}
    for verb in decisions:
        event = AuditEvent(action=f"application.{verb}")
        (letter,) = tell_applicant(event, row)
        assert row.cycle.remedies in letter.body and "10 个工作日" in letter.body
    for verb in ("refuse", "reject", "fail"):
        (letter,) = tell_recommender(AuditEvent(action=f"application.{verb}"), row)
        assert row.cycle.remedies not in letter.body
    (letter,) = tell_applicant(AuditEvent(action="application.recommend"), row)
    assert row.cycle.remedies not in letter.body


def test_the_year_stays_open_until_the_days_are_over(client):
    row = dossiers.application_in(S.REFUSED)
    cycle, last = row.cycle, term_of(row)[1]
    with on(last):
        cycle = perform_close(cycle)
        assert missing(cycle, "end") == ["还有 1 件结论在结果申诉期限内。"]
        ask_second_look(row, reasons="有误", by=lead_of_unit(row))
    with on(last + timedelta(1)):
        assert missing(cycle, "end") == ["还有 1 件结果申诉没有办结。"]
        client.force_login(people.ministry())
        assert "还有 1 件结果申诉没有办结。" in client.get(reverse("cycle", args=[cycle.pk])).content.decode()
    conclude(row.second_look, "dismiss", last + timedelta(1))
    with on(last + timedelta(1)):
        assert missing(cycle, "end") == []


def perform_close(cycle):
    cycle.closes_on = cycle.handling_until
    with on(cycle.closes_on + timedelta(1)):
        cycle.save(update_fields=["closes_on"])
        return perform(cycle, "close", by=SYSTEM)


def test_the_pages_lead_from_the_dossier_to_the_answer(client):
    row = dossiers.application_in(S.REFUSED)
    officer, lead = free()
    with on(dossiers.CHECKED_ON):
        client.force_login(lead_of_unit(row))
        address = f"/my/dossiers/{row.pk}/ask_second_look/"
        home = client.get("/my/").content.decode()
        assert "可以提出结果申诉" in home and address in home
        assert address in client.get(f"/my/dossiers/{row.pk}/").content.decode()
        for words in ("", "数据有误"):
            assert client.post(address, {"reasons": words}).status_code == 422
        reasons = "审计报告第 12 页所载收入符合条件。"
        page = client.post(address, {"reasons": reasons}, follow=True).content.decode()
        assert reasons in page and "拟办，送审签" not in page
        assert "可以提出结果申诉" not in client.get("/my/").content.decode()
        look = row.second_look
        assert (
            f'{reverse("second_look", args=[look.pk])}">结果申诉</a>：待办理'
            in client.get(f"/my/dossiers/{row.pk}/").content.decode()
        )
        client.force_login(people.ministry())
        page = client.get(f"/second_looks/{look.pk}/").content.decode()
        assert "按回避要求由其他人员办理" in page and "拟办，送审签" not in page
        client.force_login(officer)
        sent = client.post(f"/second_looks/{look.pk}/", {"outcome": "grant", "note": "成立"}, follow=True)
        assert "待另一位没有参与原结论的负责人" in sent.content.decode()
        signoff.sign(signoff.waiting_for(look).get(), by=lead)
    row.refresh_from_db()
    assert row.state == S.REPORTED


def test_the_units_page_names_the_last_day_and_says_when_it_is_over(client):
    row = dossiers.application_in(S.REFUSED)
    with on(dossiers.CHECKED_ON):
        last = term_of(row)[1]
    client.force_login(lead_of_unit(row))
    with on(last):
        page = client.get(f"/my/dossiers/{row.pk}/").content.decode()
        assert f"只能提出一次，至 {date_cn_weekday(last)} 24:00 为止" in page
    with on(last + timedelta(1)):
        page = client.get(f"/my/dossiers/{row.pk}/").content.decode()
        assert f"结果申诉期限已于 {date_cn_weekday(last)} 24:00 届满" in page
        assert reverse("ask_second_look", args=[row.pk]) not in page


@pytest.mark.parametrize(("verb", "said"), [("grant", "成立"), ("dismiss", "不成立")])
def test_both_persons_read_of_whose_appeal_it_is_and_what_comes_of_it(verb, said):
    look = asked(dossiers.application_in(S.REFUSED))
    with on(dossiers.REVIEWED_ON):
        shown = signoff.prepare([look], verb, by=free()[0], note="经核对").shown
    labels = ["原结论", "原结论的理由", "申诉理由", "证明材料", "答复和理由"]
    assert shown["title"] == f"结果申诉{said}：{look.application.platform.name}"
    assert [row[0] for row in shown["rows"]] == labels + ["随答复告知的救济途径"] * (verb == "dismiss")
    assert dict(shown["rows"])["证明材料"] == "无" and dict(shown["rows"])["答复和理由"] == "经核对"
    assert [case["url"] for case in shown["cases"]] == [reverse("second_look", args=[look.pk])]
    assert shown["effects"][0].startswith("原结论不再有效" if verb == "grant" else "原结论不变")

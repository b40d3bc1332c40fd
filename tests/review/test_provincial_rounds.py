"""Art. 18: a province's own round from its opening to the title in its own register, apart from the national one."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from applications.daily import close_cycles
from applications.filing.services import open_dossier
from applications.filing.submission import submit as submit_dossier
from applications.models import Application
from applications.states import Procedure
from platforms.models import Certificate, Designation, ProvincialTitle
from platforms.querysets import people_of_organisation
from platforms.register.services import suspend
from platforms.staff.requirements import office_has_another_signer
from portal.desk.todo import todos_for
from portal.kernel import outbox, signoff
from portal.kernel.calendar import calendar
from portal.kernel.permissions import Role, allowed
from portal.kernel.workflow import TransitionBlocked, perform, verbs_of
from portal.models import Notification, SignOff
from review.designation.services import announcement_content
from review.models import Notice, Objection
from review.notices.documents import columns_of
from review.notices.services import compose
from review.objections.services import (
    answer,
    pass_on,
    propose_conclusion,
    receive_objection,
    record_findings,
    take_on,
)
from tests.factories import dossiers, people, provinces
from tests.factories.dossiers import on
from tests.factories.provinces import PUBLIC_FROM, bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_round():
    return provinces.round_of()


def test_a_round_ends_in_a_title_of_the_provinces_register_and_in_no_national_one(own_round):
    row = bring(own_round, "DESIGNATED")
    title = ProvincialTitle.objects.get()
    assert (title.number, title.platform, title.source) == ("SJ33-2026-0001", row.platform, "round")
    assert title.document_number == "浙经信〔2026〕9 号" and title.stands
    assert (Designation.objects.count(), Certificate.objects.count()) == (0, 0)
    assert row.number.startswith("2026-浙省-")
    notice = Notice.objects.get(kind="publicity")
    assert (notice.ends_on, notice.content["signature"]) == (
        calendar().add_workdays(PUBLIC_FROM, 7),
        "浙江省经济和信息化厅",
    )
    assert "国家中小企业公共服务示范平台" not in notice.body + notice.items_text


def test_a_file_named_by_a_number_with_chinese_characters_keeps_its_name(own_round, client):
    row = bring(own_round, "SUBMITTED")
    client.force_login(row.created_by)
    header = client.get(reverse("report_pdf", args=[row.pk]))["Content-Disposition"]
    assert header == f"attachment; filename*=utf-8''{quote(f'申请报告-{row.number}')}.pdf"


def test_publicity_of_the_rounds_own_days_is_waited_for(own_round):
    row = bring(own_round, "PUBLICISED")
    officer, _ = people.staff_of(row.recommender)
    with on(calendar().add_workdays(PUBLIC_FROM, 6)), pytest.raises(TransitionBlocked, match="公示期至"):
        signoff.prepare([row], "designate", by=officer)


def test_the_signer_sees_the_score_that_the_round_decides_by(own_round, client):
    row = bring(own_round, "REVIEWED")
    officer, lead = people.staff_of(row.recommender)
    with on(provinces.PROPOSED_ON):
        act = signoff.prepare([row], "propose", by=officer, outcome="designate")
        client.force_login(lead, backend="portal.accounts.backends.PortalBackend")
        page = client.get(f"/signoffs/{act.pk}/").content.decode()
    assert act.shown["items"][0][-1] == f"{row.province_score:.2f}" and "省级测评得分" in page


def test_a_title_to_be_granted_is_not_overdue_the_day_after_publicity(own_round):
    row = bring(own_round, "PUBLICISED")
    officer, _ = people.staff_of(row.recommender)
    for days, due, waits in ((3, row.due_on, "公示期满"), (9, None, "")):
        with on(calendar().add_workdays(PUBLIC_FROM, days)):
            asked = next(one for one in todos_for(officer) if one.title.startswith("授予省级称号"))
        assert (asked.due, asked.waiting_for) == (due, waits)


def test_a_provinces_publicity_sends_nobody_to_the_ministrys_page(own_round, client):
    """Art. 18: it stands on the province's page, so its text and its page lead there."""
    bring(own_round, "PUBLICISED")
    notice = Notice.objects.get(kind="publicity")
    with on(PUBLIC_FROM):
        page = client.get(f"/publicity/{notice.pk}/").content.decode()
        assert 'href="/provinces/"' in client.get("/publicity/").content.decode()
        assert notice.title in client.get("/provinces/33/notices/").content.decode()
    text = page[page.index("<main") :]
    assert "通过本系统“省级示范平台名录”栏目中本省的“公示和公告”" in text and "公示与异议”" not in text
    assert '<a href="/provinces/33/notices/">浙江公示和公告</a>' in text


def test_the_ministry_sees_nothing_and_moves_nothing(own_round):
    row = bring(own_round, "PUBLICISED")
    officer, lead = people.ministry(), people.ministry(Role.MINISTRY_LEAD)
    watchers = [officer, lead, people.user(Role.INSPECTOR), people.user(Role.EXPERT)]
    other = people.staff_of(people.recommender("甘肃"))
    for user in (*watchers, *other):
        assert not Application.objects.for_user(user).exists()
        assert not type(own_round).objects.for_user(user).filter(pk=own_round.pk).exists()
        assert not SignOff.objects.for_user(user).exists()
        for verb in verbs_of(Application):
            with pytest.raises(PermissionDenied), transaction.atomic():
                perform(row, verb, by=user, note="理由")


def test_the_database_keeps_a_provincial_dossier_from_ever_being_reported(own_round):
    row = bring(own_round, "SUBMITTED")
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(reported_at=timezone.now())


@pytest.mark.parametrize("verb", ["recommend", "report", "accept", "begin_review", "confirm", "refuse"])
def test_no_verb_of_the_national_road_applies(own_round, verb):
    assert not verbs_of(Application)[verb].applies_to(Procedure.PROVINCIAL)


def test_two_persons_of_the_province_decide_and_the_evaluator_does_not_sign(own_round):
    row = bring(own_round, "REVIEWED")
    officer, lead = people.staff_of(row.recommender)
    with on(provinces.PROPOSED_ON):
        with pytest.raises(
            TransitionBlocked, match=f"没有可以审签此事项的负责人.*可以代理的：{officer.name}"
        ):
            signoff.prepare([row], "propose", by=lead, outcome="designate")
        deputy = people.lead_of(row.recommender)
        assert list(office_has_another_signer(str(row.recommender_id), [row], "propose", lead)) == []
        assert list(office_has_another_signer("", [row], "propose", lead)) == []  # the ministry's
        act = signoff.prepare([row], "propose", by=lead, outcome="designate")
        assert act.office == str(row.recommender_id)
        with pytest.raises(TransitionBlocked, match="须为两人"):
            signoff.sign(act, by=lead)
        with pytest.raises(PermissionDenied):
            signoff.sign(act, by=officer)  # handles, does not sign
        signoff.sign(act, by=deputy)
    row.refresh_from_db()
    assert row.state == "PROPOSED"


def test_a_condition_of_the_rounds_edition_that_fails_stops_the_proposal():
    strict = provinces.round_of(thresholds={"smes": "5000"})
    row = bring(strict, "REVIEWED")
    officer, _ = people.staff_of(row.recommender)
    with on(provinces.PROPOSED_ON), pytest.raises(TransitionBlocked, match=r"年服务中小企业.*不能认定"):
        signoff.prepare([row], "propose", by=officer, outcome="designate")
    with on(provinces.PROPOSED_ON):
        signoff.prepare([row], "reject", by=officer, note="服务量不足", reason_code="score")


def test_lower_numbers_of_the_province_do_not_touch_the_national_dossier(own_round):
    unit = dossiers.unit()
    unit.smes = 90
    provincial, _ = provinces.draft(own_round, of=unit)
    verdicts = {one["code"]: one["verdict"] for one in provincial.assessment["criteria"]}
    assert verdicts["smes"] == "PASS"
    with on(dossiers.FILED_ON):
        national = dossiers.file_dossier(unit, dossiers.cycle())
    assert {one["code"]: one["verdict"] for one in national.assessment["criteria"]}["smes"] == "FAIL"


def test_only_platforms_of_the_province_file_in_its_round(own_round):
    unit = dossiers.unit(people.recommender("甘肃"))
    with on(provinces.FILED_ON), pytest.raises(TransitionBlocked, match="只受理所在地区的平台"):
        open_dossier(unit.platform, cycle=own_round, by=unit.user, procedure=Procedure.PROVINCIAL)
    with on(provinces.FILED_ON), pytest.raises(TransitionBlocked, match="不办理此事项"):
        open_dossier(unit.platform, cycle=own_round, by=unit.user)


def test_a_suspension_of_the_national_filing_leaves_the_provinces_own_round_alone(own_round):
    application, unit = provinces.draft(own_round)
    suspend(
        application.recommender,
        year=2026,
        reason="弄虚作假",
        document="",
        on=provinces.FILED_ON,
        by=people.ministry(Role.MINISTRY_LEAD),
    )
    with on(provinces.FILED_ON):
        submit_dossier(application, by=unit.user, declarant_name="某", declarant_title="主任", declared=True)
    application.refresh_from_db()
    assert application.state == "SUBMITTED"


def test_an_objection_is_handled_within_the_province_by_somebody_else(own_round):
    row = bring(own_round, "PUBLICISED")
    officer, lead = people.staff_of(row.recommender)
    with on(PUBLIC_FROM, 12):
        objection = receive_objection(
            row.notice_items.get(), facts="服务企业名单不实，请予核查。", name="李先生", contact="138"
        )
        assert not Objection.objects.for_user(people.ministry()).exists()
        assert not allowed(lead, "take_on", objection) and not allowed(officer, "take_on", objection)
        third = people.officer_of(row.recommender)
        take_on(objection, by=third)
        pass_on(objection, summary="服务企业名单不实，请予核查。", by=third)
        objection.refresh_from_db()
        record_findings(objection, words="现场核对，名单不实。", by=third)
        answer(
            objection,
            as_recommender=False,
            words="无异议。",
            by=people_of_organisation(row.platform.organisation, "sign_organisation").first(),
        )
        objection.refresh_from_db()
        with pytest.raises(TransitionBlocked, match="没有可以审签此事项的负责人"):  # the only head had a part
            propose_conclusion(objection, upheld=True, note="经核查属实。", by=third)
        free = people.lead_of(row.recommender)
        act = propose_conclusion(objection, upheld=True, note="经核查属实。", by=third)
        with pytest.raises(PermissionDenied):
            signoff.sign(act, by=lead)
        signoff.sign(act, by=free)
    row.refresh_from_db()
    assert row.state == "REJECTED"


def test_the_result_is_told_to_the_unit_alone(own_round):
    row = bring(own_round, "DESIGNATED")
    outbox.drain_outbox()
    told = set(Notification.objects.filter(title__contains="授予").values_list("recipient__role", flat=True))
    assert told == {Role.APPLICANT}
    assert not Notification.objects.filter(title__startswith="结果通报").exists()
    assert row.state == "DESIGNATED"


def test_what_was_not_evaluated_lapses_when_the_round_closes(own_round):
    row = bring(own_round, "SUBMITTED")
    with on(dossiers.CLOSED_ON):
        close_cycles(dossiers.CLOSED_ON)
    row.refresh_from_db()
    assert row.state == "LAPSED"
    assert row.outcome_reason.endswith("至年度结束：浙江省经济和信息化厅未受理。")


def test_what_waits_for_a_signature_is_told_and_counted_for_those_who_may_sign(own_round, client):
    row = bring(own_round, "REVIEWED")
    officer, lead = people.staff_of(row.recommender)
    ministry, stranger = people.ministry(Role.MINISTRY_LEAD), people.staff_of(people.recommender("甘肃"))[1]
    outbox.drain_outbox()
    with on(provinces.PROPOSED_ON):
        signoff.prepare([row], "propose", by=officer, outcome="designate")
        outbox.drain_outbox()
        told = Notification.objects.filter(title__startswith="待审签")
        assert set(told.values_list("recipient", flat=True)) == {lead.pk}
        for user, count in ((lead, 1), (stranger, 0), (ministry, 0)):
            client.force_login(user, backend="portal.accounts.backends.PortalBackend")
            groups = client.get("/signoffs/").context["side"]
            entries = {line.label: line.count for group in groups for line in group.lines}
            assert entries["审签"] == count, user.role


def test_beginning_the_evaluation_names_the_rounds_own_article(own_round, client):
    row = bring(own_round, "SUBMITTED")
    client.force_login(people.staff_of(row.recommender)[0])
    with on(provinces.EVALUATED_ON):
        page = client.get(f"/dossiers/{row.pk}/begin_evaluation/")
    assert page.context["view"].basis == ((18, ""),)


def test_who_files_in_a_province_waits_for_no_recommendation(own_round):
    row = bring(own_round, "SUBMITTED")
    assert {todo.waiting_for for todo in todos_for(row.created_by)} == {"办理单位受理"}
    for verb in ("submit", "resubmit"):
        assert "推荐单位" not in verbs_of(Application)[verb].consequence


def test_the_papers_of_a_round_name_the_office_that_holds_it(own_round):
    row = bring(own_round, "PROPOSED")
    publicity = compose(
        own_round,
        Procedure.PROVINCIAL,
        [row],
        start=PUBLIC_FROM,
        contact_phone="1",
        supervision_phone="2",
    )
    announcement = announcement_content([row], "designate")
    for content in (publicity, announcement):
        page = render_to_string("review/notices/_rows.html", {"content": content})
        assert "办理单位" in page and "推荐单位" not in page
        assert columns_of(content)[3] == ("办理单位", "recommender")
    assert "经测评、合议和公示" in announcement["opening"]


def test_who_signs_a_refusal_reads_the_letter_as_it_leaves(own_round, client):
    """With the category of the reason, in the round's own words."""
    row = bring(own_round, "REVIEWED")
    officer, lead = people.staff_of(own_round.programme.recommender)
    with on(PUBLIC_FROM):
        drafted = signoff.prepare([row], "reject", by=officer, note="低于 70 分", reason_code="score")
        letter = drafted.shown["cases"][0]["letters"][0][2]
        client.force_login(lead)
        page = client.get(reverse("signoff", args=[drafted.pk])).content.decode()
        signoff.sign(drafted, by=lead)
    reason = "理由：测评得分未达到要求 低于 70 分"
    outbox.drain_outbox()
    sent = Notification.objects.get(recipient=row.created_by, title="未通过省级认定").body
    assert reason in letter and reason in sent
    assert "认定不通过 · " in page and "评审不通过" not in page

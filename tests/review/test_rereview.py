"""三年复核 from the announced cohort to its three ends, through the services that the pages use."""

from __future__ import annotations

import io
from datetime import date, timedelta

import docx
import pytest
from django.db import transaction

from applications.corrections.services import request_correction
from applications.cycles.services import admit_late_filing
from applications.dossiers.documents import report_pdf
from applications.models import Cycle
from applications.rereviews.cohort import STANDINGS, due_titles, in_standing, left_undone, unfiled
from applications.states import Procedure
from platforms.register.views import history_of
from portal.kernel import daily, outbox, signoff
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import Notification
from review.models import Notice, Rectification, Revocation
from review.notices.documents import notice_docx
from review.rectifications import services as rectification
from review.rereview import failing
from review.revocations import services as revocation
from tests.factories.year import Year
from training.demo import officials
from training.demo.dossiers import file_dossier, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def test_cohort_is_announced_and_reminded(year):
    due, later = year.unit(), year.unit()
    title = year.title(due)
    year.title(later, year=2024)
    cycle = year.open_year(2026)
    outbox.drain_outbox()
    assert list(due_titles(cycle)) == [title]
    told = Notification.objects.filter(recipient=due.user, title__startswith="2026 年度三年复核")
    assert told.count() == 1
    assert Notification.objects.filter(recipient=year.head, title="2026 年度应复核示范平台 1 家").count() == 1
    assert not Notification.objects.filter(recipient=later.user).exists()
    with year.on(date(2026, 3, 26), hour=1):
        daily.run_due_days()
    assert Notification.objects.filter(recipient=due.user, title__startswith="三年复核尚未提交").count() == 1
    application = year.file(due, cycle)
    assert not unfiled(cycle).exists()
    with year.on(date(2026, 3, 27)):
        assert list(in_standing(due_titles(cycle), cycle, "under_way")) == [title]
    assert application.materials.count() == 4


def test_the_public_list_stays_as_it_was_announced(year, client):
    """Art. 14: who gave the title up later, was confirmed or came in later changes the desk's list, not this one."""
    units = [year.unit() for _ in range(4)]
    kept, given_up, confirmed, late = units
    titles = [year.title(one) for one in units[:3]]
    cycle = year.open_year(2026)
    row = year.file(confirmed, cycle)
    year.to_reviewed([row])
    year.two([row], "propose", day=date(2026, 5, 8), outcome="confirm")
    year.two([row], "confirm", day=year.publicise([row], start=date(2026, 5, 12)))
    with year.on(date(2026, 6, 8)):
        asked = revocation.ask_surrender(titles[1], reason="单位合并，平台停止运营", by=given_up.user)
        year.two([asked], "accept", day=date(2026, 6, 8), note="没有在办事项，同意")
    year.title(late)  # as a list of past years that is imported today
    assert {one.platform_name for one in due_titles(cycle)} == {
        one.platform.name for one in (kept, confirmed, late)
    }
    address = "/notices/rereview/2026/"
    with year.on(date(2026, 6, 9)):
        page = client.get(address)
    listed = {one.platform_name: one.get_state_display() for one in page.context["page"]}
    assert listed == {
        kept.platform.name: "有效",
        given_up.platform.name: "已放弃",
        confirmed.platform.name: "有效",
    }
    assert 'data-label="目前状态"' in page.content.decode() and "2026-01-12" in page.content.decode()
    year.open_year(2029)
    assert len(client.get(address).context["page"].object_list) == 3
    Cycle.objects.filter(pk=cycle.pk).update(announced_titles=None)  # published before lists were kept
    page = client.get(address)
    assert {one.platform_name for one in page.context["page"]} == {
        one.platform_name for one in due_titles(cycle)
    }


def test_not_due_is_not_opened(year):
    unit = year.unit()
    year.title(unit, year=2024)
    cycle = year.open_year(2026)
    with pytest.raises(TransitionBlocked, match="下次复核年度为 2027 年"):
        year.file(unit, cycle)


def test_confirmed_for_another_term(year):
    """Art. 14."""
    unit = year.unit()
    title, cycle = year.title(unit), year.open_year(2026)
    row = year.file(unit, cycle)
    year.to_reviewed([row])
    year.two([row], "propose", day=date(2026, 5, 8), outcome="confirm")
    with pytest.raises(TransitionBlocked, match="请先公示"):
        year.two([row], "confirm", day=date(2026, 5, 11))
    after = year.publicise([row], start=date(2026, 5, 12))
    with pytest.raises(TransitionBlocked, match="期满后方可办理"):
        year.two([row], "confirm", day=after - timedelta(days=3))
    with pytest.raises(TransitionBlocked, match="不是复核不合格"):
        year.two([row], "fail", day=after, note="不合格")
    year.two([row], "confirm", day=after, document_number="工信部函〔2026〕1号")
    title.refresh_from_db()
    assert (row.state, title.state, title.review_year, title.ended_on) == ("CONFIRMED", "ACTIVE", 2029, None)
    assert list(in_standing(due_titles(cycle), cycle, "decided")) == [title]
    pdf = report_pdf(row)
    assert pdf.startswith(b"%PDF-")


def to_rectify(year, unit, cycle):
    row = year.file(unit, cycle)
    year.to_reviewed([row])
    with pytest.raises(TransitionBlocked, match="请写明整改要求"), transaction.atomic():
        year.two([row], "propose", day=date(2026, 5, 8), outcome="rectify")
    year.two([row], "propose", day=date(2026, 5, 8), outcome="rectify", note="补充服务台账，公开收费标准")
    after = year.publicise([row], start=date(2026, 5, 12))
    year.two([row], "confirm", day=after)
    return row, Rectification.objects.get(application=row)


def test_confirmed_with_rectification_that_is_accepted(year):
    unit = year.unit()
    title, cycle = year.title(unit), year.open_year(2026)
    _, order = to_rectify(year, unit, cycle)
    title.refresh_from_db()
    assert (title.state, title.review_year, title.rectify_until) == ("RECTIFYING", 2029, order.due_on)
    assert order.requirements == "补充服务台账，公开收费标准"
    assert Notice.objects.filter(kind="announcement").get().items.get().outcome == "限期整改"
    with year.on(date(2026, 7, 1)):
        rectification.report_done(order, words="台账已补齐，收费标准已公开。", by=unit.user)
        with pytest.raises(TransitionBlocked, match="省级核查意见尚未收到"):
            rectification.refer(order, by=year.people["miit_lead"], note="不合格")
        perform(order, "check_again", by=year.officer, note="现场核查属实", passed=True)
        order.refresh_from_db()
        year.two([order], "accept", day=date(2026, 7, 1))
    title.refresh_from_db()
    order.refresh_from_db()
    assert (title.state, title.rectify_until, order.state) == ("ACTIVE", None, "ACCEPTED")
    told = [words for _, words, _ in history_of(title)]
    announced = "关于 2026 年度国家中小企业公共服务示范平台复核合格名单（第一批）的公告"
    assert told[1:] == [f"复核合格，称号延续（{announced}）", "责令整改", "整改合格"]


def test_rectification_never_reported_is_referred(year):
    unit = year.unit()
    title, cycle = year.title(unit), year.open_year(2026)
    _, order = to_rectify(year, unit, cycle)
    lead = year.people["miit_lead"]
    with year.on(order.due_on), pytest.raises(TransitionBlocked, match="期满前不能移送"):
        rectification.refer(order, by=lead, note="逾期未整改")
    with year.on(order.due_on + timedelta(days=1)):
        rectification.refer(order, by=lead, note="逾期未提交整改报告")
    case = Revocation.objects.get(title=title)
    assert (case.ground, case.state) == ("rectification", "OPENED")


def test_nothing_is_sent_back_when_there_is_no_time_to_report_again(year):
    unit = year.unit()
    year.title(unit)
    _, order = to_rectify(year, unit, year.open_year(2026))
    with year.on(order.due_on):
        rectification.report_done(order, words="台账已补齐。", by=unit.user)
    order.refresh_from_db()
    with year.on(order.due_on + timedelta(days=1)):
        with pytest.raises(TransitionBlocked, match="平台不能再提交，请填写核查意见"), transaction.atomic():
            perform(order, "send_back", by=year.officer, note="证明不足")
        perform(order, "check_again", by=year.officer, note="证明不足", passed=False)


def test_round_without_publicity_decides_from_the_proposal(year):
    unit = year.unit()
    title, cycle = year.title(unit), year.open_year(2026, publicise_rereview=False)
    row = year.file(unit, cycle)
    year.to_reviewed([row])
    year.two([row], "propose", day=date(2026, 5, 8), outcome="confirm")
    year.two([row], "confirm", day=date(2026, 5, 11))
    title.refresh_from_db()
    assert title.review_year == 2029


def test_not_filed_waits_for_the_ministry(year, client):
    unit, other = year.unit(), year.unit()
    title, second = year.title(unit), year.title(other)
    cycle, lead = year.open_year(2026), year.people["miit_lead"]
    with year.on(date(2027, 1, 4)):
        perform(Cycle.objects.get(pk=cycle.pk), "close", by=SYSTEM)
        assert set(unfiled(cycle)) == {title, second}
        with pytest.raises(TransitionBlocked, match="不能再准予补办"), transaction.atomic():
            rectification.propose_deferral(
                title, cycle, until=date(2027, 1, 20), reason="受灾停业三个月", by=lead
            )
        case = revocation.open_revocation(
            second, ground="not_filed", facts="2026 年度未提交复核材料，经两次提醒。", by=lead
        )
        with pytest.raises(TransitionBlocked, match="正在撤销程序中"):
            rectification.propose_deferral(
                second, cycle, until=date(2027, 1, 20), reason="迟到的准予", by=lead
            )
        client.force_login(lead)
        page = client.get("/rereview/?year=2026&standing=unfiled").content.decode()
        assert f'撤销程序在办：<a href="/revocations/{case.pk}/">{case.number}</a>' in page
        assert page.split("</thead>")[1].count("启动撤销程序</a>") == 1  # of the other one
        revocation.notify(case, by=lead)
    case.refresh_from_db()
    with year.on(case.statement_due + timedelta(days=1)):
        officials.two_persons(
            [case],
            "decide",
            proposer=year.people["miit_officer"],
            signer=lead,
            note="未按规定办理复核",
            end_title=True,
        )
    second.refresh_from_db()
    title.refresh_from_db()
    assert (title.state, second.state) == ("ACTIVE", "ENDED")
    assert not second.jurisdiction.suspensions.exists()


def test_what_was_filed_in_time_and_stayed_at_the_province_is_not_unfiled(year, client):
    """Four truths after the close: silent, unanswered, stuck at the province, late; only the first two count against a unit."""
    units = {name: year.unit() for name in ("silent", "unanswered", "untaken", "unreported", "late", "going")}
    titles = {name: year.title(unit) for name, unit in units.items()}
    cycle, lead = year.open_year(2026), year.people["miit_lead"]
    rows = {name: year.file(units[name], cycle) for name in ("unanswered", "untaken", "unreported", "going")}
    with year.on(date(2026, 3, 18)):
        request_correction(
            rows["unanswered"],
            stage="recommender",
            by=year.officer,
            items=[{"code": rows["unanswered"].materials.first().code, "reason": "missing", "words": ""}],
            words="",
        )
        officials.evaluate(rows["going"], year.officer, day=date(2026, 3, 18), score=80, opinion="pass")
        officials.recommend(rows["going"], year.head)
    with year.on(date(2026, 4, 9)):
        year.report(cycle, [rows["going"]], Procedure.REREVIEW)
        officials.evaluate(rows["unreported"], year.officer, day=date(2026, 4, 9), score=80, opinion="pass")
        officials.recommend(rows["unreported"], year.head)
        late = file_dossier(units["late"], cycle, procedure=Procedure.REREVIEW)
        admit_late_filing(late, until=date(2026, 4, 20), reason="受灾", by=lead)
        late.refresh_from_db()
        submit(late, units["late"])
    with year.on(date(2026, 4, 10)):
        assert in_standing(due_titles(cycle), cycle, "late").get() == titles["late"]
        assert not in_standing(due_titles(cycle), cycle, "stuck").exists()
    with year.on(date(2026, 5, 6), hour=1):
        daily.run_due_days()
    told = Notification.objects.filter(recipient=year.head, title__startswith="复核尚未报送")
    assert {one.title for one in told} == {
        f"复核尚未报送：{units[name].platform.name}" for name in ("untaken", "unreported", "late")
    }
    with year.on(date(2027, 1, 2), hour=1):
        daily.run_due_days()
        outbox.drain_outbox()
        standings = {
            code: {title.platform_name for title in in_standing(due_titles(cycle), cycle, code)}
            for code, _ in STANDINGS
        }
        names = {name: unit.platform.name for name, unit in units.items()}
        assert standings == {
            "unfiled": {names["silent"]},
            "unanswered": {names["unanswered"]},
            "under_way": {names["going"]},
            "decided": set(),
            "stuck": {names["untaken"], names["unreported"], names["late"]},
            "late": set(),
        }
        assert set(left_undone(cycle)) == {titles["silent"], titles["unanswered"]}
        for name in ("untaken", "unreported", "late", "going"):
            with pytest.raises(TransitionBlocked, match="年度复核已提交"):
                revocation.open_revocation(
                    titles[name], ground="not_filed", facts="未提交复核材料，经提醒。", by=lead
                )
        revocation.open_revocation(
            titles["silent"], ground="not_filed", facts="未提交复核材料，经提醒。", by=lead
        )
        client.force_login(lead)
        page = client.get("/rereview/?year=2026&standing=stuck").content.decode()
        assert page.count("下一年度继续办理复核</") + page.count("下一年度继续办理复核\n") == 3
        assert "启动撤销程序</a>" not in page and "未提交</span>" not in page
    letter = Notification.objects.get(recipient=units["untaken"].user, title__contains="下一年度继续办理")
    assert "提交，至年度结束：浙江省经济和信息化厅未受理。" in letter.body and "称号不因此终止" in letter.body
    letter = Notification.objects.get(recipient=units["unanswered"].user, title__contains="下一年度继续办理")
    assert "退回补正后申报单位未在期限内补正" in letter.body


def test_province_does_not_report_a_designation_of_a_titled_platform(year):
    unit = year.unit()
    year.title(unit)
    cycle = year.open_year(2026)
    with pytest.raises(TransitionBlocked, match="请按三年复核办理"):
        year.file(unit, cycle, Procedure.DESIGNATION)


def test_pages_of_the_decision_show_what_each_is_about(year, client):
    """The province's opinion where the ministry decides, the end of each where it is signed; nobody is ranked."""
    good, bad = year.unit(), year.unit()
    for unit in (good, bad):
        year.title(unit)
    cycle = year.open_year(2026)
    first, second = year.file(good, cycle), year.file(bad, cycle)
    year.to_reviewed([first])
    with year.on(date(2026, 3, 18)):
        officials.evaluate(second, year.officer, day=date(2026, 3, 18), score=50, opinion="fail")
    client.force_login(year.head)
    with year.on(date(2026, 3, 19)):
        page = client.get(f"/dossiers/{second.pk}/recommend/").content.decode()
        assert "省级测评意见" in page and "不合格" in page and "第十四条" in page and "第六条" not in page
        officials.recommend(second, year.head)
        assert client.get(f"/dossiers/{second.pk}/recommendation/").status_code == 404
        page = client.get("/recommender/reporting/?procedure=REREVIEW").content.decode()
        assert "测评意见" in page and "不合格" in page and "复核报送文件文号" in page
    with year.on(date(2026, 4, 13)):
        year.report(cycle, [second], second.procedure)
        officials.accept(second, year.people["miit_officer"])
        officials.review(second, year.people["miit_officer"], base=80)
    client.force_login(year.people["miit_officer"])
    with year.on(date(2026, 5, 8)):
        page = client.get("/ministry/decision/?procedure=REREVIEW").content.decode()
        assert "省级测评意见" in page and "划线" not in page and " checked" not in page
        assert "省级测评意见：<b>不合格</b>" in client.get(f"/dossiers/{second.pk}/").content.decode()
        sent = {"procedure": "REREVIEW", "pick": [str(second.pk)], "outcome": "fail", "note": "台账缺失"}
        answer = client.post("/ministry/decision/", sent)
        assert answer.status_code == 302  # out of nobody's order: no reason is asked for
        assert "省级测评意见：不合格</th>" in client.get(answer.url).content.decode()
        act = signoff.waiting_for(second).get()
        assert ["省级测评意见：不合格", second.platform.name] in act.shown["rows"]
        signoff.sign(act, by=year.people["miit_lead"])
    year.two([first], "propose", day=date(2026, 5, 8), outcome="confirm")
    rows = list(type(first).objects.filter(pk__in=[first.pk, second.pk]).order_by("number"))
    with year.on(date(2026, 5, 11)):
        failing.answer(second.failing_notices.get(), words="台账正在补录。", by=bad.user)
        act = signoff.prepare(rows, "publicise", by=year.people["miit_officer"], start="2026-05-12")
        assert ["复核合格", first.platform.name] in act.shown["rows"]
        assert ["复核不合格", second.platform.name] in act.shown["rows"]
        signoff.sign(act, by=year.people["miit_lead"])
    content = Notice.objects.get(kind="publicity").content
    words = [["正文", content["opening"]], *([one["title"], one["text"]] for one in content["sections"])]
    assert [row for row in act.shown["rows"] if row in words] == words  # the signer read what was published
    document = docx.Document(io.BytesIO(notice_docx(content)))
    ends = [row.cells[-1].text for row in document.tables[0].rows]
    assert ends == ["结论", "复核合格", "复核不合格"]
    with year.on(date(2026, 6, 3)):
        page = client.get("/ministry/publicised/?procedure=REREVIEW").content.decode()
    assert "公示的结论" in page and "复核不合格</td>" in page and page.count(" checked") == 1


def test_pages_of_the_unit_speak_of_a_rereview(year, client):
    unit = year.unit()
    year.title(unit)
    cycle = year.open_year(2026)
    client.force_login(unit.user)
    with year.on(date(2026, 3, 3)):
        application = file_dossier(unit, cycle, procedure=Procedure.REREVIEW)
        page = client.get(f"/my/dossiers/{application.pk}/check/").content.decode()
        assert "（四）真实性声明" in page and "展开年度运营情况测评表全文" in page
        submission = submit(application, unit).submissions.get()
        page = client.get(f"/receipts/{submission.pk}/").content.decode()
        assert "不合格的公告撤销称号" in page and "再授予称号" not in page
        page = client.get("/my/").content.decode()
        assert "复核确认" in page
        client.force_login(year.officer)
        assert "年度运营情况测评表 PDF" in client.get(f"/dossiers/{application.pk}/").content.decode()

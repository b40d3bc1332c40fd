"""撤销, 暂停 and 放弃: evidence, notice, statement, two persons, two effects, and what goes on meanwhile."""

from __future__ import annotations

from datetime import date, time, timedelta

import pypdfium2 as pdfium
import pytest
from django.core import mail as mailbox
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from applications.cycles.services import create_cycle, publish_cycle
from applications.evaluation.services import evaluation_of
from applications.models import Cycle
from applications.states import Procedure
from platforms.models import Suspension
from portal.kernel import outbox, signoff
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import AuditEvent, Notification, SignOff
from review.models import Notice, Revocation
from review.notices.documents import notice_pdf
from review.notices.exports import press_text
from review.records.requirements import title_is_free
from review.revocations import services as revocation
from tests.factories.revoking import FACTS, decide, lift, notified, opened, revoke_for_fraud
from tests.factories.year import Year
from training.demo import officials
from training.demo.dossiers import file_dossier, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def asks_for_a_hearing(year) -> tuple:
    unit = year.unit()
    case = notified(year, year.title(unit), unit)
    with year.on(date(2026, 6, 3)):
        perform(case, "state_case", by=unit.user, note="请求当面说明。", wants_hearing=True)
    case.refresh_from_db()
    return unit, case


def arrange(year, case, *, on=date(2026, 6, 15), at=time(9, 30), place="部机关 3 号楼 201 室"):
    return revocation.arrange_hearing(case, on=on, at=at, place=place, by=year.people["miit_officer"])


def test_unit_is_heard_before_a_decision(year):
    unit = year.unit()
    case = notified(year, year.title(unit), unit)
    officer = year.people["miit_officer"]
    with year.on(date(2026, 6, 3)):
        assert missing(case, "decide")[0].startswith("陈述期限至")
        with pytest.raises(TransitionBlocked, match="不能安排听证"), transaction.atomic():
            arrange(year, case)
        perform(case, "state_case", by=unit.user, note="请求当面说明。", wants_hearing=True)
        case = revocation.state_view(case, words="无不同意见。", by=year.head)
        assert missing(case, "decide") == ["平台要求听证，请先举行听证并记录。"]
        assert missing(case, "hold_hearing")[0].startswith("请先安排听证")
        with pytest.raises(TransitionBlocked, match="请先安排听证"), transaction.atomic():
            perform(case, "hold_hearing", by=officer, note="双方到场")
        case = arrange(year, case)
    with year.on(date(2026, 6, 14)), pytest.raises(TransitionBlocked, match="举行之后再记录"):
        perform(case, "hold_hearing", by=officer, note="双方到场")
    with year.on(date(2026, 6, 15)):
        perform(case, "hold_hearing", by=officer, note="双方到场")
        case.refresh_from_db()
        assert missing(case, "decide") == []
        with pytest.raises(TransitionBlocked, match="不能安排听证"), transaction.atomic():
            arrange(year, case, on=date(2026, 7, 15))
    for facts, words in (({}, "第一项"), ({"end_title": True}, "第二项")):
        with pytest.raises(TransitionBlocked, match=words), transaction.atomic():
            decide(year, case, date(2026, 6, 16), **facts)


def test_unit_is_told_of_its_hearing_seven_working_days_before(year):
    """Neither the day of telling nor the hearing's own counts; another day is told anew, with as much time."""
    unit, case = asks_for_a_hearing(year)
    with year.on(date(2026, 6, 3)):
        with pytest.raises(TransitionBlocked, match="最早为 2026 年 6 月 15 日"), transaction.atomic():
            arrange(year, case, on=date(2026, 6, 12))
        with pytest.raises(PermissionDenied):
            revocation.arrange_hearing(
                case, on=date(2026, 6, 15), at=time(9, 30), place="201 室", by=unit.user
            )
        arrange(year, case)
        with pytest.raises(TransitionBlocked, match="与已通知的一致"), transaction.atomic():
            arrange(year, case)
    with year.on(date(2026, 6, 10)):
        with pytest.raises(TransitionBlocked, match="最早为"), transaction.atomic():
            arrange(year, case, on=date(2026, 6, 16))
        arrange(year, case, on=date(2026, 6, 30))
    outbox.drain_outbox()
    name = case.title.platform_name
    for reader in (unit.user, year.head):
        told = Notification.objects.filter(recipient=reader, url=f"/revocations/{case.pk}/")
        bodies = dict(told.values_list("title", "body"))
        assert "2026 年 6 月 15 日（周一）09:30，部机关 3 号楼 201 室" in bodies[f"听证通知：{name}"]
        assert "2026 年 6 月 30 日（周二）09:30" in bodies[f"听证变更通知：{name}"]
    letters = [mail.body for mail in mailbox.outbox if unit.user.email in mail.to]
    assert any("听证变更通知" in text and "2026 年 6 月 30 日" in text for text in letters)
    arranged = AuditEvent.objects.filter(
        stream=f"review.revocation:{case.pk}", action="revocation.arrange_hearing"
    )
    assert arranged.count() == 2


def test_the_case_page_arranges_and_shows_the_hearing(year, client):
    unit, case = asks_for_a_hearing(year)
    page, sent = f"/revocations/{case.pk}/", {"on": "2026-06-15", "at": "09:30", "place": "部机关 201 室"}
    with year.on(date(2026, 6, 3)):
        client.force_login(unit.user)
        assert "安排听证" not in client.get(page).content.decode()
        client.post(page, sent)
        case.refresh_from_db()
        assert case.hearing_on is None
        client.force_login(year.people["miit_officer"])
        assert "待安排听证" in client.get("/ministry/").content.decode()
        assert "最早可定 2026 年 6 月 15 日（周一）" in client.get(page).content.decode()
        refused = client.post(page, sent | {"on": "2026-06-05"})
        assert (refused.status_code, "最早为" in refused.content.decode()) == (422, True)
        assert client.post(page, sent).status_code == 302
        assert "听证通知已发出" in client.get(page).content.decode()
        client.force_login(unit.user)
        assert "2026 年 6 月 15 日（周一）09:30，部机关 201 室" in client.get(page).content.decode()
        assert "参加听证" in client.get("/my/").content.decode()
    with year.on(date(2026, 6, 16)):  # held, and not recorded yet: nobody is late for it
        assert "参加听证" not in client.get("/my/").content.decode()


def test_one_person_cannot_revoke(year):
    unit = year.unit()
    title, lead = year.title(unit), year.people["miit_lead"]
    case = notified(year, title, unit)
    with year.on(case.statement_due + timedelta(days=1)):
        with pytest.raises(TransitionBlocked, match="须由两人办理"), transaction.atomic():
            perform(case, "decide", by=lead, note="属实", end_title=True, suspend=True)
        with pytest.raises(TransitionBlocked, match="须为两人"), transaction.atomic():
            officials.two_persons(
                [case], "decide", proposer=lead, signer=lead, end_title=True, suspend=True, note="是"
            )
        with pytest.raises(TransitionBlocked, match="先由两人作出撤销决定"), transaction.atomic():
            perform(title, "revoke", by=lead, note="直接撤销", on=date(2026, 6, 10))
        with pytest.raises(PermissionDenied):
            revocation.open_revocation(title, ground="fraud", facts=FACTS, by=unit.user)


def test_fraud_ends_the_title_and_suspends_the_jurisdiction(year):
    """Art. 15."""
    unit, neighbour = year.unit(), year.unit()
    title, case = revoke_for_fraud(year, unit)
    case.refresh_from_db()
    suspension = Suspension.objects.get()
    notice = Notice.objects.get(pk=case.notice_id)
    assert (title.state, title.ended_on) == ("REVOKED", date(2026, 6, 8))
    assert (suspension.recommender, suspension.year, suspension.state) == (year.province, 2027, "IN_FORCE")
    assert (notice.kind, notice.document_number) == ("announcement", "工信部函〔2026〕9号")
    assert "暂停浙江省经济和信息化厅 2027 年度" in notice.body
    shown = SignOff.objects.get().shown["rows"]  # who signs reads the announcement, not a digest of it
    assert any("暂停浙江省经济和信息化厅 2027 年度" in text for _, text in shown)
    with pdfium.PdfDocument(notice_pdf(notice.title, notice.content)) as document:
        assert "工信部函〔2026〕9号" in document[0].get_textpage().get_text_range()
    outbox.drain_outbox()
    told = Notification.objects.filter(title="浙江 2027 年度申报工作暂停").values_list(
        "recipient__username", flat=True
    )
    assert {unit.user.username, neighbour.user.username, year.head.username} <= set(told)
    events = AuditEvent.objects.filter(
        stream=f"platforms.designation:{title.pk}", action="designation.revoke"
    )
    assert events.count() == 1


def test_suspended_jurisdiction_next_year(year):
    """Drafts stay and can be filled in; submitting, recommending and reporting are refused; 复核 goes on (Art. 15)."""
    unit, neighbour, elsewhere, due = year.unit(), year.unit(), year.unit("江苏"), year.unit()
    title = year.title(due, year=2024)
    revoke_for_fraud(year, unit)
    cycle = year.open_year(2027)
    with year.on(date(2027, 3, 3)):
        draft = file_dossier(neighbour, cycle)
        with pytest.raises(TransitionBlocked, match="浙江 2027 年度申报工作已暂停"), transaction.atomic():
            submit(draft, neighbour)
        draft.refresh_from_db()
        assert draft.state == "DRAFT"
        assert submit(file_dossier(elsewhere, cycle), elsewhere).state == "SUBMITTED"
        rereview = submit(file_dossier(due, cycle, procedure=Procedure.REREVIEW), due)
        officials.evaluate(rereview, year.officer, day=date(2027, 3, 3))
        officials.recommend(rereview, year.head)
        assert (rereview.state, evaluation_of(rereview).opinion) == ("RECOMMENDED", "pass")
    assert title.state == "ACTIVE"
    suspension = Suspension.objects.get()
    one_alone = pytest.raises(TransitionBlocked, match="须由两人办理")
    with year.on(date(2027, 3, 5)), one_alone, transaction.atomic():
        perform(suspension, "lift", by=year.people["miit_lead"], note="整顿完成")
    lift(year, date(2027, 3, 5))
    with year.on(date(2027, 3, 5)):
        assert submit(draft, neighbour).state == "SUBMITTED"


def test_after_the_lifting_only_the_dossier_itself_can_be_wanting(year, client):
    """Art. 15: on the page too. A draft that contradicts last year's dossier is asked to explain, not suspended."""
    unit, neighbour, second = year.unit(), year.unit(), year.unit()
    year.file(second, year.open_year(2026), Procedure.DESIGNATION)
    revoke_for_fraud(year, unit)
    cycle = year.open_year(2027)
    said = {"declarant_name": "沈国栋", "declarant_title": "主任", "declared": "on", "sequence": "1"}
    with year.on(date(2027, 3, 3)):
        drafts = {one.user: file_dossier(one, cycle) for one in (neighbour, second)}

    def press(user, **more):
        client.force_login(user)
        address = f"/my/dossiers/{drafts[user].pk}/check/"
        page, answer = client.get(address), client.post(address, said | more)
        drafts[user].refresh_from_db()
        return page.context["screen"].reasons, answer, drafts[user].state

    with year.on(date(2027, 3, 4)):
        for user in drafts:
            reasons, answer, state = press(user, explanation="上年为未审数")
            assert len(reasons) == 1 and reasons[0].startswith("浙江 2027 年度申报工作已暂停")
            assert (answer.status_code, state) == (422, "DRAFT")
            assert reasons[0] in answer.context["form"].non_field_errors()
    lift(year, date(2027, 3, 5))
    with year.on(date(2027, 3, 5)):
        reasons, answer, state = press(neighbour.user)
        assert (reasons, answer.status_code, state) == ([], 302, "SUBMITTED")
        reasons, answer, state = press(second.user)
        assert (reasons, answer.status_code, state) == ([], 422, "DRAFT")
        assert answer.context["form"].errors == {"explanation": ["请先更正不一致之处，或者写明原因。"]}
        assert "2025 年服务收入本次填写" in answer.content.decode()
        reasons, answer, state = press(second.user, explanation="上年为未审数")
        assert (answer.status_code, state) == (302, "SUBMITTED")


def test_what_was_filed_before_the_decision_waits_at_the_province(year):
    """Art. 15: 推荐 and 报送 stand still as well, and go on after the lifting."""
    unit, first, second = year.unit(), year.unit(), year.unit()
    with year.on(date(2025, 11, 9)):
        cycle = create_cycle(
            by=year.people["miit_officer"],
            year=2026,
            filing_from=date(2025, 11, 16),
            filing_until=date(2026, 3, 27),
            handling_from=date(2026, 4, 1),
            handling_until=date(2026, 4, 30),
            review_until=date(2026, 6, 30),
            closes_on=date(2026, 12, 31),
        )
        cycle = publish_cycle(cycle, by=year.people["miit_lead"])
    with year.on(date(2025, 11, 20)):
        rows = [submit(file_dossier(one, cycle), one) for one in (first, second)]
        for row in rows:
            officials.evaluate(row, year.officer, day=date(2025, 11, 20))
        officials.recommend(rows[0], year.head)
    revoke_for_fraud(year, unit, start=date(2025, 12, 1))
    with year.on(date(2026, 4, 6)):
        with pytest.raises(TransitionBlocked, match="浙江 2026 年度申报工作已暂停"), transaction.atomic():
            officials.recommend(rows[1], year.head)
        with pytest.raises(TransitionBlocked, match="浙江 2026 年度申报工作已暂停"), transaction.atomic():
            year.report(cycle, rows[:1])
    lift(year, date(2026, 4, 7))
    with year.on(date(2026, 4, 7)):
        officials.recommend(rows[1], year.head)
        year.report(cycle, rows)
    assert [row.state for row in rows] == ["REPORTED", "REPORTED"]


def test_lifting_a_suspension_is_numbered_and_announced(year, client):
    """As imposing it is: in public, in the same form, and found from the announcement that imposed it."""
    unit = year.unit()
    _, case = revoke_for_fraud(year, unit)
    suspension, officer, lead = (
        Suspension.objects.get(),
        year.people["miit_officer"],
        year.people["miit_lead"],
    )
    imposed = f"/notices/{Revocation.objects.get(pk=case.pk).notice_id}/"
    assert "已解除" not in client.get(imposed).content.decode()
    with year.on(date(2027, 3, 5)):
        client.force_login(officer)
        answer = client.post(
            f"/suspensions/{suspension.pk}/lift/",
            {"note": "整顿完成", "document_number": "工信部函〔2027〕3号"},
        )
        proposal = SignOff.objects.get(verb="lift")
        assert answer.url == f"/signoffs/{proposal.pk}/"
        assert ["文号", "工信部函〔2027〕3号"] in proposal.shown["rows"]  # who signs reads the announcement
        assert any("恢复浙江省经济和信息化厅 2027 年度" in text for _, text in proposal.shown["rows"])
        signoff.sign(proposal, by=lead)
        suspension.refresh_from_db()
        assert (suspension.state, suspension.lifted_on) == ("LIFTED", date(2027, 3, 5))
        assert suspension.lifted_document == "工信部函〔2027〕3号"
        assert suspension.lifted_address in client.get("/suspensions/").content.decode()
        client.logout()
        notice = Notice.objects.get(subject="suspension")
        assert suspension.lifted_address == f"/notices/{notice.pk}/"
        page = client.get(suspension.lifted_address).content.decode()
        assert "整顿完成" in page and "工信部函〔2027〕3号" in page and 'aria-label="名单"' not in page
        earlier = client.get(imposed).content.decode()
        assert "已解除" in earlier and suspension.lifted_address in earlier
        for kind in ("docx", "html", "zip"):
            assert client.get(reverse("notice_file", args=[notice.pk, kind])).status_code == 200
        assert "共 0 家" not in press_text(notice)
    with pdfium.PdfDocument(notice_pdf(notice.title, notice.content)) as document:
        assert len(document) == 1 and "附件" not in document[0].get_textpage().get_text_range()
    outbox.drain_outbox()
    told = Notification.objects.get(recipient=unit.user, title="浙江 2027 年度申报工作恢复")
    assert told.url == suspension.lifted_address and "工信部函〔2027〕3号" in told.body


def test_the_home_page_says_so_before_anybody_begins(year, client):
    """And a draft that its round has left behind is no task any more."""
    unit, neighbour, elsewhere = year.unit(), year.unit(), year.unit("江苏")
    old = year.open_year(2026)
    with year.on(date(2026, 3, 3)):
        file_dossier(neighbour, old)
    revoke_for_fraud(year, unit)
    with year.on(date(2027, 1, 1), hour=1):
        perform(Cycle.objects.get(pk=old.pk), "close", by=SYSTEM)
    year.open_year(2027)
    pages = []
    with year.on(date(2027, 3, 3)):
        for user in (neighbour.user, elsewhere.user):
            client.force_login(user)
            pages.append(client.get("/my/").content.decode())
    assert ["浙江 2027 年度认定申报工作暂停" in page for page in pages] == [True, False]
    assert "开始申报" in pages[0] and "继续填报" not in pages[0]


def test_revoking_closes_what_hangs_on_the_title(year):
    unit = year.unit()
    title, cycle = year.title(unit), year.open_year(2026)
    rereview = year.file(unit, cycle)
    case = notified(year, title, unit)
    assert any("撤销程序中" in reason for reason in title_is_free(rereview, None))
    decide(year, case, case.statement_due + timedelta(days=1), end_title=True, suspend=True)
    rereview.refresh_from_db()
    assert (rereview.state, rereview.outcome_code) == ("WITHDRAWN", "title_ended")


def test_surrender_is_accepted_and_announced(year, client):
    unit = year.unit()
    title, lead = year.title(unit), year.people["miit_lead"]
    with year.on(date(2026, 6, 1)):
        with pytest.raises(PermissionDenied):
            revocation.ask_surrender(title, reason="业务调整", by=year.officer)
        asked = revocation.ask_surrender(title, reason="单位合并，平台停止运营", by=unit.user)
        client.force_login(unit.user)
        assert client.get(f"/my/titles/{title.number}/surrender/").url == f"/surrenders/{asked.pk}/"
        assert "下次复核年度" in client.get(f"/verify/{title.number}/").content.decode()
        with pytest.raises(TransitionBlocked, match="须由两人办理"):
            perform(asked, "accept", by=lead)
        year.two([asked], "accept", day=date(2026, 6, 1), note="没有在办事项，同意")
    act = SignOff.objects.get(verb="accept")
    client.force_login(lead)
    sheet = client.get(reverse("signoff", args=[act.pk])).content.decode()
    assert 'class="paper doc"' in sheet and sheet.count(title.number) >= 2 and "（审签当日）" in sheet
    notice = Notice.objects.get(kind="announcement")
    assert (notice.title, notice.content["opening"]) == tuple(
        act.shown["paper"][k] for k in ("title", "opening")
    )
    title.refresh_from_db()
    assert (title.state, title.end_reason) == ("SURRENDERED", "单位合并，平台停止运营")
    assert "放弃" in Notice.objects.get(kind="announcement").title
    page = client.get(f"/verify/{title.number}/").content.decode()
    assert "已放弃" in page and "下次复核年度" not in page


def test_surrender_is_no_way_out_of_a_revocation(year):
    unit = year.unit()
    title = year.title(unit)
    opened(year, title)
    with year.on(date(2026, 6, 2)):
        asked = revocation.ask_surrender(title, reason="不再需要", by=unit.user)
        with pytest.raises(TransitionBlocked, match="正在撤销程序中"):
            year.two([asked], "accept", day=date(2026, 6, 2), note="没有在办事项，同意")


def test_verification_changes_at_once(year, client):
    unit = year.unit()
    title, _ = revoke_for_fraud(year, unit)
    with year.on(date(2026, 6, 8), hour=23):
        page = client.get(f"/verify/{title.number}/").content.decode()
        answer = client.get(f"/certificates/{title.number}.pdf")
    assert "已撤销" in page
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/verify/{title.number}/")

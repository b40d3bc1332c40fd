"""The pages of 动态管理 for each who may open them: right words, no page for the wrong role, constant queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platforms.complaints import services as complaints
from portal.kernel import calendar, outbox
from portal.kernel.workflow import perform
from portal.models import Notification
from review.models import Revocation
from review.rectifications import services as rectification
from review.revocations import services as revocation
from review.spot_checks import services as spot_check
from tests.factories.year import Year
from training.demo.files import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Three titles: one under a revocation, one to be rectified, one that is given up; all drawn for a check."""
    year = Year()
    units = [year.unit() for _ in range(3)]
    titles = [year.title(unit) for unit in units]
    officer, lead = year.people["miit_officer"], year.people["miit_lead"]
    year.open_year(2026)
    with year.on(date(2026, 6, 1)):
        plan = spot_check.create_plan(
            by=officer,
            name="2026 年抽查",
            year=2026,
            kind="yearly",
            subject="真实性",
            percent=100,
            team_size=1,
        )
        plan = spot_check.announce_plan(plan, by=lead)
        case = revocation.open_revocation(
            titles[0], ground="fraud", facts="名单不实，企业否认签约。", by=officer
        )
        revocation.add_evidence(case, words="书面说明", upload=paper(), by=officer)
        case.refresh_from_db()
        revocation.notify(case, by=officer)
        asked = revocation.ask_surrender(titles[2], reason="停止运营", by=units[2].user)
        order = rectification.order(titles[1], requirements="补齐台账", by=lead)
    with year.on(date(2026, 6, 2)):
        spot_check.draw(plan, public_number="0102 0304", public_source="测试", by=officer)
        for check in plan.checks.all():
            perform(check, "notify", by=officer, note="请备齐", visit_on=date(2026, 6, 2))
    return year, units, titles, plan, Revocation.objects.get(pk=case.pk), asked, order


def get(client, year, user, path: str, status: int = 200) -> str:
    with year.on(date(2026, 6, 2), hour=15):
        client.force_login(user)
        answer = client.get(path)
        client.logout()
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return answer.content.decode()


def test_pages_of_every_role(scene, client):
    year, units, titles, plan, case, asked, order = scene
    officer, lead, head = year.people["miit_officer"], year.people["miit_lead"], year.head
    check = plan.checks.get(title=titles[0])
    expert = check.experts.get().user
    assert "启动撤销程序" in get(client, year, officer, "/revocations/")
    assert "书面说明" in get(client, year, units[0].user, f"/revocations/{case.pk}/")
    get(client, year, units[1].user, f"/revocations/{case.pk}/", 404)
    assert "要求举行听证" in get(client, year, units[0].user, f"/revocations/{case.pk}/state_case/")
    decide = get(client, year, officer, f"/revocations/{case.pk}/decide/")
    assert "确认：暂停浙江省经济和信息化厅 2027 年度的申报工作" in decide
    assert "陈述期限至" in decide
    get(client, year, units[0].user, f"/revocations/{case.pk}/decide/", 403)
    assert titles[1].number in get(client, year, officer, f"/revocations/open/?number={titles[1].number}")
    assert "没有找到" in get(client, year, officer, "/revocations/open/?number=GJPT-1999-0001")
    assert "补齐台账" in get(client, year, head, f"/rectifications/{order.pk}/")
    assert "整改报告" in get(client, year, units[1].user, f"/rectifications/{order.pk}/report_done/")
    for user in (lead, head, units[2].user):
        assert "停止运营" in get(client, year, user, f"/surrenders/{asked.pk}/")
    assert "已被抽中抽查" in get(client, year, lead, f"/surrenders/{asked.pk}/accept/")
    assert "放弃称号" in get(client, year, units[0].user, "/my/")
    get(client, year, units[0].user, f"/my/titles/{titles[0].number}/surrender/")
    get(client, year, units[1].user, f"/my/titles/{titles[0].number}/surrender/", 403)
    assert "没有暂停申报的地区" in get(client, year, head, "/suspensions/")
    assert "未提交" in get(client, year, head, "/rereview/")
    assert titles[0].number in get(client, year, head, "/notices/rereview/2026/")
    assert plan.name in get(client, year, officer, "/checks/")
    assert "被抽平台" in get(client, year, officer, f"/checks/{plan.pk}/")
    get(client, year, officer, "/checks/new/")
    assert "记录检查发现" in get(client, year, expert, f"/checks/items/{check.pk}/")
    assert expert.name not in get(client, year, units[0].user, f"/checks/items/{check.pk}/")
    assert titles[0].platform_name in get(client, year, expert, "/checks/mine/")
    assert f"抽查：{titles[0].platform_name}" in get(client, year, expert, "/expert/")
    get(client, year, units[1].user, f"/checks/items/{check.pk}/", 404)
    assert plan.name in get(client, year, head, "/notices/checks/")
    for user in (officer, lead, head, expert, units[0].user):
        with year.on(date(2026, 6, 2)):
            client.force_login(user)
            assert client.get("/desk/", follow=True).status_code == 200


def test_lists_cost_the_same_however_long(scene, client):
    year, *_ = scene
    counts = []
    for more in (0, 3):
        for _ in range(more):
            year.title(year.unit())
        with year.on(date(2026, 6, 2)):
            client.force_login(year.people["miit_officer"])
            calendar.forget()  # it renews itself once a minute, which is no cost of the list
            with CaptureQueriesContext(connection) as queries:
                client.get("/rereview/")
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("day", "marked"), [(date(2027, 1, 5), True), (date(2026, 6, 2), False)])
def test_a_deadline_of_a_year_without_a_notice_is_marked_as_an_estimate(client, day, marked):
    """In the messages that set it and on the pages of the case, for the unit as for the offices."""
    year = Year()
    units = [year.unit() for _ in range(3)]
    accused, mending, complained = (year.title(unit) for unit in units)
    officer, lead = year.people["miit_officer"], year.people["miit_lead"]
    with year.on(day):
        case = revocation.open_revocation(
            accused, ground="not_filed", facts="经提醒仍未提交复核材料。", by=officer
        )
        revocation.notify(case, by=officer)
        order = rectification.order(mending, requirements="补齐台账", by=lead)
        told = complaints.receive_complaint(
            complained, subject="收费", facts="收费与公布的标准不符。", name="王某"
        )
        complaints.take_up(told, summary="反映收费", by=year.officer)
        outbox.drain_outbox()
        pages = [
            (units[0].user, f"/revocations/{case.pk}/"),
            (officer, f"/revocations/{case.pk}/"),
            (units[0].user, f"/revocations/{case.pk}/state_case/"),
            (units[1].user, f"/rectifications/{order.pk}/"),
            (units[1].user, f"/rectifications/{order.pk}/report_done/"),
            (year.officer, f"/complaints/{told.pk}/"),
            (units[2].user, f"/complaints/{told.pk}/"),
            (year.officer, f"/complaints/{told.pk}/conclude/"),
        ]
        found = {}
        for user, path in pages:
            client.force_login(user)
            found[user.username, path] = "日期暂估" in client.get(path).content.decode()
    bodies = dict(Notification.objects.values_list("title", "body"))
    for title in ("撤销称号事先告知", "须限期整改", "收到投诉：", "收到投诉，请作出说明"):
        found[title] = all("日期暂估" in body for name, body in bodies.items() if name.startswith(title))
    assert found == dict.fromkeys(found, marked)
    assert len(bodies) >= 4

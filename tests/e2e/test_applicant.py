"""The applicant's journeys: two editors, a correction, no JavaScript, the keyboard alone, a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.walk import Person

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
READY = """
from datetime import date
import random
from applications.cycles.services import create_cycle, publish_cycle
from platforms.models import Recommender
from platforms.organisations.services import FILLS, add_person
from portal.models import User
from training.demo.dossiers import file_dossier, make_unit
people = {user.username: user for user in User.objects.all()}
cycle = create_cycle(
    by=people["miit_officer"], year=2026, filing_from=date(2026, 2, 2), filing_until=date(2026, 3, 27),
    handling_from=date(2026, 4, 1), handling_until=date(2026, 4, 30), review_until=date(2026, 6, 30),
    closes_on=date(2026, 12, 31),
)
cycle = publish_cycle(cycle, by=people["miit_lead"]) or cycle
cycle.refresh_from_db()
unit = make_unit(random.Random(4), Recommender.objects.get(label="浙江"), 1, user=people["yunfan_lead"])
add_person(unit.organisation, user=people["yunfan_clerk"], grants=(FILLS,), by=unit.user)
dossier = file_dossier(unit, cycle, leave_out=LEAVE_OUT)
print("DOSSIER", dossier.pk)
"""
RETURN = """
from applications.models import Application
from applications.corrections.services import request_correction
from portal.models import User
from applications.corrections.models import Stage
request_correction(
    Application.objects.get(pk="DOSSIER"), stage=Stage.RECOMMENDER, words="请在期限内一次补齐。",
    items=[{"code": "report", "reason": "insufficient", "words": "请补充服务业绩的典型案例"}],
    by=User.objects.get(username="zhejiang_officer"),
)
"""


@pytest.fixture(autouse=True)
def _quiet():
    Person.findings.clear()
    yield
    assert not Person.findings, "\n".join(Person.findings)


def ready(portal, *leave_out: str) -> str:
    said = portal.manage("shell", "-v0", "-c", READY.replace("LEAVE_OUT", repr(tuple(leave_out))))
    return re.search(r"DOSSIER (\S+)", said).group(1)


def submits(person: Person) -> None:
    person.page.get_by_label("声明人职务").fill("主任")
    person.page.get_by_label("我已阅读上述声明").check()
    person.page.locator("form button.btn[type=submit]").last.click()
    person.settles()
    person.sees("回执编号")


def test_two_editors_of_one_section_and_a_correction_answered(portal, browser):
    dossier = ready(portal)
    section = f"/my/dossiers/{dossier}/report/area/"
    clerk = Person(browser, portal.address, "yunfan_clerk")
    lead = Person(browser, portal.address, "yunfan_lead")
    clerk.looks("applicant-home", phone=True)
    lead.go(section)
    clerk.go(section)
    clerk.page.locator("#id_area_text").fill("经办人写的内容")
    expect(clerk.page.locator("[data-autosave-status]")).to_contain_text("已自动保存", timeout=15000)
    clerk.looks("report-section", phone=True)
    lead.page.locator("#id_area_text").fill("负责人写的内容")
    expect(lead.page.locator("[data-autosave-status]")).to_contain_text("他人刚修改了", timeout=15000)
    lead.problems.clear()  # the browser reports the 409 itself
    lead.click("保存并返回")
    lead.sees("林晓岚")
    lead.sees("经办人写的内容")
    expect(lead.page.locator("#id_area_text")).to_have_value("负责人写的内容")
    lead.problems.clear()
    lead.looks("conflict", phone=True)
    lead.page.get_by_label("保留我的").check()
    lead.click("保存", exact=True)
    lead.sees("已保存")
    lead.go(section)
    expect(lead.page.locator("#id_area_text")).to_have_value("负责人写的内容")
    correct(portal, lead, dossier)
    clerk.leave()
    lead.leave()


def correct(portal, lead, dossier):
    lead.go(f"/my/dossiers/{dossier}/")
    lead.looks("dossier-tasks", phone=True)
    lead.go(f"/my/dossiers/{dossier}/check/")
    lead.looks("dossier-check", phone=True)
    submits(lead)
    lead.looks("receipt", phone=True)
    portal.manage("shell", "-v0", "-c", RETURN.replace("DOSSIER", dossier))
    lead.go("/my/")
    expect(lead.page.locator("main .next").first).to_contain_text("补正")
    lead.looks("home-correction", phone=True)
    lead.page.locator("main .next a.btn").first.click()
    lead.sees("请补充服务业绩的典型案例")
    lead.looks("tasks-correction", phone=True)
    lead.go(f"/my/dossiers/{dossier}/materials/plan/")
    assert not lead.page.locator("input[type=file]:not([disabled])").count()
    lead.go(f"/my/dossiers/{dossier}/report/performance/")
    lead.page.locator("#id_performance_text").fill("典型案例：为柯桥某企业缩短交货期一半。")
    lead.click("保存并返回")
    lead.go(f"/my/dossiers/{dossier}/changes/")
    lead.sees("典型案例：为柯桥某企业缩短交货期一半。")
    lead.looks("changes", phone=True)
    lead.click("核对并提交补正")
    submits(lead)
    lead.sees("省级补正")


def test_without_javascript(portal, browser):
    dossier = ready(portal, "report.overview")
    lead = Person(browser, portal.address, "yunfan_lead", scripts=False)
    lead.go(f"/my/dossiers/{dossier}/report/overview/")
    lead.sees("已为您带入")
    rows = lead.page.locator("table[data-grid=finance] tbody tr")
    before = rows.count()
    lead.page.locator("#id_total_assets").fill("1280")
    lead.page.locator("#id_overview").fill("面向中小企业提供服务。")
    for number, year in enumerate(("2024", "2025")):
        for column, value in {
            "year": year,
            "income": "1320",
            "service_income": "860.5",
            "subsidy": "60",
            "service_expense": "702.3",
            "balance": "58",
        }.items():
            lead.page.locator(f"[name='finance.{number}.{column}']").fill(value)
    lead.page.locator("[name='finance.2.year']").fill("2023")
    lead.page.locator("[name='finance.3.year']").fill("2022")
    lead.click("增加行")
    lead.sees("已保存")
    assert rows.count() > before
    for _ in range(2):
        lead.page.locator("[name='finance.2.drop']").click()
        lead.settles()
    lead.page.get_by_label("是，已完成").check()
    lead.click("保存并继续")
    assert lead.path().endswith("/report/area/")
    lead.go("/selfcheck/?staff=19&assets=300&poor_area=on")
    lead.sees("可申请放宽")
    lead.go(f"/my/dossiers/{dossier}/check/")
    submits(lead)
    lead.leave()


def test_the_keyboard_alone_reaches_the_receipt(portal, browser):
    dossier = ready(portal)
    lead = Person(browser, portal.address, "yunfan_lead")
    lead.go(f"/my/dossiers/{dossier}/")
    press_to(lead, "核对并提交")
    lead.page.keyboard.press("Enter")
    lead.page.wait_for_url("**/check/")
    press_to(lead, "声明人职务")
    lead.page.keyboard.press("Control+A")
    lead.page.keyboard.type("主任")
    press_to(lead, "我已阅读上述声明")
    lead.page.keyboard.press("Space")
    press_to(lead, "提交至浙江省经济和信息化厅")
    lead.page.keyboard.press("Enter")
    lead.page.wait_for_url("**/receipts/**")
    lead.sees("回执编号")
    lead.leave()


NAME_OF_FOCUS = """() => {
  const on = document.activeElement;
  const label = on.labels && on.labels.length ? on.labels[0].innerText : "";
  return `${label} ${on.innerText || ""}`;
}"""


def press_to(person: Person, name: str) -> None:
    """Tab until the focus is on what is called so; it must be visible there."""
    for _ in range(150):
        person.page.keyboard.press("Tab")
        if name in person.reads(NAME_OF_FOCUS):
            expect(person.page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_self_check_answers_while_typing_and_goes_into_the_draft(portal, browser):
    dossier = ready(portal, "report.capacity", "report.overview")
    someone = Person(browser, portal.address, "yunfan_clerk")
    someone.go("/selfcheck/")
    someone.looks("selfcheck", phone=True)
    someone.page.get_by_label("资产总额（万元）").fill("299.99")
    expect(someone.page.locator("#sentence")).to_contain_text("还差 0.01 万元", timeout=10000)
    someone.page.get_by_label("属于经济欠发达的老少边穷地区").check()
    expect(someone.page.locator("#sentence")).to_contain_text("可申请放宽", timeout=10000)
    assert not someone.page.locator("#result .ic-ok").count()
    someone.click("带入申报")
    someone.looks("selfcheck-take", phone=True)
    someone.click("带入", exact=True)
    someone.sees("已带入：资产总额（上年末）")
    someone.go(f"/my/dossiers/{dossier}/report/overview/")
    expect(someone.page.locator("#id_total_assets")).to_have_value("299.99")
    someone.leave()


def test_people_of_a_unit(portal, browser):
    ready(portal, "staff", "smes", "facilities")
    lead = Person(browser, portal.address, "yunfan_lead")
    lead.page.get_by_role("link", name=re.compile("有限公司|中心|院")).first.click()
    lead.page.wait_for_load_state()
    lead.looks("organisation", phone=True)
    lead.page.get_by_text("用电子邮件邀请人员").click()
    lead.page.locator("#id_email").fill("new@example.invalid")
    lead.click("发出邀请")
    lead.sees("邀请已发往 new@example.invalid")
    lead.click("离开本单位")
    lead.sees("这是最后一位负责人")
    lead.looks("organisation-people", phone=True)
    newcomer = Person(browser, portal.address)
    newcomer.go("/register/")
    for label, value in (
        ("用户名", "wangyue"),
        ("姓名", "王越"),
        ("电子邮箱", "w@example.invalid"),
        ("手机", "13900000000"),
    ):
        newcomer.fill(label, value)
    newcomer.page.locator("#id_password").fill("Yuezhou-Fuwu-2026")
    newcomer.click("注册并继续")
    newcomer.go("/claims/new/")
    newcomer.looks("claim-form", phone=True)
    newcomer.leave()
    lead.leave()

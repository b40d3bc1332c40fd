"""Recommenders and the formal check in a browser: a province, a suspended one, an association, the ministry."""

from __future__ import annotations

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.walk import Person
from training.demo.files import evidence_pdf

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "认定文件.pdf").write_bytes(evidence_pdf("认定文件"))
    Image.new("RGB", (640, 420), (200, 216, 236)).save(tmp_path / "现场.jpg", "JPEG")
    return tmp_path


def test_recommenders(portal, browser, files):
    Person.findings.clear()
    portal.manage("shell", "-c", "from tests.e2e.scene import set_scene; set_scene()")
    dossier = province_receives_and_evaluates(portal, browser, files)
    head_signs_and_reports(portal, browser, dossier)
    suspended_province_is_told(portal, browser, dossier)
    association_keeps_its_register(portal, browser, files)
    assert not Person.findings, "\n".join(Person.findings)


def test_formal_check(portal, browser):
    Person.findings.clear()
    portal.manage("shell", "-c", "from tests.e2e.scene import set_scene; set_scene()")
    ministry_checks(portal, browser)
    ministry_changes_the_year(portal, browser)
    assert not Person.findings, "\n".join(Person.findings)


def first_dossier(person) -> str:
    person.go("/recommender/queue/")
    return person.page.locator("tbody a.name").first.get_attribute("href").split("/")[2]


def province_receives_and_evaluates(portal, browser, files) -> str:
    officer = Person(browser, portal.address, "zhejiang_officer")
    officer.looks("r-home", phone=True)
    dossier = first_dossier(officer)
    officer.go(f"/dossiers/{dossier}/reception/")
    radio = officer.page.locator("tbody tr").nth(0).locator("input[type=radio]").first
    radio.focus()
    officer.page.keyboard.press("2")
    expect(officer.page.locator("tbody tr").nth(0).locator("input[value=missing]")).to_be_checked()
    officer.page.keyboard.press("1")
    officer.page.keyboard.press("j")
    officer.page.keyboard.press("1")
    expect(officer.page.locator("tbody tr").nth(1).locator("input[value=ok]")).to_be_checked()
    officer.looks("r-reception", phone=True)
    officer.click("未核的都记为齐")
    officer.sees("核对已保存：12 项")
    officer.go(f"/dossiers/{dossier}/correction/")
    officer.looks("r-correction", phone=True)
    officer.go(f"/dossiers/{dossier}/begin_evaluation/")
    officer.click("确认开始测评")
    evaluates(officer, dossier, files)
    writes_the_form(officer, dossier)
    for path, name in (
        ("/recommender/compare/", "r-compare"),
        ("/recommender/items/", "r-items"),
        ("/recommender/people/", "r-people"),
        ("/recommender/queue/", "r-queue"),
        (f"/dossiers/{dossier}/", "r-dossier"),
        (f"/dossiers/{dossier}/visits/", "r-visits"),
    ):
        officer.go(path)
        officer.looks(name, phone=True)
    officer.leave()
    return dossier


def evaluates(officer, dossier, files):
    officer.go(f"/dossiers/{dossier}/visits/new/")
    officer.page.locator("#id_visited_on").fill("2026-04-01")
    for label, value in (
        ("核查人员", "周敏、李明"),
        ("申报单位在场人员", "沈国栋（主任）"),
        ("核查情况", "设备在用，台账与申报一致。"),
    ):
        officer.fill(label, value)
    officer.page.get_by_label("核查结论").select_option(label="符合")
    officer.page.locator("#id_photos").set_input_files(str(files / "现场.jpg"))
    officer.looks("r-visit-new")
    officer.click("记录", exact=True)
    officer.sees("现场核查已记录")
    officer.go(f"/dossiers/{dossier}/evaluation/")
    for field in officer.page.locator("input.score").all():
        field.fill("90")
    officer.page.locator(".matbar button").nth(5).click()
    officer.page.wait_for_load_state()
    assert officer.page.locator("input.score").first.input_value() == "90"
    for part in ("operation", "performance", "demonstration"):
        officer.page.locator(f"#id_{part}_grade").select_option(label="符合")
        officer.page.locator(f"#id_{part}_note").fill("现场核查与申报一致，台账完整。")
    officer.page.get_by_label("现场核查", exact=True).check()
    officer.page.locator("#id_evaluated_on").fill("2026-04-01")
    officer.looks("r-evaluation", phone=True)
    officer.click("完成测评")
    officer.sees("测评已完成")


def writes_the_form(officer, dossier):
    officer.go(f"/dossiers/{dossier}/recommendation/")
    officer.fill("示范性表述", "服务模式成熟，可在同类集群推广。")
    officer.page.locator("#id_opinion").press_sequentially("同意推荐。")
    expect(officer.page.locator("#sheet")).to_contain_text("同意推荐。")
    officer.looks("r-recommendation", phone=True)
    officer.click("保存推荐表")
    officer.sees("推荐表已保存")


def head_signs_and_reports(portal, browser, dossier):
    lead = Person(browser, portal.address, "zhejiang_lead")
    lead.go(f"/dossiers/{dossier}/recommend/")
    lead.click("确认推荐")
    lead.go("/recommender/reporting/")
    lead.click("按建议顺序排列")
    lead.sees("推荐顺序已保存")
    lead.fill("推荐文件文号", "浙经信企业〔2026〕12 号")
    lead.looks("r-reporting", phone=True)
    lead.click("报送 1 家至工业和信息化部")
    lead.sees("已报送")
    lead.looks("r-receipt", phone=True)
    lead.click("导出全部材料 ZIP")
    lead.sees("排队中")
    portal.manage("shell", "-c", "from portal.kernel.outbox import drain_outbox; drain_outbox()")
    lead.looks("r-exports", phone=True)
    with lead.page.expect_download() as package:
        lead.page.get_by_role("link", name="下载（").first.click(timeout=30_000)
    assert package.value.path().stat().st_size > 10_000
    lead.go("/recommender/people/")
    lead.looks("r-people-head", phone=True)
    lead.go("/recommender/people/substitute/")
    lead.looks("r-substitute")
    lead.leave()


def suspended_province_is_told(portal, browser, foreign):
    lead = Person(browser, portal.address, "gansu_lead")
    lead.sees("2026 年度认定申报工作暂停")
    lead.sees("工信部企业〔2025〕88 号")
    lead.looks("s-home", phone=True)
    own = first_dossier(lead)
    lead.go("/recommender/reporting/")
    lead.sees("暂停至 2026 年 12 月 31 日")
    lead.looks("s-reporting")
    officer = Person(browser, portal.address, "gansu_officer")
    officer.go(f"/dossiers/{own}/begin_evaluation/")
    officer.click("确认开始测评")
    officer.leave()
    lead.go(f"/dossiers/{own}/recommend/")
    lead.sees("申报工作已暂停")
    expect(lead.page.get_by_role("button", name="确认推荐")).to_be_disabled()
    for path in (
        "",
        "reception/",
        "evaluation/",
        "visits/",
        "recommendation/",
        "recommendation.pdf",
        "report.pdf",
        "all.zip",
        "changes/",
        "correction/",
    ):
        assert lead.page.request.get(f"{portal.address}/dossiers/{foreign}/{path}").status == 404, path
    lead.go("/notifications/")
    assert "浙江" not in lead.page.locator("main").inner_text()
    lead.leave()


def association_keeps_its_register(portal, browser, files):
    lead = Person(browser, portal.address, "textile_lead")
    lead.sees("全国性行业协会")
    lead.looks("a-home", phone=True)
    dossier = first_dossier(lead)
    lead.go(f"/dossiers/{dossier}/")
    lead.sees("全国性行业协会")
    name = lead.page.locator("h1").inner_text()
    lead.go(f"/dossiers/{dossier}/?m=licence")
    code = re.search(r"\b9[0-9A-Z]{17}\b", lead.page.locator("main").inner_text()).group()
    officer = Person(browser, portal.address, "textile_officer")
    officer.go(f"/dossiers/{dossier}/begin_evaluation/")
    officer.click("确认开始测评")
    officer.leave()
    lead.go(f"/dossiers/{dossier}/recommend/")
    lead.sees("本协会的认定平台登记册中没有")
    expect(lead.page.get_by_role("button", name="确认推荐")).to_be_disabled()
    lead.go("/recognitions/")
    lead.looks("a-register-empty", phone=True)
    lead.go("/recognitions/new/")
    for label, value in (
        ("平台名称", name),
        ("运营单位", "某单位"),
        ("统一社会信用代码", code),
        ("认定文号", "中纺〔2024〕8 号"),
    ):
        lead.fill(label, value)
    lead.page.locator("#id_recognised_on").fill("2024-05-20")
    lead.page.locator("#id_proof").set_input_files(str(files / "认定文件.pdf"))
    lead.looks("a-recognition-new")
    lead.click("登记", exact=True)
    lead.sees("已登记")
    lead.looks("a-register", phone=True)
    lead.go(f"/dossiers/{dossier}/recommend/")
    expect(lead.page.get_by_text("本协会的认定平台登记册中没有")).to_have_count(0)
    lead.leave()


def ministry_checks(portal, browser):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/ministry/queue/officers/")
    officer.looks("m-officers", phone=True)
    for box in officer.page.locator("input[name=among]").all():
        box.set_checked(False)
    officer.page.get_by_label("分给周明").check()
    officer.click("平均分派")
    officer.sees("已平均分派：周明 2 件")
    officer.go("/ministry/queue/?view=all&procedure=DESIGNATION")
    officer.page.locator("summary", has_text="保存的视图").click()
    officer.page.get_by_label("视图名称").fill("认定全部")
    officer.click("保存当前视图")
    officer.sees("视图“认定全部”已保存")
    officer.go("/ministry/queue/")
    officer.looks("m-queue", phone=True)
    finds_doubles(officer)
    officer.go("/ministry/queue/next/")
    officer.sees("我的待审 第")
    officer.page.get_by_label("理由").select_option(label="缺少签字或者盖章")
    expect(officer.page.locator("#id_mark_words")).to_have_value(re.compile("缺少签字"))
    officer.looks("m-dossier", phone=True)
    officer.click("疑", exact=True)
    officer.go("/ministry/queue/")
    officer.page.locator("tbody a.name").first.focus()
    officer.page.keyboard.press("a")
    officer.page.wait_for_url(re.compile("/accept/"))
    officer.page.get_by_label("已核对，均符合").check()
    officer.click("确认形式审查通过")
    officer.sees("我的待审 第")
    checks_by_keys(officer)
    officer.leave()


def checks_by_keys(officer):
    """From the home to the passed check by keys alone: no more than forty, and the page stays where it was."""
    officer.go("/ministry/")
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        pressed += 1
        officer.page.keyboard.press(key)

    press("n")
    officer.page.wait_for_url(re.compile("/dossiers/"))
    total = officer.page.locator(".mats a").count()
    officer.page.evaluate("window.scrollTo(0, 60)")
    for _ in range(total):
        press("1")
    expect(officer.page.locator(".markbar [role=status]")).to_have_text(
        f"{total}/{total} 已核", timeout=60_000
    )
    assert officer.page.evaluate("window.scrollY") == 60
    press("a")
    officer.page.wait_for_url(re.compile("/accept/"))
    press("Space")
    while officer.reads("document.activeElement.type") != "submit":
        press("Tab")
    press("Enter")
    officer.page.wait_for_url(lambda url: "/accept/" not in url, timeout=60_000)
    officer.sees("形式审查通过")
    assert total == 12 and pressed <= 40


def finds_doubles(officer):
    officer.go("/overlaps/?open=1")
    officer.sees("同一批企业被多个平台申报")
    officer.looks("m-overlaps", phone=True)
    officer.page.locator("tbody a.name").first.click()
    officer.page.wait_for_load_state()
    officer.looks("m-overlap", phone=True)
    officer.page.get_by_label("核查结论").select_option(label="需要补正说明")
    officer.click("记录结论")
    officer.sees("请写明核查情况")
    officer.fill("核查情况", "两家名单相同，已要求说明。")
    officer.click("记录结论")
    officer.sees("核查结论已记录")


def ministry_changes_the_year(portal, browser):
    lead = Person(browser, portal.address, "miit_lead")
    lead.go("/cycles/")
    lead.page.locator("tbody a.name").first.click()
    lead.page.wait_for_load_state()
    cycle = lead.path()
    for path, name in (
        ("letters/", "m-letters"),
        ("letters/accept/", "m-letter"),
        ("rubric/", "m-rubric"),
        ("late/", "m-late"),
    ):
        lead.go(f"{cycle}{path}")
        lead.looks(name, phone=True)
    lead.go(f"{cycle}letters/accept/")
    lead.fill("标题", "形式审查已通过")
    lead.fill("修改理由", "统一用语")
    lead.click("保存", exact=True)
    lead.sees("请核对：信函")
    lead.looks("m-letter-confirm", phone=True)
    lead.click("返回修改")
    expect(lead.page.get_by_label("标题")).to_have_value("形式审查已通过")
    lead.click("保存", exact=True)
    lead.click("确认", exact=True)
    lead.sees("信函已保存")
    lead.go(f"{cycle}rubric/")
    lead.page.get_by_label("运营情况第 1 项名称").fill("主体资格")
    lead.fill("修改理由", "统一用语")
    lead.click("保存", exact=True)
    lead.sees("请核对：测评项目")
    lead.looks("m-rubric-confirm", phone=True)
    lead.click("确认", exact=True)
    lead.sees("测评项目已保存")
    lead.go(f"{cycle}edit/")
    lead.page.locator("#id_supplement_days").fill("12")
    lead.fill("修改理由", "延长部级补正期限")
    lead.click("保存", exact=True)
    lead.sees("修改内容和影响")
    lead.looks("m-cycle-confirm")
    lead.click("确认修改")
    lead.sees("年度安排已保存")
    lead.looks("m-cycle", phone=True)
    lead.leave()

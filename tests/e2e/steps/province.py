"""A provincial department: receives, evaluates, recommends, reports."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.walk import Person


def province_evaluates(portal, browser, dossier):
    officer = Person(browser, portal.address, "zhejiang_officer")
    officer.looks("recommender-home", phone=True)
    officer.go("/recommender/queue/")
    officer.looks("recommender-queue", phone=True)
    officer.go(f"/dossiers/{dossier}/")
    officer.looks("dossier-recommender", phone=True)
    officer.go(f"/dossiers/{dossier}/?m=licence")
    expect(officer.page.locator("img[alt*='第 1 页']")).to_be_visible()
    officer.click("齐", exact=True)
    officer.sees("单位未核验")
    officer.click("单位登记信息")
    officer.looks("organisation-verify")
    officer.click("与证照一致，核验")
    officer.go(f"/dossiers/{dossier}/correction/")
    officer.looks("correction")
    officer.go(f"/dossiers/{dossier}/begin_evaluation/")
    officer.looks("begin-evaluation")
    officer.click("确认开始测评")
    officer.go(f"/dossiers/{dossier}/evaluation/")
    for part in ("operation", "performance", "demonstration"):
        officer.page.locator(f"#id_{part}_grade").select_option(label="符合")
        officer.page.locator(f"#id_{part}_note").fill("材料与申报一致，台账完整。")
    for field in officer.page.locator("input.score").all():
        field.fill("88")
    officer.page.get_by_label("材料审核").check()
    officer.page.locator("#id_evaluated_on").fill("2026-02-10")
    officer.looks("evaluation")
    officer.click("完成测评")
    officer.sees("测评已完成")
    officer.go(f"/dossiers/{dossier}/recommendation/")
    officer.fill("示范性表述", "服务模式成熟，可在同类集群推广。")
    officer.fill("推荐意见", "符合第五条规定，同意推荐。")
    officer.looks("recommendation")
    officer.click("保存推荐表")
    officer.go("/desk/")
    officer.move_clock("2026-03-25")
    officer.leave()
    lead = Person(browser, portal.address, "zhejiang_lead")
    lead.go(f"/dossiers/{dossier}/recommend/")
    lead.looks("recommend")
    assert lead.page.locator("#sign").is_enabled(), lead.page.locator("main").inner_text()
    lead.click("确认推荐")
    lead.go("/recommender/reporting/")
    lead.sees("集中办理自")
    expect(lead.page.get_by_role("button", name="报送 1 家至工业和信息化部")).to_be_disabled()
    lead.leave()


def province_reports(portal, browser):
    lead = Person(browser, portal.address, "zhejiang_lead")
    lead.move_clock("2026-04-01")
    lead.go("/recommender/reporting/")
    lead.fill("推荐文件文号", "浙经信企业〔2026〕12 号")
    lead.looks("reporting")
    lead.click("报送 1 家至工业和信息化部")
    lead.sees("已报送")
    lead.looks("reporting-receipt")
    lead.leave()

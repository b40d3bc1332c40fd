"""The review as its people live it: a recused expert, a notice over National Day, one objection upheld, one dismissed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import serving
from tests.e2e.walk import Person

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
NAME, CONTACT = "欧阳知秋", "13987654321"


@pytest.fixture
def portal(database_copy, static_files, tmp_path):
    scene = "from tests.factories.rounds import for_the_browser; for_the_browser()"
    with serving(database_copy, tmp_path, static_files, "shell", "-c", scene) as served:
        yield served


def test_review(portal, browser):
    Person.findings.clear()
    dossier = organiser_draws(portal, browser)
    experts_recuse_and_score(portal, browser, dossier)
    organiser_follows(portal, browser, dossier)
    receipts = public_objects(portal, browser)
    objections_are_handled(portal, browser)
    public_reads_the_answers(portal, browser, receipts)
    ministry_designates_the_rest(portal, browser)
    inspector_looks_back(portal, browser)
    portal.manage("publish_log")
    assert "全部相符" in portal.manage("verify_audit")
    assert not Person.findings, "\n".join(Person.findings)


def organiser_draws(portal, browser) -> str:
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/experts/")
    officer.looks("expert-pool", phone=True)
    officer.go("/experts/new/")
    officer.looks("expert-new")
    officer.go("/ministry/panels/")
    officer.looks("panel-matrix", phone=True)
    officer.click("抽取补足全部空缺")
    officer.sees("结果一致")
    officer.looks("panel-draw", phone=True)
    dossier = officer.page.locator("main a.name").first.get_attribute("href").strip("/").split("/")[-1]
    officer.leave()
    return dossier


def experts_recuse_and_score(portal, browser, dossier):
    seated = []
    for number in range(1, 7):
        expert = Person(browser, portal.address, f"expert{number}")
        if expert.page.get_by_role("link", name="先作声明").count():
            seated.append(expert)
        else:
            expert.leave()
    assert len(seated) == 3
    gone, scoring, _ = seated
    gone.click("先作声明")
    gone.page.get_by_label("有，我回避").check()
    gone.fill("回避理由", "近亲属在该单位任职")
    gone.click("提交声明")
    gone.sees("已声明回避")
    assert gone.context.request.get(f"{portal.address}/dossiers/{dossier}/").status == 404
    gone.go("/expert/profile/")
    gone.looks("expert-profile", phone=True)
    officer = Person(browser, portal.address, "miit_officer")
    officer.go(f"/dossiers/{dossier}/panel/")
    officer.click("抽取替补")
    officer.sees("替补")
    officer.looks("panel-substitute", phone=True)
    officer.leave()
    scoring.click("先作声明")
    scoring.page.get_by_label("没有，我已阅读").check()
    scoring.click("提交声明")
    reads_and_pins(scoring)
    for field in scoring.page.locator("input[type=number][name^=score_]").all():
        field.fill("84")
    expect(scoring.page.get_by_text("已自动保存")).to_be_visible(timeout=20_000)
    scoring.looks("score-autosaved", phone=True)
    scoring.click("提交评分")
    scoring.sees("评分已提交")
    scoring.looks("expert-home", phone=True)
    for expert in seated:
        expert.leave()


def reads_and_pins(expert):
    """The dossier turns beside the sheet: what is typed stays, the page is the same one, the pin is kept by itself."""
    page, first = expert.page, expert.page.locator("#d_operation input[type=number]")
    first.fill("92")
    expect(page.locator("#d_operation .lit")).to_contain_text("90—100")
    page.evaluate("window.same = 1")
    page.get_by_role("button", name="（二）法人证书或营业执照").click()
    expect(page.locator("section[aria-label=材料内容] h2")).to_contain_text("法人证书")
    page.get_by_role("button", name="运营情况：引用当前页").click()
    expect(page.locator("#d_operation .pins a")).to_contain_text("第 1 页")
    expect(page.get_by_text("已自动保存")).to_be_visible(timeout=20_000)
    assert first.input_value() == "92" and page.evaluate("window.same") == 1
    page.reload()
    expect(page.locator("#d_operation .pins a")).to_contain_text("第 1 页")


def organiser_follows(portal, browser, dossier):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/ministry/progress/")
    assert not officer.page.get_by_text("84.00").count()
    officer.click("催办未交的 2 份")
    officer.sees("已催办 2 份")
    officer.looks("progress", phone=True)
    officer.go("/ministry/scores/")
    officer.looks("expert-scores", phone=True)
    officer.go(f"/dossiers/{dossier}/moderation/")
    officer.looks("moderation")
    officer.go("/statistics/")
    officer.looks("statistics", phone=True)
    officer.go("/desk/")
    officer.move_clock("2026-09-21")
    officer.leave()


def public_objects(portal, browser) -> list[tuple[str, str]]:
    public, receipts = Person(browser, portal.address), []
    public.go("/publicity/")
    public.click("拟认定名单（第一批）的公示")
    for words in ("国庆节放假", "第 10 个工作日（调休上班）", "第 15 个工作日", "与发布时一致"):
        public.sees(words)
    public.looks("publicity-national-day", phone=True)
    notice = public.path()
    for number in (0, 1):
        public.go(notice)
        public.page.get_by_role("link", name=re.compile("提出异议")).nth(number).click()
        public.fill("事实与理由", "该平台服务企业名单中有三家未与其签订服务协议。")
        public.fill("姓名或者单位名称", NAME)
        public.fill("联系方式", CONTACT)
        public.click("提交异议")
        public.sees("异议已收到")
        receipts.append(
            (
                public.page.locator("[data-receipt=number]").inner_text(),
                public.page.locator("[data-receipt=code]").inner_text(),
            )
        )
    public.looks("objection-received", phone=True)
    public.leave()
    return receipts


def objections_are_handled(portal, browser):
    involved = Person(browser, portal.address, "miit_officer")
    involved.go("/objections/")
    involved.page.locator("main a.name").first.click()
    involved.sees("由其他人员办理")
    assert not involved.page.get_by_text(NAME).count()
    involved.leave()
    handler = Person(browser, portal.address, "miit_officer2")
    handler.go("/objections/")
    handler.looks("objection-inbox", phone=True)
    cases = [link.get_attribute("href") for link in handler.page.locator("main a.name").all()]
    for case in cases:
        handler.go(case)
        handler.click("由我经办")
        handler.fill("查看理由", "核对异议人身份")
        handler.click("查看姓名和联系方式")
        handler.sees(NAME)
        handler.fill("转办摘要", "反映服务企业名单不实，请核查。")
        handler.click("转推荐单位核查")
        handler.sees("已转推荐单位核查")
    handler.looks("objection-handler", phone=True)
    for username in ("zhejiang_officer", "r51_officer", "r61_officer"):
        recommender = Person(browser, portal.address, username)
        recommender.go("/objections/")
        if recommender.page.locator("main a.name").count():
            recommender.page.locator("main a.name").first.click()
            assert not recommender.page.get_by_text(NAME).count()
            recommender.fill("情况说明", "经核查，已向有关企业逐一了解情况。")
            recommender.looks("objection-recommender", phone=True)
            recommender.click("提交", exact=True)
            recommender.sees("情况说明已提交")
        recommender.leave()
    handler.go("/desk/")
    handler.move_clock("2026-10-12")  # the platforms' term is over
    for case, verdict in zip(cases, ("异议成立", "异议不成立"), strict=True):
        handler.go(case)
        handler.page.get_by_label(verdict, exact=True).check()
        handler.page.locator("#id_note").fill("经核查，依据企业说明和协议作出此结论。")
        handler.page.get_by_label("本人与异议人").check()
        handler.click("拟办，送审签")
        free = Person(browser, portal.address, "miit_lead3")  # had no part in the dossier and its list
        free.go("/signoffs/")
        free.page.locator("main a", has_text="异议").first.click()
        free.looks("signoff-objection")
        free.click("审签，立即生效")
        free.sees("已审签")
        free.leave()
        handler.go(case)
        handler.fill("答复方式", "电话答复")
        handler.click("记录答复")
        handler.sees("已记录答复")
    handler.leave()


def public_reads_the_answers(portal, browser, receipts):
    public, found = Person(browser, portal.address), set()
    for receipt, code in receipts:
        public.go("/publicity/objections/query/")
        public.fill("回执编号", receipt)
        public.fill("查询码", code)
        public.click("查询", exact=True)
        public.sees("经核查，依据企业说明")
        found |= {word for word in ("不成立", "成立") if public.page.get_by_text(word, exact=True).count()}
    public.looks("objection-answer", phone=True)
    assert found == {"成立", "不成立"}
    public.leave()


def ministry_designates_the_rest(portal, browser):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/ministry/publicised/")
    officer.sees("2026 年 10 月 16 日")
    officer.go("/desk/")
    officer.move_clock("2026-10-17")
    officer.go("/ministry/publicised/")
    officer.click("授予称号：核对后果和信函")
    officer.sees("审签后同时发生三件事")
    officer.looks("designation-effects", phone=True)
    officer.click("确认，送审签")
    lead = Person(browser, portal.address, "miit_lead2")
    lead.go(officer.path())
    lead.click("审签，立即生效")
    lead.sees("已审签")
    lead.go("/notices/?kind=announcement")
    lead.sees("名单（第一批）的公告")
    lead.leave()
    officer.leave()


def inspector_looks_back(portal, browser):
    inspector = Person(browser, portal.address, "inspector")
    inspector.looks("audit-desk", phone=True)
    inspector.go("/audit/dossiers/")
    inspector.looks("audit-dossiers", phone=True)
    inspector.page.locator("main a.name").first.click()
    inspector.click("上一步")
    inspector.looks("audit-reconstruct", phone=True)
    inspector.click("导出取证包")
    inspector.sees("排队中")
    inspector.looks("exports", phone=True)
    inspector.leave()

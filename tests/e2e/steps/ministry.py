"""The ministry: opens the year, checks, decides, publicises, designates; two people for what binds."""

from __future__ import annotations

from tests.e2e.steps.applicant import PLATFORM
from tests.e2e.walk import Person


def ministry_opens_the_year(portal, browser):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/cycles/new/")
    officer.looks("cycle-new")
    officer.click("保存")
    officer.sees("2026 年度安排")
    officer.looks("cycle", phone=True)
    path = officer.path()
    officer.leave()
    lead = Person(browser, portal.address, "miit_lead")
    lead.go(path)
    lead.click("发布年度安排")
    lead.looks("cycle-publish")
    lead.fill("理由", "专家评审和公示须在集中办理之后进行。")
    lead.click("确认发布年度安排")
    lead.sees("进行中")
    lead.leave()


def ministry_accepts_and_assigns(portal, browser, dossier):
    officer = Person(browser, portal.address, "miit_officer")
    officer.looks("ministry-home", phone=True)
    officer.go("/ministry/queue/?view=unassigned")
    officer.looks("ministry-queue", phone=True)
    officer.page.locator("tbody input[type=checkbox]").first.check()
    officer.page.locator("#officer").select_option(label="周明")
    officer.click("分派所选")
    officer.sees("已将 1 件分派给周明")
    officer.go(f"/dossiers/{dossier}/")
    officer.looks("dossier-ministry")
    officer.go(f"/dossiers/{dossier}/accept/")
    officer.page.get_by_label("已核对，均符合").check()
    officer.click("确认形式审查通过")
    officer.go(f"/dossiers/{dossier}/panel/")
    officer.looks("panel")
    officer.click("随机抽取补足")
    officer.sees("评审组已更新")
    officer.leave()


def ministry_decides_and_publicises(portal, browser, dossier):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go(f"/dossiers/{dossier}/conclude_review/")
    officer.click("确认结束专家评审")
    officer.go("/ministry/decision/")
    officer.looks("decision")
    officer.click("拟定结论，送审签")
    officer.sees("须由另一位负责人审签")
    signs(portal, browser, officer.path(), "signoff")
    officer.go("/ministry/publicise/")
    officer.page.locator("#id_start").fill("2026-04-04")
    officer.click("送审签")
    officer.sees("不是工作日")
    officer.page.locator("#id_start").fill("2026-04-07")
    officer.fill("联系电话", "010-00000000")
    officer.fill("监督电话", "010-00000001")
    officer.looks("publicity-prepare")
    officer.click("送审签")
    signs(portal, browser, officer.path(), "signoff-publicity")
    public = Person(browser, portal.address)
    public.go("/publicity/")
    assert not public.page.get_by_role("link", name="拟认定名单").count()
    officer.go("/desk/")
    officer.move_clock("2026-04-07")
    public.go("/publicity/")
    public.click("关于 2026 年度国家中小企业公共服务示范平台拟认定名单（第一批）的公示")
    public.looks("publicity", phone=True)
    public.click("提出异议")
    public.looks("object-form", phone=True)
    public.leave()
    officer.leave()


def signs(portal, browser, path, name):
    lead = Person(browser, portal.address, "miit_lead")
    lead.go(path)
    lead.looks(name)
    lead.click("审签，立即生效")
    lead.sees("已审签，事项已办理")
    lead.leave()


def ministry_designates(portal, browser, dossier) -> str:
    officer = Person(browser, portal.address, "miit_officer2")
    officer.go("/ministry/publicised/")
    officer.sees("期满后方可办理")
    officer.move_clock("2026-04-29")
    officer.go("/ministry/publicised/")
    officer.looks("publicised")
    officer.click("授予称号：核对后果和信函")
    officer.looks("designation-effects", phone=True)
    officer.click("确认，送审签")
    signs(portal, browser, officer.path(), "signoff-designate")
    officer.go("/directory/?q=绍兴越州")
    officer.click(PLATFORM)
    number = officer.path().strip("/").split("/")[-1]
    officer.leave()
    return number

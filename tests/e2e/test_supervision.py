"""动态管理 in the browser: the three ends of a re-review, fraud up to next year's refusal, a surrender."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import serving
from tests.e2e.steps.ministry import signs
from tests.e2e.walk import Person
from training.demo.files import evidence_pdf

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
NUMBERS = [f"GJPT-2023-{n:04d}" for n in range(1, 6)]


@pytest.fixture
def portal(database_copy, static_files, tmp_path):
    with serving(database_copy, tmp_path, static_files, "fill_demo", "--supervision") as served:
        yield served


def test_life_of_titles(portal, browser, tmp_path):
    """One portal for the three journeys: filling it costs more than walking it."""
    Person.findings.clear()
    (tmp_path / "evidence.pdf").write_bytes(evidence_pdf("核查笔录"))
    cohort_is_public(portal, browser)
    for outcome, note in (
        ("复核合格", ""),
        ("复核合格，责令整改", "补齐服务台账"),
        ("复核不合格", "连续两年服务不足"),
    ):
        propose_first(portal, browser, outcome, note)
    answer_the_letter(portal, browser)
    publicise_and_decide(portal, browser)
    rectify(portal, browser)
    surrender(portal, browser)
    fraud_is_found(portal, browser, tmp_path / "evidence.pdf")
    fraud_is_decided(portal, browser)
    refused_next_year(portal, browser)
    portal.manage("publish_log")
    assert "全部相符" in portal.manage("verify_audit")
    assert not Person.findings, "\n".join(Person.findings)


def cohort_is_public(portal, browser):
    public = Person(browser, portal.address)
    public.go("/notices/rereview/2026/")
    public.sees(NUMBERS[4])
    public.looks("rereview-public", phone=True)
    public.go("/criteria/editions/")
    public.looks("editions", phone=True)
    public.leave()
    head = Person(browser, portal.address, "zhejiang_lead")
    head.go("/rereview/?standing=unfiled")
    assert head.page.locator("tbody tr").count() == 2
    head.looks("rereview-cohort", phone=True)
    head.leave()


def propose_first(portal, browser, outcome, note):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/ministry/decision/?procedure=REREVIEW")
    officer.page.locator("input[name=pick]").first.check()
    officer.page.get_by_label("拟定结论").select_option(label=outcome)
    officer.page.locator("#id_note").fill(note)
    officer.click("拟定结论，送审签")
    officer.sees("须由另一位负责人审签")
    path = officer.path()
    officer.leave()
    signs(portal, browser, path, "signoff-propose")


def answer_the_letter(portal, browser):
    """Who is to fail reads it before the public does, and may answer."""
    unit = Person(browser, portal.address, "unit003")
    unit.go("/rereview/failing/")
    unit.page.locator("tbody a.name").first.click()
    unit.sees("连续两年服务不足")
    unit.looks("failing-unit", phone=True)
    unit.page.locator("#id_words").fill("今年已新增服务企业 60 家。")
    unit.click("提交陈述意见")
    unit.sees("陈述意见已提交")
    unit.leave()


def publicise_and_decide(portal, browser):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/ministry/publicise/?procedure=REREVIEW")
    officer.page.locator("#id_start").fill("2026-05-07")
    officer.click("送审签")
    officer.sees("公示稿须载明联系电话")
    officer.fill("联系电话", "010-00000000")
    officer.fill("监督电话", "010-00000001")
    officer.click("送审签")
    signs(portal, browser, officer.path(), "signoff-publicity-rereview")
    officer.go("/desk/")
    officer.move_clock("2026-05-07")
    public = Person(browser, portal.address)
    public.go("/publicity/")
    public.page.get_by_role("link", name=re.compile("复核结果（第.批）的公示")).click()
    public.sees("复核合格，责令整改")
    public.looks("publicity-rereview", phone=True)
    public.leave()
    officer.go("/desk/")
    officer.move_clock("2026-05-29")
    for verb, unticked in (("confirm", 1), ("fail", 0)):
        officer.go("/ministry/publicised/?procedure=REREVIEW")
        boxes = officer.page.locator("input[name=pick]")
        if unticked:
            boxes.last.uncheck()
        officer.page.locator(f"button[name=verb][value={verb}]").click()
        officer.settles()
        officer.click("确认，送审签")
        assert "/signoffs/" in officer.path(), officer.page.locator("main").inner_text()
        signs(portal, browser, officer.path(), f"signoff-{verb}")
    for number, state in zip(NUMBERS[:3], ("有效", "整改中", "复核不合格"), strict=True):
        officer.go(f"/verify/{number}/")
        officer.sees(state)
    officer.go("/rereview/?standing=decided")
    assert officer.page.locator("tbody tr").count() == 3
    officer.leave()


def rectify(portal, browser):
    unit = Person(browser, portal.address, "unit002")
    unit.go("/my/")
    unit.sees("下一步：整改：")
    unit.page.locator(".next a.btn").click()
    unit.page.wait_for_load_state()
    unit.looks("rectification-unit", phone=True)
    unit.click("提交整改报告")
    unit.page.locator("#id_note").fill("台账已补齐，收费标准已公开。")
    unit.looks("rectification-report")
    unit.click("确认提交整改报告")
    path = unit.path()
    unit.leave()
    for name, link, note in (
        ("zhejiang_officer", "填写核查意见", "现场核查属实"),
        ("miit_officer", "认可整改", "同意"),
    ):
        person = Person(browser, portal.address, name)
        person.go(path)
        person.looks(f"rectification-{name}")
        person.click(link)
        person.page.locator("#id_note").fill(note)
        if link == "认可整改":
            person.click("拟办，送审签")
            signs(portal, browser, person.path(), "signoff-rectification")
        else:
            person.click(f"确认{link}")
        person.leave()
    public = Person(browser, portal.address)
    public.go(f"/verify/{NUMBERS[1]}/")
    public.sees("有效")
    public.leave()


def surrender(portal, browser):
    unit = Person(browser, portal.address, "unit004")
    unit.go("/my/")
    unit.page.locator(f"a[href='/my/titles/{NUMBERS[3]}/surrender/']").click()
    unit.page.locator("#id_reason").fill("单位合并，平台停止运营")
    unit.click("提出申请")
    unit.sees("请先确认已知悉后果")
    unit.page.locator("#id_understood").check()
    unit.looks("surrender", phone=True)
    unit.click("提出申请")
    unit.sees("等待工业和信息化部办理")
    path = unit.path()
    unit.leave()
    officer = Person(browser, portal.address, "miit_officer")
    officer.go(path)
    officer.click("同意放弃称号")
    officer.looks("surrender-accept")
    officer.page.locator("#id_note").fill("合并属实，称号按规定终止。")
    officer.click("拟办，送审签")
    signs(portal, browser, officer.path(), "signoff-surrender")
    officer.go(path)
    officer.sees("已同意")
    officer.go(f"/verify/{NUMBERS[3]}/")
    officer.sees("已放弃")
    officer.leave()


def fraud_is_found(portal, browser, evidence):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/checks/")
    officer.click("新的抽查计划")
    officer.page.locator("#id_subject").fill("服务业绩真实性")
    officer.page.locator("#id_percent").fill("100")
    officer.looks("check-plan-new", phone=True)
    officer.click("保存", exact=True)
    path = officer.path()
    lead = Person(browser, portal.address, "miit_lead")
    lead.go(path)
    lead.click("公布底册和方法")
    lead.click("确认公布底册和方法")
    lead.sees("已公布，待抽取")
    officer.go("/desk/")
    officer.move_clock("2026-06-02")
    officer.go(path)
    officer.click("抽取", exact=True)
    officer.page.locator("#id_public_number").fill("03 11 17 26 29 31 08")
    officer.page.locator("#id_public_source").fill("双色球 2026062 期，6 月 1 日公布")
    officer.looks("check-draw")
    officer.click("确认抽取")
    officer.looks("check-plan", phone=True)
    public = Person(browser, portal.address)
    public.go("/notices/checks/")
    public.click("2026 年示范平台抽查")
    public.looks("check-public", phone=True)
    public.leave()
    row = officer.page.locator("tbody tr", has_text=NUMBERS[4])
    expert_name = row.locator("td").nth(3).inner_text().split()[0]
    row.locator("a.name").click()
    check = officer.path()
    officer.click("通知平台和专家")
    officer.page.locator("#id_visit_on").fill("2026-06-02")
    officer.page.locator("#id_note").fill("请备齐服务协议原件")
    officer.click("确认通知平台和专家")
    officer.leave()
    expert_finds(portal, browser, check, evidence, expert_name)
    unit = Person(browser, portal.address, "unit005")
    unit.go(check)
    unit.looks("check-unit", phone=True)
    unit.click("说明情况")
    unit.page.locator("#id_note").fill("部分协议由合作机构代签。")
    unit.click("确认说明情况")
    unit.leave()
    lead.go(check)
    lead.click("移送撤销程序")
    lead.page.locator("#id_note").fill("服务企业名单中 37 家否认签约，移送撤销程序。")
    lead.click("确认移送撤销程序")
    lead.sees("移送撤销程序")
    lead.leave()


def expert_finds(portal, browser, check, evidence, name):
    for number in range(1, 15):
        expert = Person(browser, portal.address, f"expert{number}")
        if expert.page.get_by_text(name).count():
            break
        expert.leave()
    expert.go(check)
    expert.page.get_by_label("性质").select_option(label="涉嫌弄虚作假")
    expert.fill("检查发现", "37 家企业书面否认签订服务协议。")
    expert.click("记录", exact=True)
    expert.sees("须附证据")
    expert.looks("check-expert", phone=True)
    expert.page.locator("#id_upload").set_input_files(str(evidence))
    expert.click("记录", exact=True)
    expert.sees("检查发现已记录")
    expert.click("提交检查结果")
    expert.sees("尚未记录检查发现的专家")
    expert.looks("check-hand-over", phone=True)
    expert.click("确认提交检查结果")
    expert.sees("还没有记录检查发现")
    expert.page.get_by_label("检查组已一并核对").check()
    expert.click("确认提交检查结果")
    expert.leave()


def fraud_is_decided(portal, browser):
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/revocations/")
    officer.looks("revocations", phone=True)
    officer.page.locator("tbody a.name").first.click()
    case = officer.path()
    officer.looks("revocation", phone=True)
    officer.click("撰写查明的事实")
    officer.page.locator("#id_facts").fill("2026 年 6 月 2 日现场核查，37 家企业书面否认签订服务协议。")
    officer.click("保存")
    officer.click("告知平台")
    officer.looks("revocation-notify", phone=True)
    officer.click("确认告知平台")
    head = Person(browser, portal.address, "zhejiang_lead")
    head.go(case)
    head.click("提出本部门意见")
    head.page.locator("#id_words").fill("情况属实，无不同意见。")
    head.click("提出意见")
    head.leave()
    unit = Person(browser, portal.address, "unit005")
    unit.go(case)
    unit.looks("revocation-unit", phone=True)
    unit.click("陈述意见")
    unit.page.locator("#id_note").fill("对名单有异议，但无法提供协议。")
    unit.click("确认陈述意见")
    unit.leave()
    officer.go(f"{case}decide/")
    officer.page.locator("#id_note").fill("名单造假属实")
    officer.page.locator("#id_end_title").check()
    officer.click("拟办，送审签")
    officer.sees("请单独确认这项后果：暂停浙江")
    officer.page.locator("#id_suspend").check()
    officer.looks("revocation-decide", phone=True)
    officer.click("拟办，送审签")
    path = officer.path()
    officer.leave()
    signs(portal, browser, path, "signoff-revocation")
    public = Person(browser, portal.address)
    public.go(f"/verify/{NUMBERS[4]}/")
    public.sees("已撤销")
    public.go("/notices/?kind=announcement")
    public.page.get_by_role("link", name=re.compile("关于撤销.*称号的公告")).first.click()
    public.sees("2027 年度")
    public.looks("revocation-notice", phone=True)
    public.leave()


def refused_next_year(portal, browser):
    lead = Person(browser, portal.address, "miit_lead")
    lead.go("/suspensions/")
    lead.looks("suspensions", phone=True)
    lead.move_clock("2027-01-05")
    lead.go("/cycles/new/")
    lead.click("保存", exact=True)
    lead.click("发布年度安排")
    lead.fill("理由", "专家评审和公示须在集中办理之后进行。")
    lead.click("确认发布年度安排")
    lead.sees("进行中")
    lead.go("/desk/")
    lead.move_clock("2027-02-25")
    lead.leave()
    province = Person(browser, portal.address, "zhejiang_lead")
    province.sees("2027 年度认定申报工作暂停")
    province.looks("province-suspended", phone=True)
    province.leave()
    unit = Person(browser, portal.address, "unit004")
    unit.go("/my/")
    unit.click("开始申报")
    unit.click("开始申报")
    unit.sees("草稿，尚未提交")
    unit.go(f"{unit.path()}check/")
    unit.sees("浙江 2027 年度申报工作已暂停")
    unit.looks("check-suspended", phone=True)
    expect(unit.page.get_by_role("button", name=re.compile("提交至浙江"))).to_be_disabled()
    unit.leave()

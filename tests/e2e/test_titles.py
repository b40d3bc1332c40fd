"""A title's later life at the browser: summary, postings, a complaint, a historic list, certificates as files."""

from __future__ import annotations

import random

import pytest

from platforms.imports.sheets import HISTORIC
from portal.shared.xlsx import write_rows
from tests.e2e.walk import Person
from training.demo.names import make_uscc

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PREPARE = """
from datetime import date
from platforms.organisations.services import register_platform, register_organisation
from platforms.summaries.services import open_summaries
from platforms.register.services import grant_title
from platforms.models import Recommender
from portal.models import User
from portal.kernel.permissions import SYSTEM
from training.demo.actors import staff_of
lead = User.objects.get(username="yunfan_lead")
zhejiang = Recommender.objects.get(label="浙江")
staff_of(zhejiang)
organisation = register_organisation(by=lead, uscc="{uscc}", name="杭州云帆中小企业服务有限公司", kind="enterprise",
    established_on=date(2014, 1, 1), legal_person="沈国栋", registered_address="创业路 8 号", phone="0571-1", email=lead.email)
platform = register_platform(organisation, by=lead, jurisdiction=zhejiang, name="杭州云帆公共服务平台", kind="specialised",
    functions=["quality", "training"], operating_since=date(2015, 1, 1), service_area="杭州", address="创业路 8 号",
    contact="林晓岚", phone="0571-1")
grant_title(platform, recommender=zhejiang, year=2024, edition="暂行办法", prefix="GJPT", rereview_years=3,
    announcement_title="公告", announcement_number="", granted_on=date(2024, 6, 3), smes_served=120, by=SYSTEM)
open_summaries(2025)
"""
NUMBER, NAME = "GJPT-2024-0001", "杭州云帆公共服务平台"


def test_later_life(portal, browser, tmp_path):
    Person.findings.clear()
    portal.manage("shell", "-v0", "-c", PREPARE.replace("{uscc}", make_uscc(random.Random(5))))
    lead = Person(browser, portal.address, "yunfan_lead")
    province = Person(browser, portal.address, "zhejiang_lead")
    ministry = Person(browser, portal.address, "miit_officer")
    someone = Person(browser, portal.address)
    summary_returned_and_acknowledged(lead, province, ministry)
    posting_hidden(lead, province, someone)
    complaint_to_reply(someone, province, lead)
    historic_list(ministry, someone, tmp_path)
    certificate_as_file(someone, tmp_path)
    portal.manage("publish_log")
    assert "全部相符" in portal.manage("verify_audit")
    assert not Person.findings, "\n".join(Person.findings)


def summary_returned_and_acknowledged(lead, province, ministry):
    lead.go("/my/")
    lead.looks("title-home", phone=True)
    lead.page.get_by_role("link", name="填报", exact=True).first.click()
    lead.page.wait_for_load_state()
    for field in lead.page.locator("input[type=number]").all():
        field.fill("12")
    for field in lead.page.locator("textarea").all():
        field.fill("服务正常开展，台账完整。")
    lead.looks("summary-edit", phone=True)
    lead.click("报送浙江省经济和信息化厅")
    lead.sees("2025 年度总结已报送")
    path = lead.path()
    province.go("/summaries/?year=2025")
    province.looks("summary-list", phone=True)
    province.click(NAME)
    province.looks("summary", phone=True)
    province.click("退回修改")
    province.fill("理由", "请写明受托任务的委托部门。")
    province.click("确认退回修改")
    lead.go(f"/my{path}")
    lead.sees("请写明受托任务的委托部门。")
    lead.fill("受托任务完成情况", "受杭州市经信局委托开展培训。")
    lead.click("报送浙江省经济和信息化厅")
    province.go(path)
    province.click("审阅通过")
    province.click("确认审阅通过")
    province.sees("已审阅")
    ministry.go("/summaries/figures/")
    ministry.sees("2025 年度各推荐单位")
    ministry.looks("summary-figures", phone=True)


def posting_hidden(lead, province, someone):
    lead.go("/my/")
    lead.click("管理")
    lead.click("发布服务信息")
    for label, value in (
        ("服务名称", "免费检测咨询"),
        ("服务对象", "机械制造企业"),
        ("服务时间", "每周二 9:00—17:00"),
        ("地点或者网址", "创业路 8 号"),
        ("服务内容", "产品检测方案咨询。"),
    ):
        lead.fill(label, value)
    lead.page.get_by_label("服务功能").select_option(label="质量")
    lead.page.get_by_label("服务方式").select_option(label="现场")
    lead.page.get_by_label("公益", exact=True).check()
    lead.looks("posting-form", phone=True)
    lead.click("发布", exact=True)
    lead.sees("服务信息已发布")
    lead.looks("postings-ours", phone=True)
    someone.go("/services/")
    someone.looks("services", phone=True)
    someone.click("免费检测咨询")
    someone.looks("service", phone=True)
    path = someone.path()
    province.go("/postings/")
    province.looks("postings", phone=True)
    province.click("隐藏“免费检测咨询”")
    province.fill("理由", "地点与登记不符")
    province.click("确认隐藏服务信息")
    assert someone.page.goto(f"{someone.address}{path}").status == 404
    someone.problems.clear()
    lead.page.reload()
    lead.sees("地点与登记不符")


def complaint_to_reply(someone, province, lead):
    someone.go(f"/directory/{NUMBER}/")
    someone.looks("platform-page", phone=True)
    someone.click("投诉此平台")
    someone.fill("投诉事项", "收费与公布的标准不符")
    someone.fill("事实与理由", "三月五日到场检测，实际收费高于公布的标准。")
    someone.fill("姓名或者单位名称", "李女士")
    someone.fill("联系方式", "13800001234")
    someone.looks("complain", phone=True)
    someone.click("提交投诉")
    someone.looks("complaint-received", phone=True)
    receipt, code = (
        someone.page.locator("[data-receipt=number]").inner_text(),
        someone.page.locator("[data-receipt=code]").inner_text(),
    )
    province.go("/complaints/")
    province.looks("complaints", phone=True)
    province.click(receipt)
    province.looks("complaint", phone=True)
    province.click("受理", exact=True)
    province.fill("转办摘要", "有企业反映实际收费高于公布的标准。")
    province.click("确认受理")
    path = province.path()
    lead.go(path)
    lead.fill("情况说明", "差额已退还。")
    lead.looks("complaint-answer", phone=True)
    lead.click("提交说明")
    province.go(f"{path}complainant/")
    province.fill("查看理由", "电话核实投诉情况")
    province.click("查看姓名和联系方式")
    province.sees("13800001234")
    province.go(path)
    province.click("办结", exact=True)
    province.page.get_by_label("属实", exact=True).check()
    province.fill("结论和理由", "属实，差额已退还。")
    province.click("确认办结")
    someone.go("/complaints/query/")
    someone.fill("回执编号", receipt)
    someone.fill("查询码", code)
    someone.click("查询", exact=True)
    someone.sees("属实，差额已退还。")
    someone.looks("complaint-query", phone=True)


def historic_list(ministry, someone, folder):
    def line(**cells):
        given = {
            "platform": "杭州老字号公共服务平台",
            "organisation": "杭州老字号服务中心",
            "uscc": make_uscc(random.Random(31)),
            "jurisdiction": "浙江",
            "functions": "技术、质量",
            "year": 2012,
            "granted_on": "2012-11-20",
            "announcement": "2012 年名单",
            **cells,
        }
        return [given.get(column.code, "") for column in HISTORIC]

    book = folder / "historic.xlsx"
    with book.open("wb") as out:
        write_rows(out, [column.label for column in HISTORIC], [line(), line(jurisdiction="杭州", uscc="")])
    ministry.go("/imports/")
    ministry.looks("imports", phone=True)
    ministry.page.locator("#id_file").set_input_files(str(book))
    ministry.click("上传并预览")
    ministry.sees("所在地区“杭州”不是 37 个推荐地区之一")
    ministry.looks("import-preview", phone=True)
    ministry.click("有错误的行都不导入")
    ministry.fill("公告网址", "https://www.miit.gov.cn/notice.html")
    ministry.click("保存公告")
    ministry.click("导入", exact=True)
    ministry.looks("import-apply", phone=True)
    ministry.click("拟办，送审签")
    ministry.sees("等待另一位负责人")
    someone.go("/directory/?q=老字号")  # nothing stands there until a second person has signed
    someone.sees("没有符合条件的示范平台")


def certificate_as_file(someone, folder):
    someone.go(f"/directory/{NUMBER}/")
    with someone.page.expect_download() as download:
        someone.page.get_by_role("link", name="证书 PDF").click()
    genuine = download.value.path().read_bytes()
    at = genuine.index(b"stream") + 40
    (folder / "genuine.pdf").write_bytes(genuine)
    (folder / "edited.pdf").write_bytes(genuine[:at] + bytes([genuine[at] ^ 1]) + genuine[at + 1 :])
    for name, verdict in (("genuine", "文件真实，未被改动"), ("edited", "文件被改动过")):
        someone.go("/verify/file/")
        someone.looks("verify-file", phone=True)
        someone.page.locator("#id_file").set_input_files(str(folder / f"{name}.pdf"))
        someone.click("核验文件")
        someone.sees(verdict)
        someone.looks(f"verify-{name}", phone=True)

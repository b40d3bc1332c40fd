"""From an empty account to the receipt with the papers ready, counted: clicks, page loads, typed fields."""

from __future__ import annotations

import random

import pytest

from tests.e2e.steps.applicant import ACCOUNTS, NUMBERS, ORGANISATION, PLATFORM, TEXT
from tests.e2e.test_applicant import READY
from tests.e2e.walk import Person
from training.demo.files import evidence_pdf, facility_roster, sme_roster, staff_roster
from training.demo.names import make_uscc

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
CLICKS, LOADS, TYPED = 45, 40, 55
OPEN_YEAR = READY.split("unit = make_unit")[0]
DRAIN = "from portal.kernel.outbox import drain_outbox; drain_outbox()"
PREFIX_OF_ZHEJIANG = "9133"


class Counted(Person):
    """Whoever does it by hand: each click, choice and file is one click, each field with other words one typed field."""

    def begin(self) -> None:
        self.clicks = self.loads = self.typed = 0
        self.page.on("framenavigated", lambda frame: self.loaded(frame))

    def pictures(self, name: str) -> None:
        """For eyes, where SCREENSHOTS names a folder."""
        for width, height in ((390, 844), (1366, 768)):
            self.page.set_viewport_size({"width": width, "height": height})
            self.shot(f"{name}-{width}")

    def loaded(self, frame) -> None:
        self.loads += frame == self.page.main_frame and "#" not in frame.url

    def press(self, name: str) -> None:
        self.clicks += 1
        self.click(name)

    def choose(self, act) -> None:
        self.clicks += 1
        act()

    def type(self, field, value: str) -> None:
        if field.input_value() != value:
            self.typed += 1
            field.fill(value)

    def types(self, *pairs: tuple[str, str]) -> None:
        for label, value in pairs:
            self.type(self.page.get_by_label(label, exact=False).first, value)

    def picks(self, label: str, option: str) -> None:
        field = self.page.get_by_label(label).first
        if field.locator("option:checked").inner_text() != option:
            self.choose(lambda: field.select_option(label=option))


def test_from_an_empty_account_to_the_receipt_in_few_steps(portal, browser, tmp_path, record_property):
    portal.manage("shell", "-v0", "-c", OPEN_YEAR)
    papers = {
        "营业执照.pdf": evidence_pdf("营业执照"),
        "专项审计报告.pdf": evidence_pdf("审计报告"),
        "发展规划.pdf": evidence_pdf("规划"),
        "省级示范平台认定文件.pdf": evidence_pdf("认定"),
        "设备清单.xlsx": facility_roster(7),
        "人员名册.xlsx": staff_roster(26, 20, 5),
        "服务企业名单.xlsx": sme_roster(130, 118, 2025, 6),
        "授权书.pdf": evidence_pdf("授权书"),
    }
    for name, content in papers.items():
        (tmp_path / name).write_bytes(content)
    someone = Counted(browser, portal.address)
    someone.go("/register/")
    someone.begin()
    registers(someone)
    someone.press("开始申报")
    someone.press("开始申报")
    someone.choose(lambda: someone.page.get_by_text("一次上传多份材料").click())
    files = [str(tmp_path / name) for name in papers if name != "授权书.pdf"]
    someone.choose(lambda: someone.page.locator("#id_files").set_input_files(files))
    someone.pictures("counted-tasks")
    someone.press("全部上传")
    someone.pictures("counted-uploaded")
    portal.manage("shell", "-c", DRAIN)
    says_what_the_papers_say(someone)
    writes_the_report(someone)
    someone.press("核对并提交")
    declares(someone, tmp_path)
    counted = (someone.clicks, someone.loads, someone.typed)
    record_property("clicks, loads, typed", counted)
    most = (CLICKS, LOADS, TYPED)
    assert all(number <= limit for number, limit in zip(counted, most, strict=True)), counted


def registers(someone):
    someone.types(
        ("用户名", "yuezhou"), ("姓名", "王越"), ("电子邮箱", "wang@example.invalid"), ("手机", "13900000000")
    )
    someone.type(someone.page.locator("#id_password"), "Yuezhou-Fuwu-2026")
    someone.press("注册并继续")
    uscc = next(
        code
        for seed in range(10_000)
        if (code := make_uscc(random.Random(seed)))[2:4] == PREFIX_OF_ZHEJIANG[2:]
    )
    someone.types(
        ("统一社会信用代码", uscc),
        ("单位全称", ORGANISATION),
        ("成立日期", "2016-05-20"),
        ("法定代表人", "王越"),
        ("注册地址", "绍兴市柯桥区创意路 8 号"),
    )
    someone.picks("单位性质", "企业")
    someone.press("保存并继续")
    someone.types(
        ("平台名称", PLATFORM),
        ("平台运营起始日期", "2017-01-01"),
        ("主要服务区域或行业", "绍兴纺织产业集群"),
        ("联系电话", "0575-00000000"),
    )
    someone.picks("平台类型", "专业平台")
    someone.picks("所在地区主管部门", "浙江省经济和信息化厅")
    for function in ("质量", "技术"):
        someone.choose(someone.page.get_by_label(function, exact=True).check)
    someone.press("保存")


def says_what_the_papers_say(someone):
    someone.choose(someone.page.get_by_role("link", name="法人证书或营业执照").first.click)
    someone.pictures("counted-licence")
    someone.press("保存并到下一项")
    someone.types(
        ("会计师事务所", "诚信会计师事务所"),
        ("报告编号", "审字 12 号"),
        ("服务收入", "860"),
        ("服务支出", "700"),
    )
    someone.picks("审计意见类型", "标准无保留意见")
    someone.press("保存并到下一项")
    someone.types(("原因说明", "认证机构正在审核"))
    someone.press("声明：未取得质量管理体系认证")
    row = someone.page.locator("tbody tr").first
    for label, value in (
        ("名称", "省级公共服务示范平台"),
        ("颁发部门", "浙江省经济和信息化厅"),
        ("日期", "2024-09-01"),
    ):
        someone.type(row.get_by_label(label), value)
    for label, option in (("类别", "认定"), ("级别", "省级")):
        someone.choose(lambda label=label, option=option: row.get_by_label(label).select_option(label=option))
    someone.press("保存并到下一项")
    someone.press("声明：没有得到过政府扶持")


def writes_the_report(someone):
    someone.choose(someone.page.locator("main .next a.btn").click)
    someone.choose(someone.page.locator("ul.tasks a").first.click)
    for _ in range(7):
        fills_section(someone)
        someone.press("保存并继续")
        assert not someone.page.locator("#errors").count(), someone.page.locator("#errors").inner_text()
    someone.choose(someone.page.get_by_role("link", name="返回材料清单").click)


def fills_section(someone):
    page = someone.page
    for area in page.locator("textarea:not([name$='.paste']):not([name=poor_area_text])").all():
        someone.type(area, TEXT)
    boxes = page.locator("main .form.wide input[type=checkbox]:not([name=poor_area])")
    clusters = boxes.and_(page.locator("[name=clusters]"))
    for box in clusters.all()[:1] + boxes.and_(page.locator(":not([name=clusters])")).all():
        someone.choose(box.check)
    for choice in page.locator("main select").all():
        someone.choose(lambda choice=choice: choice.select_option(index=1))
    for field in page.locator("main .form.wide input.input").all():
        value = answer_to(field.get_attribute("name"), field)
        if value and not field.input_value():
            someone.type(field, value)


def answer_to(name: str, field) -> str:
    """What a unit that has its papers at hand writes; nothing where it may be left out."""
    if name.startswith("finance."):
        row, column = name.split(".")[1:]
        return (
            {"year": f"{2024 + int(row)}", **ACCOUNTS}.get(column, "50")
            if int(row) < 2 and column != "subsidy"
            else ""
        )
    if name in (
        "fixed_assets",
        "liabilities",
        "site_until",
        "services_last",
        "survey",
        "public_services",
        "partners",
    ):
        return ""
    if name in NUMBERS:
        return NUMBERS[name]
    return "20" if field.get_attribute("inputmode") == "decimal" else "绍兴纺织产业集群"


def declares(someone, folder):
    someone.pictures("counted-check")
    someone.types(("声明人职务", "主任"))
    someone.choose(
        lambda: someone.page.locator("#id_authorisation").set_input_files(str(folder / "授权书.pdf"))
    )
    someone.choose(someone.page.get_by_label("我已阅读上述声明").check)
    someone.press("提交至浙江省经济和信息化厅")
    someone.sees("回执编号")

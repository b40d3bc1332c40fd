"""A first-time applicant: registers, uploads, fills in the report, submits."""

from __future__ import annotations

import random

from tests.e2e.walk import Person
from training.demo.names import make_uscc

USCC = make_uscc(random.Random(7))
ORGANISATION, PLATFORM = "绍兴越州中小企业服务中心有限公司", "绍兴越州纺织产业集群公共服务平台"
TEXT = "面向中小企业提供检测、培训和数字化服务，流程健全，收费公开，服务台账完整可核验。"
NUMBERS = {
    "total_assets": "1280",
    "smes_before": "118",
    "smes_last": "130",
    "satisfaction": "94",
    "survey_sample": "100",
    "services_last": "300",
    "staff": "26",
    "professionals": "20",
}
ACCOUNTS = {"income": "900", "service_income": "860", "service_expense": "700", "subsidy": "0"}


def applicant_files(portal, browser, files) -> str:
    someone = Person(browser, portal.address)
    someone.go("/")
    someone.looks("home", phone=True)
    register(someone)
    someone.go("/my/")
    someone.looks("applicant-home", phone=True)
    someone.click("开始申报")
    someone.looks("dossier-open")
    someone.click("开始申报")
    someone.sees("草稿，尚未提交")
    someone.looks("dossier-tasks-empty", phone=True)
    tasks = someone.path()
    upload_all(someone, portal, tasks, files)
    fill_report(someone, tasks)
    someone.go(tasks)
    someone.looks("dossier-tasks", phone=True)
    someone.go(f"{tasks}check/")
    someone.looks("dossier-check")
    someone.page.get_by_label("声明人职务").fill("主任")
    someone.page.locator("#id_authorisation").set_input_files(str(files / "evidence.pdf"))
    someone.page.get_by_label("我已阅读上述声明").check()
    someone.click("提交至浙江省经济和信息化厅")
    someone.sees("回执编号")
    someone.looks("receipt", phone=True)
    with someone.page.expect_download() as download:
        someone.page.get_by_role("link", name="下载回执 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    someone.leave()
    return tasks.split("/")[3]


def register(someone):
    someone.go("/register/")
    someone.looks("register", phone=True)
    for label, value in (
        ("用户名", "yuezhou"),
        ("姓名", "王越"),
        ("电子邮箱", "wang@example.invalid"),
        ("手机", "13900000000"),
    ):
        someone.fill(label, value)
    someone.page.locator("#id_password").fill("Yuezhou-Fuwu-2026")
    someone.click("注册并继续")
    someone.fill("统一社会信用代码", USCC[:-1] + ("0" if USCC[-1] != "0" else "1"))
    for label, value in (
        ("单位全称", ORGANISATION),
        ("成立日期", "2016-05-20"),
        ("法定代表人", "王越"),
        ("注册地址", "绍兴市柯桥区创意路 8 号"),
    ):
        someone.fill(label, value)
    someone.page.get_by_label("单位性质").select_option(label="企业")
    someone.click("保存并继续")
    someone.sees("校验码不符")
    someone.looks("organisation-error")
    someone.fill("统一社会信用代码", USCC)
    someone.click("保存并继续")
    for label, value in (
        ("平台名称", PLATFORM),
        ("平台运营起始日期", "2017-01-01"),
        ("主要服务区域或行业", "绍兴纺织产业集群"),
        ("经营服务场所地址", "绍兴市柯桥区创意路 8 号"),
        ("联系人", "王越"),
        ("联系电话", "0575-00000000"),
    ):
        someone.fill(label, value)
    someone.page.get_by_label("平台类型").select_option(label="专业平台")
    someone.page.get_by_label("质量", exact=True).check()
    someone.page.get_by_label("技术", exact=True).check()
    someone.page.get_by_label("所在地区主管部门").select_option(label="浙江省经济和信息化厅")
    someone.looks("platform-new")
    someone.click("保存", exact=True)
    someone.sees("登记在另一地区")  # the code's region is Jiangsu
    someone.fill("所在地区与代码登记地不同的原因", "平台在绍兴运营，由浙江管理")
    someone.click("保存", exact=True)
    someone.sees("平台已登记")


def upload(someone, tasks, code, path):
    someone.go(f"{tasks}materials/{code}/")
    someone.page.locator("#id_file").set_input_files(str(path))
    someone.click("上传", exact=True)
    someone.sees("已收到，正在核对")


def upload_all(someone, portal, tasks, files):
    for code in ("licence", "audit", "plan", "honours"):
        upload(someone, tasks, code, files / "evidence.pdf")
    for code, name in (("facilities", "facilities.xlsx"), ("staff", "staff.xlsx"), ("smes", "smes.xlsx")):
        upload(someone, tasks, code, files / name)
    portal.manage("shell", "-c", "from portal.kernel.outbox import drain_outbox; drain_outbox()")
    someone.go(f"{tasks}materials/smes/")
    someone.looks("material-smes")
    someone.go(f"{tasks}materials/quality/")
    someone.fill("原因说明", "认证机构正在审核")
    someone.click("声明：未取得质量管理体系认证")
    someone.go(f"{tasks}materials/support/")
    someone.click("声明：没有得到过政府扶持")
    someone.go(f"{tasks}materials/licence/")
    someone.page.get_by_label("证照类型").select_option(label="营业执照")
    for label, value in (
        ("证照所载名称", ORGANISATION),
        ("证照所载统一社会信用代码", USCC),
        ("证照所载成立日期", "2016-05-20"),
    ):
        someone.fill(label, value)
    someone.looks("material-licence", phone=True)
    someone.click("保存登记内容")
    someone.go(f"{tasks}materials/audit/")
    for label, value in (
        ("会计师事务所", "诚信会计师事务所"),
        ("报告编号", "审字 12 号"),
        ("审计年度", "2025"),
        ("服务收入", "860"),
        ("服务支出", "700"),
    ):
        someone.fill(label, value)
    someone.page.get_by_label("审计意见类型").select_option(label="标准无保留意见")
    someone.click("保存登记内容")
    someone.go(f"{tasks}materials/honours/")
    row = someone.page.locator("tbody tr").first
    for label, value in (
        ("名称", "省级公共服务示范平台"),
        ("颁发部门", "浙江省经济和信息化厅"),
        ("日期", "2024-09-01"),
    ):
        row.get_by_label(label).fill(value)
    row.get_by_label("类别").select_option(label="认定")
    row.get_by_label("级别").select_option(label="省级")
    someone.click("保存登记内容")


def fill_report(someone, tasks):
    someone.go(f"{tasks}report/")
    someone.looks("report-sections")
    pages = someone.page.locator("ul.tasks a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    for number, path in enumerate(pages):
        someone.go(path)
        fill_section(someone)
        someone.page.get_by_label("是，已完成").check()
        if number == 0:
            someone.looks("report-section", phone=True)
        someone.click("保存并继续")
        assert not someone.page.locator("#errors").count(), someone.page.locator("#errors").inner_text()


def fill_section(someone):
    page = someone.page
    for area in page.locator("textarea:not([name$='.paste'])").all():
        area.fill(TEXT)
    for box in page.locator("input[type=checkbox]:not([name=poor_area])").all():
        box.check()
    for choice in page.locator("main select").all():
        choice.select_option(index=1)
    for field in page.locator("main input.input").all():
        name = field.get_attribute("name")
        if field.get_attribute("type") == "date":
            field.fill("2028-12-31")
        elif name.startswith("finance."):
            row, column = name.split(".")[1:]
            if int(row) < 2:
                field.fill({"year": f"{2024 + int(row)}", **ACCOUNTS}.get(column, "50"))
        elif name in NUMBERS:
            field.fill(NUMBERS[name])
        elif field.get_attribute("inputmode") == "decimal":
            field.fill("20")
        else:
            field.fill("绍兴纺织产业集群")

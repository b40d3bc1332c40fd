"""From a blank portal to a designated platform, through pages alone, each role with its own sign-in."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import expect

from review.demo.files import evidence_pdf, facility_roster, sme_roster, staff_roster
from review.demo.names import make_uscc
from tests.e2e.walk import Person

pytestmark = pytest.mark.e2e
USCC = make_uscc(random.Random(7))
ORGANISATION, PLATFORM = "绍兴越州中小企业服务中心有限公司", "绍兴越州纺织产业集群公共服务平台"
TEXT = "面向中小企业提供检测、培训和数字化服务，流程健全，收费公开，服务台账完整可核验。"


@pytest.fixture
def files(tmp_path):
    made = {
        "evidence.pdf": evidence_pdf("证明材料"),
        "staff.xlsx": staff_roster(26, 20, 5),
        "smes.xlsx": sme_roster(130, 118, 2025, 6),
        "facilities.xlsx": facility_roster(7),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_whole_way(portal, browser, files):
    Person.findings.clear()
    ministry_opens_the_year(portal, browser)
    dossier = applicant_files(portal, browser, files)
    province_evaluates(portal, browser, dossier)
    province_reports(portal, browser)
    ministry_accepts_and_assigns(portal, browser, dossier)
    experts_score(portal, browser)
    ministry_decides_and_publicises(portal, browser, dossier)
    number = ministry_designates(portal, browser, dossier)
    public_verifies(portal, browser, number)
    inspector_reads(portal, browser, dossier)
    assert "全部相符" in portal.manage("verify_audit")
    assert not Person.findings, "\n".join(Person.findings)


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
    lead.click("确认发布年度安排")
    lead.sees("进行中")
    lead.leave()


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
    upload_all(someone, tasks, files)
    fill_report(someone, tasks)
    someone.go(tasks)
    someone.looks("dossier-tasks", phone=True)
    someone.go(f"{tasks}check/")
    someone.looks("dossier-check")
    someone.page.get_by_label("声明人职务").fill("主任")
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
        ("单位全称", ORGANISATION), ("成立日期", "2016-05-20"), ("法定代表人", "王越"), ("注册地址", "绍兴市柯桥区创意路 8 号"),
    ):  # fmt: skip
        someone.fill(label, value)
    someone.page.get_by_label("单位性质").select_option(label="企业")
    someone.click("保存并继续")
    someone.sees("校验码不符")
    someone.looks("organisation-error")
    someone.fill("统一社会信用代码", USCC)
    someone.click("保存并继续")
    for label, value in (
        ("平台名称", PLATFORM), ("平台运营起始日期", "2017-01-01"), ("主要服务区域或行业", "绍兴纺织产业集群"),
        ("经营服务场所地址", "绍兴市柯桥区创意路 8 号"), ("联系人", "王越"), ("联系电话", "0575-00000000"),
    ):  # fmt: skip
        someone.fill(label, value)
    someone.page.get_by_label("平台类型").select_option(label="专业平台")
    someone.page.get_by_label("质量", exact=True).check()
    someone.page.get_by_label("技术", exact=True).check()
    someone.page.get_by_label("所在地区主管部门").select_option(label="浙江省经济和信息化厅")
    someone.looks("platform-new")
    someone.click("保存", exact=True)
    someone.sees("平台已登记")


def upload(someone, tasks, code, path):
    someone.go(f"{tasks}materials/{code}/")
    someone.page.locator("#id_file").set_input_files(str(path))
    someone.click("上传", exact=True)
    someone.sees("已上传")


def upload_all(someone, tasks, files):
    for code in ("licence", "audit", "plan", "honours"):
        upload(someone, tasks, code, files / "evidence.pdf")
    for code, name in (("facilities", "facilities.xlsx"), ("staff", "staff.xlsx"), ("smes", "smes.xlsx")):
        upload(someone, tasks, code, files / name)
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


def fill_section(someone):
    page = someone.page
    for area in page.locator("textarea:not([name$='.paste'])").all():
        area.fill(TEXT)
    for box in page.locator("input[type=checkbox]:not([name$='.drop']):not([name=poor_area])").all():
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
    officer.go(f"/dossiers/{dossier}/correction/")
    officer.looks("correction")
    officer.go(f"/dossiers/{dossier}/begin_evaluation/")
    officer.looks("begin-evaluation")
    officer.click("确认开始测评")
    officer.go(f"/dossiers/{dossier}/evaluation/")
    for part in ("operation", "performance", "demonstration"):
        officer.page.locator(f"#id_{part}_grade").select_option(label="符合")
        officer.page.locator(f"#id_{part}_note").fill("现场核查与申报一致，台账完整。")
    for field in officer.page.locator("input.score").all():
        field.fill("88")
    officer.page.get_by_label("现场核查").check()
    officer.page.locator("#id_evaluated_on").fill("2026-03-10")
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
    officer.click("确认形式审查通过")
    officer.go(f"/dossiers/{dossier}/panel/")
    officer.looks("panel")
    officer.click("随机抽取补足")
    officer.sees("评审组已更新")
    officer.go(f"/dossiers/{dossier}/begin_review/")
    officer.click("确认开始专家评审")
    officer.leave()


def experts_score(portal, browser):
    scored = 0
    for number in range(1, 15):
        expert = Person(browser, portal.address, f"expert{number}")
        link = expert.page.get_by_role("link", name="先作声明")
        if link.count():
            link.first.click()
            if not scored:
                expert.looks("declare", phone=True)
            expert.page.get_by_label("没有，我已阅读").check()
            expert.click("提交声明")
            for field in expert.page.locator("input[type=number][name^=score_]").all():
                field.fill(str(82 + scored))
            if not scored:
                expert.looks("score", phone=True)
            expert.click("提交评分")
            expert.sees("评分已提交")
            scored += 1
        expert.leave()
    assert scored == 3


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
    officer.looks("publicity-prepare")
    officer.click("送审签")
    signs(portal, browser, officer.path(), "signoff-publicity")
    public = Person(browser, portal.address)
    public.go("/publicity/")
    assert not public.page.get_by_role("link", name="拟认定名单").count()
    officer.go("/desk/")
    officer.move_clock("2026-04-07")
    public.go("/publicity/")
    public.click("关于 2026 年度国家中小企业公共服务示范平台拟认定名单的公示")
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


def public_verifies(portal, browser, number):
    public = Person(browser, portal.address)
    for path, name in (
        (f"/verify/{number}/", "verify"), (f"/directory/{number}/", "platform-page"), ("/directory/", "directory"), ("/notices/", "notices"),
        ("/guide/", "guide"), ("/regulation/", "regulation"), ("/criteria/", "criteria"), ("/selfcheck/?staff=19&assets=300", "selfcheck"),
        ("/policies/", "policies"), ("/help/", "help"), ("/contacts/", "contacts"), ("/calendar/", "calendar"), ("/calendar/2026/", "calendar-year"),
        ("/site-map/", "site-map"), ("/search/?q=越州", "search"), ("/login/", "login"),
    ):  # fmt: skip
        public.go(path)
        public.looks(name, phone=True)
    public.go(f"/verify/{number}/")
    public.sees("有效")
    answer = public.context.request.get(f"{portal.address}/certificates/{number}.pdf")
    assert answer.body().startswith(b"%PDF-")
    public.leave()


def inspector_reads(portal, browser, dossier):
    inspector = Person(browser, portal.address, "inspector")
    inspector.looks("audit-desk", phone=True)
    inspector.go(f"/dossiers/{dossier}/")
    inspector.looks("dossier-inspector")
    assert not inspector.page.locator("main form").count()
    inspector.go("/audit/events/")
    inspector.looks("audit-events")
    inspector.go("/audit/verify/")
    inspector.sees("全部相符")
    inspector.leave()

"""Notices of the ministry, from whatever form they come in, and the register's past as they tell it."""

from __future__ import annotations

import io
import json
from datetime import date

import docx
import openpyxl
import pytest
from django.core.management import call_command

from applications.rereviews import cohort
from platforms.models import Designation, ImportBatch, TitleEvent
from platforms.notices.batches import correct_notice, preview_notice
from platforms.notices.reader import read_notice, read_pasted
from platforms.notices.sources import SourceUnreadable
from platforms.register.queries import as_of
from portal.kernel import signoff
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from tests.factories import filing
from tests.factories.imports import apply_import
from tests.factories.titles import make_user

HEAD = """工业和信息化部关于公布2012年度国家中小企业公共服务示范平台名单的通告
工信部企业〔2012〕566号
根据《国家中小企业公共服务示范平台认定管理办法》（工信部企业[2012]197号），我部确定北京甲服务中心等5家平台为示范平台。
附件：2012年度国家中小企业公共服务示范平台名单
工业和信息化部
2012年11月27日
附件
2012年度国家中小企业公共服务示范平台名单
"""
ROWS = [
    ("序号", "省份", "平台名称", "服务功能", "备注"),
    ("1", "北京市", "北京甲服务中心", "信息、技术", ""),
    ("2", "", "北京乙检测\n有限公司", "质量", ""),
    ("3", "河 北", "石家庄丙平台（河北丙有限公司）", "培训", ""),
    ("4", "大连市", "大连丁·中心", "", ""),
    ("5", "新疆生产建设兵团", "兵团戊平台", "创业", ""),
]
READ = [
    ("北京", "北京甲服务中心", ""),
    ("北京", "北京乙检测有限公司", ""),
    ("河北", "石家庄丙平台", "河北丙有限公司"),
    ("大连", "大连丁·中心", ""),
    ("兵团", "兵团戊平台", ""),
]


def read_of(reading) -> list[tuple[str, str, str]]:
    return [(row.province, row.name, row.unit) for row in reading.rows]


def as_text() -> bytes:
    rows = [[cell.replace("\n", "") for cell in row] for row in ROWS]
    return (HEAD + "\n".join("\t".join(row) for row in rows)).encode()


def as_docx() -> bytes:
    document = docx.Document()
    for line in HEAD.splitlines():
        document.add_paragraph(line)
    table = document.add_table(len(ROWS), len(ROWS[0]))
    for number, row in enumerate(ROWS):
        for at, cell in enumerate(row):
            table.cell(number, at).text = cell
    table.cell(1, 1).merge(table.cell(2, 1))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    for line in HEAD.splitlines():
        book.active.append([line])
    first = book.active.max_row
    for row in ROWS:
        book.active.append(row)
    book.active.merge_cells(f"B{first + 2}:B{first + 3}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_html() -> bytes:
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{' rowspan=2' if (n, at) == (1, 1) else ''}>{cell}</td>"
            for at, cell in enumerate(row)
            if (n, at) != (2, 1)
        )
        + "</tr>"
        for n, row in enumerate(ROWS)
    )
    words = "".join(f"<p>{line}</p>" for line in HEAD.splitlines())
    return f"<html><script>var a='公示'</script>{words}<table>{rows}</table></html>".encode()


def as_pdf() -> bytes:
    """Ruled cells, narrow enough that names and provinces break."""
    import weasyprint

    style = "<style>td{border:1px solid;width:5em}table{border-collapse:collapse}body{font-family:'Noto Sans CJK SC'}</style>"
    return weasyprint.HTML(string=style + as_html().decode()).write_pdf()


def as_cells_on_lines() -> bytes:
    """How a table pastes from many web pages."""
    cells = [cell.replace("\n", "") for row in ROWS for cell in row]
    return (HEAD + "\n".join(cell for cell in cells if cell)).encode()


FORMS = {"txt": as_text, "docx": as_docx, "xlsx": as_xlsx, "html": as_html, "pdf": as_pdf}


@pytest.mark.parametrize("ending", FORMS)
def test_one_notice_in_every_form(ending):
    reading = read_notice(FORMS[ending](), f"通告.{ending}")
    words = reading.words
    assert (words.kind, words.number, words.on) == ("grant", "工信部企业〔2012〕566号", date(2012, 11, 27))
    assert words.title == "工业和信息化部关于公布2012年度国家中小企业公共服务示范平台名单的通告"
    assert read_of(reading) == READ
    assert [row.functions for row in reading.rows] == [["信息", "技术"], ["质量"], ["培训"], [], ["创业"]]
    assert reading.questions == []
    assert all(row.place for row in reading.rows)


def test_cells_that_were_pasted_one_a_line():
    reading = read_pasted(as_cells_on_lines().decode())
    assert [(row.province, row.name) for row in reading.rows] == [
        (province, name) for province, name, _ in READ
    ]


def test_a_workbook_says_which_cell():
    assert read_notice(as_xlsx(), "通告.xlsx").rows[1].place == "Sheet!C11"


REVIEW = """工业和信息化部关于公布第三批国家中小企业公共服务示范平台复核结果的通知
工信部企业〔2017〕139号
经复核，确认3家平台通过复核，撤销2家平台称号。
工业和信息化部
2017年6月20日
附件1
通过复核的国家中小企业公共服务示范平台名单（3家）
序号\t省份\t平台名称\t备注
1\t北京市\t北京甲服务中心\t
2\t河北省\t石家庄丙平台\t对服务收费进行整改，年底前重新测评
3\t大连市\t大连丁中心\t
附件2
撤销国家中小企业公共服务示范平台称号名单（2家）
序号\t省份\t平台名称
1\t兵团\t兵团戊平台
"""


def test_confirmations_with_remarks_and_revocations_in_one_notice():
    reading = read_pasted(REVIEW)
    assert [(row.kind, row.name, row.remark[:2]) for row in reading.rows] == [
        ("confirm", "北京甲服务中心", ""),
        ("confirm", "石家庄丙平台", "对服"),
        ("confirm", "大连丁中心", ""),
        ("revoke", "兵团戊平台", ""),
    ]
    assert reading.questions == [
        "“撤销国家中小企业公共服务示范平台称号名单（2家）”写明 2 家，读出 1 行，请核对。"
    ]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于公布2020年度国家中小企业公共服务示范平台名单的通告", "grant"),
        ("关于认定第一批国家中小企业公共服务示范平台的通知", "grant"),
        ("关于2017年国家中小企业公共服务示范平台名单的公示", "publicity"),
        ("关于撤销部分国家中小企业公共服务示范平台称号的通告", "revoke"),
        ("关于取消某平台国家中小企业公共服务示范平台称号的公告", "revoke"),
        ("关于公布2011年度国家中小企业公共服务示范平台复核结果的通知", "confirm"),
        ("关于开展国家中小企业公共服务示范平台复核工作的通知", "rereview_due"),
        ("关于部分国家中小企业公共服务示范平台有效期满失效的公告", "lapse"),
        ("关于部分国家中小企业公共服务示范平台更名的通知", "rename"),
    ],
)
def test_kinds_of_notices(title, kind):
    reading = read_pasted(
        f"{title}\n工信部企业〔2018〕5号\n2018年1月5日\n附件\n一、北京市\n1.北京甲服务中心\n"
    )
    assert (reading.words.kind, reading.words.title) == (kind, title)
    assert [(row.province, row.name) for row in reading.rows] == [("北京", "北京甲服务中心")]


def test_what_is_doubtful_is_asked():
    reading = read_pasted(
        "名单\n序号\t地区\t平台名称\n1\t火星\t甲公共服务平台\n3\t北京\t乙公共服务平台（北京\n4\t北京\t甲公共服务平台\n"
    )
    asked = "\n".join(reading.questions)
    for words in (
        "没有读出公告文号",
        "没有读出公告日期",
        "序号不连续，缺 2",
        "“火星”不是 37 个地区之一",
        "括号不成对",
    ):
        assert words in asked, words
    assert [row.confidence < 0.75 for row in reading.rows] == [True, True, True]


def test_lists_by_province_plan_cities_and_associations_with_a_term():
    reading = read_pasted(
        "关于公布2020年度国家中小企业公共服务示范平台名单的通告\n工信厅企业函〔2020〕412号\n认定下列4家单位，有效期三年。\n二〇二〇年十二月三十一日\n附件\n"
        "一、江苏省（2家）\n1.江苏丙研究院\n2.苏州丁促进会\n二、计划单列市\n大连市\n3.大连戊服务平台\n三、行业协会\n4.中国己行业协会\n"
    )
    assert [(row.province, row.name) for row in reading.rows] == [
        ("江苏", "江苏丙研究院"),
        ("江苏", "苏州丁促进会"),
        ("大连", "大连戊服务平台"),
        ("", "中国己行业协会"),
    ]
    assert (reading.words.on, reading.words.valid_until) == (date(2020, 12, 31), date(2023, 12, 30))


def test_the_command_prints_json(tmp_path, capsys):
    file = tmp_path / "通告.docx"
    file.write_bytes(as_docx())
    call_command("read_notice", str(file))
    found = json.loads(capsys.readouterr().out)
    assert {"kind", "title", "number", "date", "rows", "questions"} <= found.keys()
    assert {"no", "province", "name", "unit", "functions", "remark", "place", "confidence"} <= found["rows"][
        0
    ].keys()


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.wps", "另存为 .docx"), ("a.et", "另存为 .xlsx"), ("a.ofd", "粘贴"), ("a.doc", "另存为 .docx")],
)
def test_other_formats_are_told_how_to_be_saved(name, words):
    with pytest.raises(SourceUnreadable, match=words):
        read_notice(b"x", name)


# --- the register's past, from notices of the shape of the real ones ---


def grants(year: int, number: int, on: str, count: int, *, first: int = 1, term: str = "") -> str:
    places = ("北京市", "河北省", "浙江省", "大连市", "新疆生产建设兵团", "广东省", "四川省")
    rows = "\n".join(
        f"{n}\t{places[n % 7]}\t{year}批第{first + n - 1}中小企业公共服务平台\t{year}批第{first + n - 1}服务中心有限公司"
        for n in range(1, count + 1)
    )
    return (
        f"工业和信息化部关于公布{year}年国家中小企业公共服务示范平台名单的通告\n工信部企业〔{year}〕{number}号\n"
        f"认定下列{count}家平台。{term}\n工业和信息化部\n{on}\n附件\n序号\t省份\t平台名称\t申报单位\n{rows}\n"
    )


def third_batch_reviewed() -> str:
    def rows(numbers, remark) -> str:
        return "\n".join(
            f"{at}\t2013批第{n}中小企业公共服务平台\t{remark(n)}" for at, n in enumerate(numbers, start=1)
        )

    return (
        "工业和信息化部关于公布第三批国家中小企业公共服务示范平台复核结果的通知\n工信部企业〔2017〕139号\n工业和信息化部\n2017年6月20日\n"
        "附件1\n通过复核的平台名单（98家）\n序号\t平台名称\t备注\n"
        + rows(range(1, 99), lambda n: "限期整改" if n % 30 == 0 else "")
        + "\n附件2\n撤销称号的平台名单（7家）\n序号\t平台名称\t备注\n"
        + rows(range(99, 106), lambda n: "")
    )


def enter(text: str, officer, **facts) -> ImportBatch:
    batch = preview_notice(by=officer, text=text)
    if facts:
        batch = correct_notice(batch, facts, {}, by=officer)
    return apply_import(batch, by=officer)


@pytest.mark.slow
def test_the_register_from_2011_to_2025_as_its_notices_tell_it(db):
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    enter(grants(2011, 570, "2011年12月14日", 99), officer)
    enter(grants(2012, 566, "2012年11月27日", 208), officer)
    enter(grants(2013, 448, "2013年11月18日", 105), officer)
    enter(third_batch_reviewed(), officer)
    enter(grants(2017, 330, "2017年12月18日", 188, term="有效期三年，至2020年12月17日。"), officer)
    batch = enter(grants(2020, 412, "2020年12月31日", 214, term="有效期三年。"), officer)
    assert batch.valid_until == date(2023, 12, 30)
    for day, count in (
        ("2011-12-13", 0),
        ("2011-12-14", 99),
        ("2012-11-27", 307),
        ("2013-11-18", 412),
        ("2017-06-19", 412),
        ("2017-06-20", 405),
        ("2017-12-18", 593),
        ("2020-12-17", 593),
        ("2020-12-18", 405),
        ("2020-12-31", 619),
        ("2023-12-30", 619),
        ("2023-12-31", 405),
    ):
        assert as_of(day).count() == count, day
    states = {
        state: Designation.objects.filter(state=state).count() for state in ("ACTIVE", "REVOKED", "EXPIRED")
    }
    assert states == {"ACTIVE": 405, "REVOKED": 7, "EXPIRED": 402}
    remarked = TitleEvent.objects.filter(kind="confirmed", remark="限期整改")
    assert (remarked.count(), remarked.first().notice_number) == (3, "工信部企业〔2017〕139号")
    assert (
        not Designation.objects.exclude(number="").exists()
        and not Designation.objects.filter(certificates__isnull=False).exists()
    )
    assert (
        cohort.unfiled(filing.year()).count() == 0
    )  # the present year's desk shows nothing of it as overdue


def test_a_title_given_again_before_its_term_was_over_goes_on(db):
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    enter(grants(2017, 330, "2017年12月18日", 2, term="有效期三年，至2020年12月17日。"), officer)
    again = grants(2020, 412, "2020年12月10日", 2, term="有效期三年。").replace("2020批第1", "2017批第1")
    enter(again, officer)
    title = Designation.objects.get(platform_name__startswith="2017批第1")
    assert [event.kind for event in title.history.filter(replaced_by=None).order_by("on")] == [
        "granted",
        "redesignated",
        "expired",
    ]
    assert (title.state, title.valid_until) == ("EXPIRED", date(2023, 12, 9))
    for day, count in (("2020-12-09", 2), ("2020-12-17", 3), ("2020-12-18", 2), ("2023-12-10", 0)):
        assert as_of(day).count() == count, day


def test_a_publicity_is_no_grant_and_what_is_wrong_is_put_right_on_the_page(db):
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    text = (
        grants(2012, 566, "2012年11月27日", 3).replace("河北省", "冀州").replace("名单的通告", "名单的公示")
    )
    batch = preview_notice(by=officer, text=text)
    wrong = batch.rows.get(cells__jurisdiction="")
    assert wrong.findings[-1]["problem"] == "地区“冀州”不是 37 个推荐地区之一"
    batch = correct_notice(batch, {}, {wrong.pk: {"jurisdiction": "河北省"}}, by=officer)
    with pytest.raises(TransitionBlocked, match="这是公示"):
        apply_import(batch, by=officer)
    rows = {row.pk: {"event": "granted"} for row in batch.rows.all()}
    batch = correct_notice(batch, {"notice_kind": "grant"}, rows, by=officer)
    apply_import(batch, by=officer)
    assert sorted(Designation.objects.values_list("jurisdiction__label", flat=True)) == [
        "大连",
        "河北",
        "浙江",
    ]


BACKEND = "portal.accounts.backends.PortalBackend"


def test_a_notice_is_pasted_corrected_signed_and_verified_by_a_citizen(db, client):
    officer, lead = make_user("officer", Role.MINISTRY_OFFICER), make_user("lead", Role.MINISTRY_LEAD)
    client.force_login(officer, backend=BACKEND)
    assert client.post("/imports/notice/", {"text": " "}).status_code == 422
    page = client.post(
        "/imports/notice/", {"text": grants(2012, 566, "2012年11月27日", 3).replace("河北省", "冀州")}
    )
    shown = client.get(page.url).content.decode()
    assert "地区“冀州”不是 37 个推荐地区之一" in shown and "工信部企业〔2012〕566号" in shown
    batch = ImportBatch.objects.get()
    wrong = batch.rows.get(match="wrong")
    client.post(page.url, {f"cell-{wrong.pk}-jurisdiction": "河北省", f"cell-{wrong.pk}-event": "granted"})
    wrong.refresh_from_db()
    assert (wrong.match, wrong.cells["jurisdiction"]) == ("new", "河北")
    facts = {
        "notice_kind": "grant",
        "notice_title": batch.notice_title,
        "notice_number": "工信部企业〔2012〕567号",
        "notice_on": "2012-11-28",
    }
    client.post(f"{page.url}correct/", facts)
    assert client.post(f"{page.url}apply/", {"note": "与原件核对无误"}).url == page.url
    signoff.sign(signoff.SignOff.objects.get(), by=lead)
    title = Designation.objects.filter(jurisdiction__label="河北").get()
    assert (title.granted_on, title.announcement_number) == (date(2012, 11, 28), "工信部企业〔2012〕567号")
    client.logout()
    for day, count in (("2012-11-27", 0), ("2012-11-28", 3), ("2026-01-01", 3)):
        assert client.get(f"/directory/?as_of={day}").context["page"].paginator.count == count
    citizen = client.get(f"/verify/{title.key}/").content.decode()
    assert "工信部企业〔2012〕567号" in citizen and "原公告未列编号" in citizen and "未颁发证书" in citizen

"""Historic lists: cell-accurate findings, matching by code and by name, decisions, import and undo."""

from __future__ import annotations

import io
import random

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from platforms.complaints.services import receive_complaint
from platforms.imports.services import decide_rows, preview_import
from platforms.imports.sheets import HISTORIC, Refused, template
from platforms.models import AnnualSummary, Designation, ImportBatch, Organisation, Platform
from platforms.organisations.services import register_organisation
from platforms.register.queries import as_of
from platforms.summaries.services import open_summaries
from portal.kernel import signoff
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AuditEvent, SignOff
from portal.shared.xlsx import write_rows
from portal.trail.watching import signal_of
from tests.factories.imports import apply_import, undo_import
from tests.factories.titles import make_titled, make_user
from training.demo.names import make_uscc

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"
CODE = make_uscc(random.Random(31))
LINE = {
    "platform": "杭州老字号公共服务平台",
    "organisation": "杭州老字号服务中心",
    "uscc": CODE,
    "jurisdiction": "浙江",
    "functions": "技术、质量",
    "year": 2012,
    "granted_on": "2012-11-20",
    "announcement": "关于公布 2012 年度名单的通告",
}


def book(*lines: dict) -> io.BytesIO:
    out = io.BytesIO()
    rows = [[{**LINE, **line}.get(column.code, "") for column in HISTORIC] for line in lines]
    write_rows(out, [column.label for column in HISTORIC], rows)
    out.seek(0)
    return out


@pytest.fixture
def officer():
    return make_user("officer", Role.MINISTRY_OFFICER)


def previewed(officer, *lines) -> ImportBatch:
    return preview_import("historic", book(*lines), name="历史名单.xlsx", by=officer)


def test_findings_name_the_cell_and_how_to_mend_it(officer):
    batch = previewed(
        officer,
        {"jurisdiction": "杭州", "year": "二〇一二", "functions": "技术、算命"},
        {"uscc": "91330100799655058X", "granted_on": "2012-13-01"},
        {"status": "已撤销"},
        {"uscc": ""},
    )
    found = {f["cell"]: f["problem"] for row in batch.rows.all() for f in row.findings}
    assert found == {
        "G2": "服务功能“算命”不在第二条所列范围",
        "I2": "认定年度不是年度",
        "E2": "所在地区“杭州”不是 37 个推荐地区之一",
        "D3": found["D3"],
        "J3": "授予日期不是有效日期",
        "P4": "状态为“已撤销”，缺少终止日期",
        "Q4": "状态为“已撤销”，缺少终止原因或者公告",
        "D5": "没有统一社会信用代码，按待补录入",
    }
    assert list(batch.rows.values_list("match", flat=True)) == ["wrong", "wrong", "wrong", "new"]
    with pytest.raises(TransitionBlocked, match="还有 3 行有错误"):
        apply_import(batch, by=officer)


def test_a_number_that_stands_twice_names_the_other_row(officer):
    titled = make_titled(number=1)
    numbers = ("GJPT-2012-0007", titled.title.number, "gjpt-2012-0007", "")
    lines = [{"number": number, "platform": f"老字号{n}号平台"} for n, number in enumerate(numbers)]
    batch = previewed(officer, *lines)
    found = {f["cell"]: f["problem"] for row in batch.rows.all() for f in row.findings}
    assert found == {
        "A3": f"证书编号 {titled.title.number} 已在名录中",
        "A4": "证书编号 GJPT-2012-0007 与第 2 行重复",
    }


def findings_of(batch) -> dict[str, str]:
    return {f["cell"]: f["problem"] for row in batch.rows.all() for f in row.findings}


@pytest.mark.parametrize("number", ["国示范/2012/15号", "GJPT-2012-甲1", "GJPT-2012-1234567"])
def test_a_number_that_no_address_can_carry_is_wrong(officer, number):
    """Such a line would take the register's page down, or stop the series."""
    assert findings_of(previewed(officer, {"number": number})) == {"A2": f"证书编号“{number}”不能核验"}


def test_days_that_cannot_be_are_wrong(officer):
    """Art. 12: nothing is on the register before its day."""
    ended = {"status": "已撤销", "end_reason": "工信部企业〔2016〕1号"}
    batch = previewed(
        officer,
        {"granted_on": "2031-01-01"},
        {"year": 2031, "granted_on": "2012-11-20"},
        {"review_year": 2010, "platform": "甲平台"},
        {**ended, "ended_on": "2011-01-01", "platform": "乙平台"},
        {**ended, "ended_on": "2033-01-01", "platform": "丙平台"},
        {"ended_on": "2015-01-01", "platform": "丁平台"},
        {**ended, "ended_on": "2012-11-20", "review_year": 2012, "platform": "戊平台"},
    )
    assert findings_of(batch) == {
        "J2": "2031-01-01 还没有到",
        "I3": "2031 还没有到",
        "K4": "下次复核年度早于认定年度",
        "P5": "终止日期早于授予日期",
        "P6": "2033-01-01 还没有到",
        "P7": "有终止日期，状态却为有效",
    }


def test_a_platform_stands_once_a_year_in_a_workbook(officer):
    batch = previewed(officer, {}, {"number": "GJPT-2012-0009"}, {"year": 2013, "granted_on": "2013-11-20"})
    assert findings_of(batch) == {"B3": "杭州老字号公共服务平台 2012 年度与第 2 行重复"}


def test_findings_name_the_cell_where_this_workbook_has_the_column(officer):
    """Columns are found by their headings; people move them."""
    columns, out = [*HISTORIC[1:], HISTORIC[0]], io.BytesIO()
    line = {**LINE, "jurisdiction": "火星", "number": "甲", "status": "已撤销"}
    rows = [[line.get(column.code, "") for column in columns]]
    write_rows(out, [column.label for column in columns], rows)
    out.seek(0)
    batch = preview_import("historic", out, name="历史名单.xlsx", by=officer)
    assert set(findings_of(batch)) == {"D2", "R2", "O2", "P2"}


def test_workbook_that_is_none_is_refused_whole(officer):
    with pytest.raises(Refused, match="没有找到表头"):
        out = io.BytesIO()
        write_rows(out, ("甲", "乙"), [(1, 2)])
        out.seek(0)
        preview_import("historic", out, name="a.xlsx", by=officer)
    with pytest.raises(Refused, match="没有内容"):
        preview_import("historic", io.BytesIO(template("historic")), name="a.xlsx", by=officer)
    assert not ImportBatch.objects.exists()
    with pytest.raises(PermissionDenied):
        preview_import("historic", book({}), name="a.xlsx", by=make_titled().officer)


def test_matching_by_code_by_name_and_by_a_person(officer):
    known = make_titled(number=1)
    platform = known.title.platform
    code = platform.organisation.uscc
    batch = previewed(
        officer,
        {"uscc": code, "platform": platform.name, "year": 2024, "granted_on": "2024-06-03"},
        {
            "uscc": code,
            "platform": platform.name,
            "status": "已放弃",
            "ended_on": "2015-01-01",
            "end_reason": "通告",
        },
        {
            "uscc": "",
            "platform": platform.name,
            "organisation": platform.organisation.name,
            "year": 2013,
            "granted_on": "2013-11-18",
        },
        {"uscc": code, "platform": "改过名的平台", "year": 2014, "granted_on": "2014-12-18"},
        {},
    )
    rows = list(batch.rows.all())
    assert [(row.match, row.decision) for row in rows] == [
        ("known", "skip"),
        ("code", "match"),
        ("name", "match"),
        ("unsure", ""),
        ("new", "new"),
    ]
    with pytest.raises(TransitionBlocked, match="还有 1 行需要判断"):
        apply_import(batch, by=officer)
    assert decide_rows(batch, {rows[3].pk: "someone-else", rows[2].pk: "skip"}, by=officer) == 1
    decide_rows(batch, {rows[3].pk: str(platform.pk)}, by=officer)
    with pytest.raises(TransitionBlocked, match=r"第 5 行：.*已有较晚授予的有效称号"):
        apply_import(batch, by=officer)
    decide_rows(batch, {rows[3].pk: "skip"}, by=officer)
    apply_import(batch, by=officer)
    assert sorted(platform.designations.values_list("year", "state")) == [
        (2012, "SURRENDERED"),
        (2024, "ACTIVE"),
    ]
    new = Designation.objects.get(uscc=CODE)
    assert (new.number, new.review_year, new.recommender.label, new.state) == (
        "",
        2015,
        "浙江",
        "ACTIVE",
    )
    assert (new.key, new.on_paper, new.certificates.count()) == ("LS-2012-0002", True, 0)


def test_revoked_ones_stay_findable_and_as_of_knows_their_days(officer, client):
    """Art. 12."""
    ended = {"status": "已撤销", "ended_on": "2016-05-01", "end_reason": "工信部企业〔2016〕1号"}
    apply_import(previewed(officer, ended), by=officer)
    title = Designation.objects.get()
    assert title.state == "REVOKED"
    for day, count in (("2012-11-19", 0), ("2012-11-20", 1), ("2016-04-30", 1), ("2016-05-01", 0)):
        assert client.get(f"/directory/?as_of={day}").context["page"].paginator.count == count, day
    found = client.get("/directory/?q=老字号").content.decode()
    assert f"/directory/{title.key}/" in found
    assert "工信部企业〔2016〕1号" in client.get(f"/directory/{title.key}/").content.decode()
    assert as_of(title.granted_on).count() == 1


def test_undo_takes_all_back_unless_something_followed(officer):
    batch = apply_import(
        previewed(officer, {}, {"uscc": make_uscc(random.Random(32)), "platform": "另一平台"}), by=officer
    )
    title = Designation.objects.first()
    organisation = title.platform.organisation
    undone = undo_import(batch, by=officer, note="名单有误")
    assert undone.state == "UNDONE"
    assert not Designation.objects.exists()
    assert not Platform.objects.exists()
    assert not Organisation.objects.filter(pk=organisation.pk).exists()
    kept = Designation._base_manager.get(pk=title.pk)
    assert (kept.state, kept.get_state_display(), kept.platform.name) == (
        "UNDONE",
        "已撤销导入",
        title.platform_name,
    )
    event = AuditEvent.objects.get(action="designation.take_back", stream__endswith=str(title.pk))
    assert ("审签人" in event.actor_label, event.note) == (True, "名单有误")
    again = apply_import(previewed(officer, {}), by=officer)
    title = Designation.objects.get()
    receive_complaint(title, subject="收费", facts="收费与公布的标准不符。")
    with pytest.raises(TransitionBlocked, match="已有后续办理记录"):
        undo_import(again, by=officer, note="名单有误")
    assert Designation.objects.count() == 1


def test_undone_rows_stand_in_no_list_and_the_workbook_comes_in_again(officer, client):
    """Art. 12: the register is what stands; what was taken back stays with its batch."""
    lines = ({"number": "GJPT-2012-0007"}, {"platform": "又一老字号平台", "year": 2013})
    batch = apply_import(previewed(officer, *lines), by=officer)
    open_summaries(2025)
    undo_import(batch, by=officer, note="名单有误")
    client.force_login(officer, backend=BACKEND)
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert (
        page.count("已撤销导入") >= 3
        and "名单有误" in page
        and "GJPT-2012-0007" in page
        and officer.name in page
    )
    for address in ("/directory/", "/directory/?q=老字号", "/summaries/?year=2025", "/search/?q=老字号"):
        assert "老字号公共服务平台" not in client.get(address).content.decode(), address
    assert "老字号" not in client.get("/directory/download.csv").content.decode()
    assert client.get("/directory/GJPT-2012-0007/").status_code == 404
    assert client.get("/verify/GJPT-2012-0007/").status_code == 404
    assert client.get("/certificates/GJPT-2012-0007.pdf").status_code == 404
    assert client.get("/directory/?as_of=2020-01-01").context["page"].paginator.count == 0
    assert (AnnualSummary.objects.count(), AnnualSummary._base_manager.count()) == (0, 2)
    again = apply_import(previewed(officer, *lines), by=officer)
    assert [row.match for row in again.rows.all()] == ["new", "new"]
    keys = sorted(Designation.objects.values_list("key", flat=True))
    assert keys == ["GJPT-2012-0007", "LS-2013-0002"]
    assert Organisation.objects.filter(uscc=CODE).count() == Platform.objects.count() - 1 == 1
    undo_import(again, by=officer, note="再次撤销")
    unit = register_organisation(
        by=make_titled().lead, uscc=CODE, name="杭州老字号服务中心", kind="enterprise"
    )
    assert Organisation.objects.get(uscc=CODE) == unit


def test_what_followed_keeps_the_batch_from_being_undone(officer):
    batch = apply_import(previewed(officer, {"number": "GJPT-2012-0007"}), by=officer)
    title = Designation.objects.get()
    assert not title.certificates.exists()
    receive_complaint(title, subject="收费", facts="收费与公布的标准不符。")
    with pytest.raises(TransitionBlocked, match="已有后续办理记录"):
        undo_import(batch, by=officer, note="名单有误")
    with pytest.raises(PermissionDenied):
        perform(title, "take_back", by=make_titled().officer, note="名单有误")


def test_pages(officer, client):
    lead, other = (make_user(name, Role.MINISTRY_LEAD) for name in ("lead", "other-lead"))
    client.force_login(officer, backend=BACKEND)
    sent = {
        "kind": "historic",
        "file": SimpleUploadedFile("名单.xlsx", book({}, {"jurisdiction": "杭州"}).getvalue()),
    }
    page = client.post("/imports/", sent)
    batch = ImportBatch.objects.get()
    assert page.url == f"/imports/{batch.pk}/"
    shown = client.get(page.url).content.decode()
    assert "所在地区“杭州”不是 37 个推荐地区之一" in shown
    marked = openpyxl.load_workbook(io.BytesIO(client.get(f"{page.url}marked.xlsx").content))
    assert "请填省、自治区" in marked.active["E3"].comment.text
    assert client.get("/imports/templates/historic.xlsx").status_code == 200
    assert client.post(f"{page.url}apply/", {}).status_code == 409
    client.post(page.url, {"skip_wrong": "1"})
    assert client.post(f"{page.url}apply/", {}).status_code == 409  # where the notice can be read is missing
    client.post(page.url, {"name_notice": "1", "address": "https://www.miit.gov.cn/notice.html"})
    assert client.post(f"{page.url}apply/", {}).url == page.url
    act = SignOff.objects.get()
    assert "已拟办，等待另一位负责人" in client.get(page.url).content.decode()
    with pytest.raises(TransitionBlocked, match="须为两人"):
        signoff.sign(act, by=officer)
    client.force_login(lead, backend=BACKEND)
    assert "不编本系统证书编号" in client.get(f"/signoffs/{act.pk}/").content.decode()
    signoff.sign(act, by=other)
    batch.refresh_from_db()
    assert batch.state == "APPLIED"
    assert "按公告录入本系统；本系统未编号" in client.get("/verify/LS-2012-0001/").content.decode()
    assert client.get("/certificates/LS-2012-0001.pdf").url == "/verify/LS-2012-0001/"
    assert {event.action for event in AuditEvent.objects.filter(signal_of("imports").condition())} == {
        "importbatch.prepare_apply",
        "importbatch.apply",
        "designation.import_title",
    }
    assert client.post(f"{page.url}undo/", {"note": "名单有误"}).url == page.url
    assert client.get("/imports/").status_code == 200
    batch.refresh_from_db()
    assert batch.state == "APPLIED"  # until it is signed

"""A province's own register: set up once, filled from older lists, public, apart from every other province's."""

from __future__ import annotations

import io
import random
from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from platforms.imports.services import decide_rows, preview_import
from platforms.imports.sheets import PROVINCIAL, template
from platforms.models import ImportBatch, Platform, ProvincialTitle
from platforms.programmes import services as programmes
from portal.kernel import signoff
from portal.kernel.numbers import upcoming_numbers
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import SignOff
from portal.shared.xlsx import write_rows
from tests.factories import dossiers, people, provinces
from tests.factories.dossiers import on
from tests.factories.imports import apply_import, undo_import
from training.demo.files import evidence_pdf
from training.demo.names import make_uscc

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
HEAD = [column.label for column in PROVINCIAL]
CODES = tuple(make_uscc(random.Random(seed)) for seed in (41, 43, 53, 59))


@pytest.fixture
def province():
    programme = provinces.programme()
    return programme, *people.staff_of(programme.recommender)


def sheet(*rows) -> io.BytesIO:
    out = io.BytesIO()
    write_rows(out, HEAD, rows)
    out.seek(0)
    out.name = "名单.xlsx"
    return out


def row(name: str, uscc: str, **more) -> list:
    cells = {
        "平台名称": name,
        "运营单位": f"{name}有限公司",
        "统一社会信用代码": uscc,
        "认定年度": 2023,
        "文号": "浙〔2023〕88号",
    }
    return [{**cells, **more}.get(label, "") for label in HEAD]


def preview(by, *rows) -> ImportBatch:
    content = sheet(*rows)
    return preview_import("provincial", content, name=content.name, by=by)


def test_a_term_that_ends_before_it_begins_stops_in_the_preview(province):
    _, officer, _ = province
    days = {"认定日期": "2023-11-01", "有效期至": "2020-01-01"}
    batch = preview(officer, row("甲平台", CODES[0], **days), row("乙平台", CODES[1], 认定年度=2031))
    assert [[f["cell"] for f in line.findings] for line in batch.rows.all()] == [["I2"], ["D3"]]


def test_only_the_head_of_a_province_sets_it_up_and_once():
    office = people.recommender()
    officer, lead = people.staff_of(office)
    terms = {"honour": "浙江省中小企业公共服务示范平台", "number_prefix": "ZJPT"}
    for user in (
        officer,
        people.ministry(Role.MINISTRY_LEAD),
        people.staff_of(people.recommender("甘肃"))[1],
    ):
        with pytest.raises(PermissionDenied):
            programmes.open_programme(office, by=user, **terms)
    guild = people.association()
    with pytest.raises(PermissionDenied):
        programmes.open_programme(guild, by=people.staff_of(guild)[1], **terms)
    with pytest.raises(TransitionBlocked, match="国家"):
        programmes.open_programme(office, by=lead, honour="国家示范平台", number_prefix="ZJPT")
    with pytest.raises(TransitionBlocked, match="GJPT 已被使用"):
        programmes.open_programme(office, by=lead, honour="浙江示范平台", number_prefix="GJPT")
    programmes.open_programme(office, by=lead, **terms)
    with pytest.raises(TransitionBlocked, match="已设立"):
        programmes.open_programme(office, by=lead, **terms)


def test_a_list_is_previewed_with_its_cells_then_imported_and_taken_back(province):
    programme, officer, _ = province
    unit = dossiers.unit(programme.recommender)
    with on(TODAY):
        batch = preview(
            officer,
            row(unit.platform.name, unit.organisation.uscc),
            row("未登记的平台", CODES[0]),
            row("代码错误的平台", "91330100MA2KFAR77X"),
            row("未登记的平台", CODES[0]),
        )
        matches = list(batch.rows.values_list("match", flat=True))
        assert matches == ["code", "new", "wrong", "wrong"]
        findings = [one["cell"] for line in batch.rows.filter(match="wrong") for one in line.findings]
        assert findings == ["C4", "A5"]
        wrong = {line.pk: "skip" for line in batch.rows.filter(match="wrong")}
        decide_rows(batch, wrong, by=officer)
        apply_import(batch, by=officer)
        lines = {title.platform_name: title.platform for title in programme.titles.all()}
        assert lines == {unit.platform.name: unit.platform, "未登记的平台": None}
        assert not Platform.objects.filter(name="未登记的平台").exists()
        undo_import(batch, by=officer, note="导错文件")
        assert not programme.titles.exists()
        assert ProvincialTitle._base_manager.filter(state="UNDONE").count() == 2
        again = preview(
            officer, row(unit.platform.name, unit.organisation.uscc), row("未登记的平台", CODES[0])
        )
        assert list(again.rows.values_list("match", flat=True)) == ["code", "new"]
        apply_import(again, by=officer)
    assert programme.titles.count() == 2


def test_a_list_with_a_revoked_line_is_not_taken_back(province):
    programme, officer, lead = province
    with on(TODAY):
        batch = preview(officer, row("老平台", CODES[0]))
        apply_import(batch, by=officer)
        signoff.sign(
            signoff.prepare([programme.titles.get()], "revoke", by=officer, note="材料不实"), by=lead
        )
        with pytest.raises(TransitionBlocked, match="不能撤销此批"):
            undo_import(batch, by=officer, note="导错文件")


def test_what_stands_there_is_not_listed_twice(province):
    _, officer, _ = province
    with on(TODAY):
        apply_import(preview(officer, row("老平台", CODES[0])), by=officer)
        again = preview(officer, row("老平台", CODES[0]))
        assert list(again.rows.values_list("match", flat=True)) == ["known"]
        with pytest.raises(TransitionBlocked, match="不需要重复登记"):
            provinces.line(uscc=CODES[0], platform_name="老平台")


def test_a_line_or_a_number_that_stands_twice_names_the_other_row(province):
    _, officer, _ = province
    with on(TODAY):
        twice = [row("老平台", CODES[0]), row("老平台", CODES[0])]
        batch = preview(
            officer, *twice, row("另一平台", CODES[1], 编号="浙-7"), row("新平台", CODES[0], 编号="浙-7")
        )
    found = {f["cell"]: f["problem"] for line in batch.rows.all() for f in line.findings}
    assert found == {"A3": "与第 2 行重复", "G5": "编号 浙-7 与第 4 行重复"}


def test_a_unit_with_a_platform_of_another_name_is_decided_by_a_person(province):
    programme, officer, _ = province
    unit = dossiers.unit(programme.recommender)
    with on(TODAY):
        batch = preview(officer, row("旧名称平台", unit.organisation.uscc))
        line = batch.rows.get()
        assert (line.match, line.decision) == ("unsure", "")
        with pytest.raises(TransitionBlocked):
            apply_import(batch, by=officer)
        decide_rows(batch, {line.pk: str(unit.platform.pk)}, by=officer)
        apply_import(batch, by=officer)
    assert programme.titles.get().platform == unit.platform


def test_nobody_else_writes_in_the_register(province):
    programme, *_ = province
    stranger = people.staff_of(people.recommender("甘肃"))[1]
    with pytest.raises(PermissionDenied):
        preview(people.ministry(), row("老平台", CODES[0]))
    with on(TODAY), pytest.raises(PermissionDenied, match="请先由负责人设立"):
        preview(stranger, row("老平台", CODES[0]))
    with pytest.raises(PermissionDenied):
        programmes.list_title(
            programme, by=stranger, uscc=CODES[0], platform_name="老平台", organisation_name="老", year=2023
        )
    title = provinces.line()
    for user in (stranger, people.ministry(Role.MINISTRY_LEAD)):
        with pytest.raises(PermissionDenied):
            signoff.prepare([title], "revoke", by=user, note="无权")


def test_two_persons_revoke_and_the_register_says_so(province, client):
    _, officer, lead = province
    title = provinces.line(number="浙-1")
    people.lead_of(title.programme.recommender)  # somebody besides the one who drafts
    with on(TODAY):
        act = signoff.prepare([title], "revoke", by=lead, note="弄虚作假")
        with pytest.raises(TransitionBlocked, match="须为两人"):
            signoff.sign(act, by=lead)
        signoff.send_back(act, by=lead, answer="改由经办人拟办")
        act = signoff.prepare([title], "revoke", by=officer, note="弄虚作假")
        client.force_login(lead, backend="portal.accounts.backends.PortalBackend")
        sheet_to_sign = client.get(f"/signoffs/{act.pk}/").content.decode()
        assert title.platform_name in sheet_to_sign and "得分" not in sheet_to_sign
        signoff.sign(act, by=lead)
    page = client.get("/provinces/33/").content.decode()
    assert "已撤销" in page and "弄虚作假" in page


def test_each_province_has_its_own_public_page(province, client):
    ours = provinces.line(platform_name="浙江老平台")
    theirs = provinces.line(people.recommender("甘肃"), platform_name="甘肃老平台", uscc=CODES[1])
    listed = client.get("/provinces/").content.decode()
    assert "浙江省中小企业公共服务示范平台" in listed and "甘肃省中小企业公共服务示范平台" in listed
    page = client.get("/provinces/33/").content.decode()
    assert ours.platform_name in page and theirs.platform_name not in page
    assert ours.platform_name not in client.get("/provinces/33/?q=没有的").content.decode()
    assert client.get("/provinces/33/register.xlsx").status_code == 200
    assert client.get("/provinces/11/").status_code == 404


def test_numbers_of_a_series_go_on_after_what_the_list_holds(province):
    after = partial(upcoming_numbers, ProvincialTitle, "SJ33-2026-", 2)
    assert after() == ["SJ33-2026-0001", "SJ33-2026-0002"]
    provinces.line(number="SJ33-2026-0041")
    provinces.line(number="SJ33-2026-补7", uscc=CODES[1])
    assert after() == ["SJ33-2026-0042", "SJ33-2026-0043"]
    provinces.line(number="SJ33-2026-9999", uscc=CODES[2])
    provinces.line(number="SJ33-2026-10000", uscc=CODES[3])
    assert after() == ["SJ33-2026-10001", "SJ33-2026-10002"]


def test_the_template_asks_for_what_a_list_has():
    assert template("provincial").startswith(b"PK")
    assert [column.label for column in PROVINCIAL if column.required] == [
        "平台名称",
        "运营单位",
        "统一社会信用代码",
        "认定年度",
        "文号",
    ]


def test_pages_of_the_province(province, client):
    _, officer, lead = province
    title = provinces.line()
    client.force_login(officer, backend="portal.accounts.backends.PortalBackend")
    with on(TODAY):
        assert title.platform_name in client.get("/province/titles/").content.decode()
        assert "登记以往认定" in client.get("/province/titles/new/").content.decode()
        sent = {
            "platform_name": "又一平台",
            "organisation_name": "又一公司",
            "uscc": CODES[1],
            "year": "2024",
            "document_number": "浙〔2024〕1号",
        }
        assert client.post("/province/titles/new/", {**sent, "uscc": "1"}).status_code == 422
        assert client.post("/province/titles/new/", sent).status_code == 302
        again = client.post("/province/titles/new/", sent)
        assert again.status_code == 422 and "不需要重复登记" in again.content.decode()
        assert client.get(f"/province/titles/{title.pk}/revoke/").status_code == 200
        assert client.get("/province/programme/").status_code == 403
        assert "省级认定名单" in client.get("/imports/").content.decode()
    client.force_login(lead, backend="portal.accounts.backends.PortalBackend")
    changed = {"honour": "浙江省示范平台", "number_prefix": "ZJ"}
    assert client.post("/province/programme/", changed).status_code == 302


def paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, evidence_pdf(name))


def test_a_title_is_revoked_after_its_unit_was_told_and_could_speak(province, client):
    _, officer, _ = province
    title = provinces.line(number="浙-1")
    page = f"/province/titles/{title.pk}/revoke/"
    client.force_login(officer, backend="portal.accounts.backends.PortalBackend")
    with on(TODAY):
        sent = {
            "told_on": TODAY.isoformat(),
            "told_by": "浙告〔2026〕1 号，邮寄",
            "checked": "名单中 30 家查无此服务。",
            "note": "弄虚作假",
        }
        early = client.post(page, {**sent, "notice": paper("告知书.pdf")})
        assert early.context["form"].errors["statement"] == [
            "告知后还不满 5 个工作日：请上传单位的书面陈述；没有陈述的，期满后再拟办。"
        ]
        client.post(page, {**sent, "notice": paper("告知书.pdf"), "statement": paper("陈述.pdf")})
        act = SignOff.objects.get()
        shown = client.get(f"/signoffs/{act.pk}/").content.decode()
    rows = act.shown["rows"]
    assert ["单位的陈述", "见单位的书面陈述"] in rows and ["单位的书面陈述", "陈述.pdf"] in rows
    assert ["经办人核查情况", "名单中 30 家查无此服务。"] in rows
    assert all(f"/files/{one['file']}/" in shown for one in act.facts["papers"])
    assert any(label == "告知单位" and "浙告〔2026〕1 号" in words for label, words in rows)

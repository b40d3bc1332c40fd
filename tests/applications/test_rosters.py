"""A roster on its way: uploaded, found fault with, mended on the page, compared, marked; and any bytes at all."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing
from urllib.parse import quote

import openpyxl
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.materials import services as materials
from applications.models import Application
from applications.rosters import ROSTERS, RosterResult, difference_of, make_roster, printing, read_roster
from portal.kernel.outbox import drain_outbox
from portal.kernel.workflow import TransitionBlocked
from portal.shared.storage import open_private
from tests.applications.test_roster_checks import GOOD, STAFF, book
from tests.factories import filing
from tests.portal.shared.samples import package

BAD = [
    STAFF,
    {**STAFF, "name": "李明", "document": "020020", "education": "高中", "since": "2021-13-01"},
    STAFF,
]
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def unit(db):
    return filing.unit()


@pytest.fixture
def dossier(unit):
    return filing.dossier(unit, filing.year(), leave_out=("staff",))


def put(dossier, unit, rows, code="staff"):
    with filing.on(filing.FILING_DAY):
        application = Application.objects.get(pk=dossier.pk)
        content = io.BytesIO(book(code, rows))
        entry = materials.add_file(application, code, content=content, name="名册.xlsx", by=unit.user)
    return entry, application.materials.get(code=code)


def test_findings_are_counted_by_kind_and_the_material_says_so(dossier, unit):
    _, material = put(dossier, unit, BAD)
    assert [(row["kind"], row["count"]) for row in material.tally] == [
        ("不在可选范围", 1),
        ("日期格式", 1),
        ("重复", 1),
    ]
    assert (material.status, material.hint[:12]) == ("problem", "有 2 处需要更正：D4")


def test_small_fixes_become_a_new_version_that_is_read_again(client, dossier, unit):
    first, material = put(dossier, unit, BAD)
    client.force_login(unit.user)
    url = reverse("material_mend", args=[dossier.pk, "staff"])
    typed = {"version": material.version, "cell.D4": "大专", "cell.I4": "2021-03-01", "drop": "5"}
    with filing.on(filing.FILING_DAY):
        page = client.post(url, typed, follow=True)
    assert "改动已保存并重新核对" in page.content.decode()
    material.refresh_from_db()
    assert (material.status, material.findings) == ("done", [])
    entry = material.files.get(removed_at=None)
    assert (entry.replaces, entry.difference["sentence"]) == (first, "新增 0 人，删除 1 人，修改 2 处")
    with filing.on(filing.FILING_DAY):
        again = client.post(url, {**typed, "cell.D4": "硕士"})
    assert again.status_code == 422
    assert "没有需要更正的名册" in again.content.decode()


def test_headings_nobody_knows_are_named_by_hand_for_this_file(client, dossier, unit):
    """Two columns went by other words: both are told at once, chosen on the page, and the list is read again."""

    def renamed(opened, sheet):
        sheet["C1"], sheet["D1"] = "承担的工作", "受教育情况"

    with filing.on(filing.FILING_DAY):
        application = Application.objects.get(pk=dossier.pk)
        materials.add_file(
            application,
            "staff",
            content=io.BytesIO(book("staff", [STAFF], renamed)),
            name="名册.xlsx",
            by=unit.user,
        )
    material = application.materials.get(code="staff")
    assert [(f["code"], f["cell"]) for f in material.findings] == [
        ("heading_missing", ""),
        ("heading_missing", ""),
        ("heading_unknown", "C1"),
        ("heading_unknown", "D1"),
    ]
    client.force_login(unit.user)
    answers = {"version": material.version, "cell.C1": "岗位", "cell.D1": "学历"}
    with filing.on(filing.FILING_DAY):
        page = client.get(reverse("material", args=[dossier.pk, "staff"])).content.decode()
        assert "是哪一列" in page and '<option value="学历">' in page
        client.post(reverse("material_mend", args=[dossier.pk, "staff"]), answers)
    material.refresh_from_db()
    assert (material.status, material.findings, material.rows.count()) == ("done", [], 1)


def test_a_fix_never_overwrites_what_somebody_else_uploaded(dossier, unit):
    _, material = put(dossier, unit, BAD)
    put(dossier, unit, BAD)
    with filing.on(filing.FILING_DAY), pytest.raises(TransitionBlocked, match="已有新的版本"):
        materials.mend_roster(
            Application.objects.get(pk=dossier.pk),
            "staff",
            values={"D4": "大专"},
            without=(),
            version=material.version,
            by=unit.user,
        )


def test_only_cells_with_a_finding_can_be_changed_and_text_never_becomes_a_formula(dossier, unit):
    _, material = put(dossier, unit, BAD)
    with filing.on(filing.FILING_DAY):
        application = Application.objects.get(pk=dossier.pk)
        entry = materials.mend_roster(
            application,
            "staff",
            values={"D4": "=1+1", "A3": "冒名", "Z9": "x"},
            without=(),
            version=material.version,
            by=unit.user,
        )
    with open_book(entry) as opened:
        assert (opened["名册"]["A3"].value, opened["名册"]["D4"].data_type) == ("王越", "s")


def test_a_condition_that_is_not_met_names_the_rows_that_could_still_count(dossier, unit):
    """差一点: two of five are without degree and title, one of them has neither filled in."""
    uneducated = {**STAFF, "education": "大专以下", "title_level": "无"}
    rows = [{**STAFF, "name": name, "document": f"0{n}001X"} for n, name in enumerate("甲乙", start=1)]
    rows += [{**uneducated, "name": "丙", "document": "03001X", "education": ""}]
    rows += [{**uneducated, "name": name, "document": f"0{n}001X"} for n, name in enumerate("丁戊", start=4)]
    put(dossier, unit, rows)
    assessment = Application.objects.get(pk=dossier.pk).assessment
    ratio = next(row for row in assessment["criteria"] if row["code"] == "ratio")
    assert ratio["near"].startswith("现有人员中再有 1 名")
    assert assessment["places"]["ratio"] == "名册第 5 行学历未填"


def open_book(entry):
    with open_private(entry.file.key) as content:
        return closing(openpyxl.load_workbook(io.BytesIO(content.read())))


def test_the_page_masks_documents_and_offers_a_choice_at_its_place(client, dossier, unit):
    put(dossier, unit, [{**STAFF, "document": "0100"}, BAD[1]])
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        page = client.get(reverse("material", args=[dossier.pk, "staff"])).content.decode()
    assert ("*100" in page, "0100" in page.replace("*100", ""), "020020" in page) == (True, False, False)
    assert 'aria-label="D4 学历改为"' in page
    assert "日期格式 1 处（须更正）" in page


def test_the_marked_workbook_has_every_bad_cell_filled_and_commented(client, dossier, unit):
    put(dossier, unit, BAD)
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        answer = client.get(reverse("material_marked", args=[dossier.pk, "staff"]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["名册"]
    assert {cell.coordinate for row in sheet for cell in row if cell.comment} == {"D4", "I4", "A5"}
    assert sheet["D4"].comment.text == "学历不在可选范围。请选择 博士、硕士、本科、大专、大专以下。"


def test_what_cannot_be_opened_is_kept_with_its_sentence(client, dossier, unit):
    client.force_login(unit.user)
    url = reverse("material", args=[dossier.pk, "staff"])
    file = SimpleUploadedFile("名册.xlsx", book("smes", GOOD["smes"]))
    with filing.on(filing.FILING_DAY):
        client.post(url, {"file": file})
        drain_outbox()
        page = client.get(url).content.decode()
    assert "这是“签订服务协议的中小企业名单和成效评价”的模板" in page


def test_the_template_knows_its_round(client, dossier, unit):
    client.force_login(unit.user)
    answer = client.get(reverse("material_template", args=[dossier.pk, "smes"]))
    assert quote("服务企业名单和成效评价模板-2026.xlsx") in answer["Content-Disposition"]
    meta = openpyxl.load_workbook(io.BytesIO(answer.content))["_meta"]
    assert {row[0].value: row[1].value for row in meta} == {
        "template": "smes",
        "version": "2",
        "year": "2026",
    }


def test_a_difference_tells_rows_that_repeat_apart_and_masks():
    told = difference_of("staff", [STAFF, STAFF], [{**STAFF, "post": "主管"}])
    assert told["sentence"] == "新增 0 人，删除 1 人，修改 1 处"
    assert told["lines"][0] == {
        "what": "修改",
        "name": "王越",
        "column": "岗位",
        "before": "咨询师",
        "after": "主管",
    }


VALUES = st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.dates(), st.booleans(), st.none())


@QUICK
@given(st.sampled_from(sorted(ROSTERS)), st.lists(st.lists(VALUES, max_size=16), max_size=8))
def test_no_workbook_makes_the_reader_raise(code, rows):
    try:
        content = make_roster(code, rows)
    except (ValueError, TypeError):  # openpyxl itself refuses a value
        return
    assert isinstance(read_roster(code, io.BytesIO(content)), RosterResult)


PARTS = st.dictionaries(
    st.sampled_from(
        [
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/worksheets/sheet1.xml",
            "xl/sharedStrings.xml",
            "x",
        ]
    ),
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: f"<a>{text}</a>".encode("utf-8", "ignore")),
    ),
)


@QUICK
@given(st.one_of(st.binary(max_size=400), PARTS.map(package)))
def test_no_bytes_make_the_reader_raise(content):
    assert read_roster("smes", io.BytesIO(content)).errors


@QUICK
@given(st.data())
def test_no_damage_makes_the_reader_raise(data):
    """One part of a sound workbook with bytes of it changed: what a broken program leaves."""
    good = book("staff", [STAFF])
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, max(0, len(parts[name]) - 1)))
    parts[name] = parts[name][:at] + data.draw(st.binary(max_size=6)) + parts[name][at + 3 :]
    assert isinstance(read_roster("staff", io.BytesIO(package(parts))), RosterResult)


def test_a_roster_on_paper_says_how_many_rows_more_there_are_and_where(dossier, unit, monkeypatch):
    rows = [{**STAFF, "name": f"王{number}", "document": f"0100{number:02d}"} for number in range(4)]
    _, material = put(dossier, unit, rows)
    monkeypatch.setattr(printing, "PRINTED", 3)
    text = text_of(printing.roster_pdf(material, "05-人员/01-名册.xlsx"))
    assert "王2" in text and "王3" not in text and "***002" in text and "010002" not in text
    assert "名册共 4 行，以上为前 3 行，另有 1 行没有印出" in text and "05-人员/01-名册.xlsx" in text
    monkeypatch.setattr(printing, "PRINTED", 4)
    text = text_of(printing.roster_pdf(material, "05-人员/01-名册.xlsx"))
    assert "王3" in text and "没有印出" not in text
    material.rows.all().delete()
    assert printing.roster_pdf(material, "05-人员/01-名册.xlsx") == b""


def text_of(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")

"""Every declared check with a workbook that passes it and one that it finds fault with."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest
from stdnum.cn import uscc

from applications.rosters import CHECKS, ROSTERS, RosterContext, make_roster, read_roster
from portal.files.inspection import inspect_upload
from portal.shared.sheets import read_table
from portal.shared.sheets.scan import SheetUnreadable, look_at_sheet
from portal.shared.xlsx import change_cells, mark_cells
from tests.factories import workbooks
from tests.portal.shared.samples import package, relations


def code_of(digits: str) -> str:
    return digits + uscc.calc_check_digit(digits)


OWN, COMPANY, SECOND, THIRD = (code_of(f"9133000067256489{n}W"[:17]) for n in range(1, 5))
TRADER = code_of("92330106MA2C5KXN0")
CONTEXT = RosterContext(2026, date(2026, 3, 2), OWN, "绍兴越州中小企业服务中心")

STAFF = {
    "name": "王越",
    "document": "01001X",
    "post": "咨询师",
    "education": "本科",
    "major": "机械",
    "title_level": "中级",
    "title": "工程师",
    "full_time": "是",
    "since": "2021-03-01",
    "certificate": "",
    "insured_months": 50,
}
SME = {
    "name": "东兴制造有限公司",
    "uscc": COMPANY,
    "place": "杭州市",
    "size": "小型",
    "year": 2025,
    "agreement": "FW-1",
    "signed_on": "2025-03-01",
    "service": "技术咨询",
    "fee": 5000,
    "satisfied": "满意",
    "effect": "缩短交货期",
    "contact": "李工",
    "phone": "0571-88880000",
}
BEFORE = {**SME, "year": 2024, "signed_on": "2024-03-01", "agreement": "FW-0"}
FACILITY = {
    "name": "光谱仪",
    "model": "X-1",
    "kind": "仪器设备",
    "quantity": 1,
    "value": 12.5,
    "bought_on": "2022-05-01",
    "purpose": "检测",
    "open": "是",
}
GOOD = {"staff": [STAFF], "smes": [BEFORE, SME], "facilities": [FACILITY]}


def book(code: str, rows: list[dict], change=None, year: int | None = 2026) -> bytes:
    columns = [column.code for column in ROSTERS[code].columns]
    made = make_roster(code, [[row.get(name, "") for name in columns] for row in rows], year=year)
    if change is None:
        return made
    opened = openpyxl.load_workbook(io.BytesIO(made))
    change(opened, opened["名册"])
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def found(code: str, content: bytes, **more) -> set[str]:
    return {one.code for one in read_roster(code, io.BytesIO(content), context=CONTEXT, **more).findings}


def last(code: str, **values) -> list[dict]:
    """The good rows, the last of them changed."""
    return [*GOOD[code][:-1], {**GOOD[code][-1], **values}]


def twice(code: str, **values) -> list[dict]:
    """The good rows and one more like the last."""
    return [*GOOD[code], {**GOOD[code][-1], **values}]


# check → roster, rows at fault, rows (else the good ones) that come closest without fault
ROWS = {
    "no_rows": ("staff", [], None),
    "required": ("staff", last("staff", post=""), last("staff", major="")),
    "too_long": ("staff", last("staff", post="长" * 201), last("staff", post="长" * 200)),
    "invisible": ("staff", last("staff", name="王\u202e越"), last("staff", name="迪丽热巴·阿卜杜拉")),
    "line_break": ("smes", last("smes", service="检测\n培训"), last("smes", service="检测 培训")),
    "placeholder": ("smes", last("smes", place="同上"), last("smes", effect="无")),
    "only_digits": ("smes", last("smes", name="12345"), last("smes", name="第 1 制造有限公司")),
    "choice_read": ("staff", last("staff", education="硕士研究生"), last("staff", education="硕士")),
    "month_only": ("staff", last("staff", since="2021年3月"), last("staff", since="2021年3月1日")),
    "uscc_person": ("smes", last("smes", uscc="11010519491231002X"), None),
    "document_shared": (
        "staff",
        [STAFF, {**STAFF, "name": "王月"}],
        [STAFF, {**STAFF, "name": "王月", "document": "020021"}],
    ),
    "choice": ("staff", last("staff", title_level="中级工程师?"), last("staff", title_level=" 中级 ")),
    "date_format": ("staff", last("staff", since="2021年二月"), last("staff", since="2021年2月3日")),
    "date_early": (
        "facilities",
        last("facilities", bought_on="1949-12-31"),
        last("facilities", bought_on="1950-01-01"),
    ),
    "date_future": (
        "staff",
        last("staff", since="2026-03-03", insured_months=0, full_time="否"),
        last("staff", since="2026.3.2", insured_months=""),
    ),
    "number_unit": ("facilities", last("facilities", value="12.5万元"), last("facilities", value="12.5")),
    "number_format": ("facilities", last("facilities", value="约十二"), last("facilities", value="1,200.5")),
    "number_huge": ("smes", last("smes", fee=10_000_000_001), last("smes", fee=10_000_000_000)),
    "below": ("facilities", last("facilities", quantity=0), last("facilities", quantity=1)),
    "above": ("staff", last("staff", insured_months=601), last("staff", insured_months=600)),
    "not_integer": ("facilities", last("facilities", quantity=1.5), last("facilities", quantity="2.0")),
    "decimals": ("facilities", last("facilities", value=12.345), last("facilities", value=12.34)),
    "uscc_number": ("smes", last("smes", uscc=913300006725648915), last("smes", uscc=SECOND)),
    "uscc_length": (
        "smes",
        last("smes", uscc=COMPANY[:-1]),
        last("smes", uscc=f" {COMPANY[:9]} {COMPANY[9:]}"),
    ),
    "uscc_character": (
        "smes",
        last("smes", uscc=COMPANY[:8] + "I" + COMPANY[9:]),
        last("smes", uscc=COMPANY.lower()),
    ),
    "uscc_checksum": ("smes", last("smes", uscc=COMPANY[:-1] + ("G" if COMPANY[-1] != "G" else "H")), None),
    "not_enterprise": ("smes", last("smes", uscc=TRADER), None),
    "document_zero": ("staff", last("staff", document=10010), last("staff", document="001001")),
    "document_check": (
        "staff",
        last("staff", document="110105194912310021"),
        last("staff", document="01001x"),
    ),
    "document_whole": ("staff", last("staff", document="11010519491231002X"), None),
    "document_format": ("staff", last("staff", document="0100"), last("staff", document="H12345")),
    "phone": ("smes", last("smes", phone="转 8001"), last("smes", phone="13900000000")),
    "title_unnamed": ("staff", last("staff", title=""), last("staff", title="", title_level="无")),
    "title_without_level": ("staff", last("staff", title_level="无"), None),
    "insured_longer": ("staff", last("staff", insured_months=63), last("staff", insured_months=62)),
    "uninsured": ("staff", last("staff", insured_months=0), last("staff", insured_months="")),
    "own_unit": ("smes", last("smes", uscc=OWN), None),
    "year_future": ("smes", last("smes", year=2027), last("smes", year=2026)),
    "year_not_counted": ("smes", [*GOOD["smes"], {**SME, "year": 2023, "signed_on": "2023-01-01"}], None),
    "signed_later": ("smes", last("smes", signed_on="2026-01-05"), last("smes", signed_on="2025-12-31")),
    "signed_long_ago": ("smes", last("smes", signed_on="2019-12-31"), last("smes", signed_on="2020-01-01")),
    "unexplained": ("smes", last("smes", satisfied="不满意", effect=""), last("smes", satisfied="不满意")),
    "value_zero": ("facilities", last("facilities", value=0), last("facilities", value=0.01)),
    "value_in_yuan": ("facilities", last("facilities", value=10_000.01), last("facilities", value=10_000)),
    "person_twice": ("staff", twice("staff"), twice("staff", document="01002X")),
    "company_twice": ("smes", twice("smes", agreement="FW-2"), None),
    "facility_twice": ("facilities", twice("facilities"), twice("facilities", model="X-2")),
    "two_names": ("smes", last("smes", name="西盛制造有限公司"), last("smes", name="东兴制造有限公司 ")),
    "two_codes": ("smes", last("smes", uscc=SECOND), last("smes", uscc=SECOND, name="西盛制造有限公司")),
    "agreement_shared": ("smes", twice("smes", uscc=THIRD, name="南昌制造有限公司"), None),
    "year_absent": ("smes", [SME], None),
    "none_rated": (
        "smes",
        [{**row, "satisfied": "未评价"} for row in GOOD["smes"]],
        last("smes", satisfied="未评价"),
    ),
    "one_day": (
        "smes",
        [{**SME, "agreement": f"F-{n}"} for n in range(10)],
        [{**SME, "agreement": f"F-{n}"} for n in range(9)],
    ),
    "no_full_time": ("staff", last("staff", full_time="否"), twice("staff", full_time="否", name="李明")),
}


def _merge(opened, sheet):
    sheet.merge_cells("C3:C4")


def _hide_column(opened, sheet):
    sheet.column_dimensions["C"].hidden = True


def _hide_row(opened, sheet):
    sheet.row_dimensions[3].hidden = True


def _formula(opened, sheet):
    sheet["E3"] = '=CONCATENATE("机","械")'


def _error_value(opened, sheet):
    sheet["E3"] = "#N/A"
    sheet["E3"].data_type = "e"


def _far(opened, sheet):
    sheet["XFD1048576"] = "远"


def _rename(place, label):
    def change(opened, sheet):
        sheet[place] = label

    return change


def _blank(opened, sheet):
    sheet.insert_rows(3)
    for at, value in enumerate(STAFF.values(), start=1):
        sheet.cell(3, at).value = value
    sheet.insert_rows(4)


def _second_sheet(opened, sheet):
    opened.create_sheet("补充")["A1"] = "李明"


def _meta(place, value):
    def change(opened, sheet):
        opened["_meta"][place] = value

    return change


def _without_meta(opened, sheet):
    del opened["_meta"]


def _bare(state: str) -> bytes:
    """A sound archive with one sheet that holds no cells at all, not even the frame for them."""
    sheet = f'<sheet name="a" state="{state}" r:id="r1"/>'.encode()
    return package(
        {
            "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets>' + sheet + b"</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations("worksheet", "worksheets/sheet1.xml", external=False),
            "xl/worksheets/sheet1.xml": b"<worksheet/>",
        }
    )


CHANGES = {
    "not_workbook": (lambda: b"PK\x03\x04", None),
    "no_sheet": (lambda: _bare("hidden"), None),
    "too_far": (lambda: book("staff", [STAFF], _far), None),
    "unreadable": (lambda: _bare("visible"), None),
    "other_template": (lambda: book("smes", GOOD["smes"]), None),
    "no_heading": (lambda: book("staff", [STAFF], lambda opened, sheet: sheet.delete_rows(1)), None),
    "heading_missing": (
        lambda: book("staff", [STAFF], _rename("C1", "备注")),
        lambda: book("staff", [STAFF], _rename("J1", "备注")),
    ),
    "heading_repeated": (lambda: book("staff", [STAFF], _rename("J1", "岗位")), None),
    "heading_unknown": (
        lambda: book("staff", [STAFF], _rename("L1", "备注")),
        lambda: book("staff", [STAFF], _rename("C1", "岗 位*")),
    ),
    "no_meta": (lambda: book("staff", [STAFF], _without_meta), None),
    "old_template": (lambda: book("staff", [STAFF], _meta("B2", "1")), None),
    "other_year": (lambda: book("staff", [STAFF], year=2025), lambda: book("staff", [STAFF], year=None)),
    "formula": (lambda: book("staff", [STAFF], _formula), None),
    "error_value": (lambda: book("staff", [STAFF], _error_value), None),
    "merged": (lambda: book("staff", [STAFF], _merge), None),
    "aside": (lambda: book("staff", [STAFF, {"name": "填表人：张某"}]), None),
    "hidden_rows": (lambda: book("staff", [STAFF], _hide_row), None),
    "hidden_columns": (lambda: book("staff", [STAFF], _hide_column), None),
    "other_sheets": (lambda: book("staff", [STAFF], _second_sheet), None),
    "blank_rows": (
        lambda: book("staff", [STAFF], _blank),
        lambda: book("staff", twice("staff", name="李明")),
    ),
}
BY_THEMSELVES = {"too_slow", "too_heavy"}


def test_every_check_is_held_against_workbooks():
    assert ROWS.keys() | CHANGES.keys() | BY_THEMSELVES == CHECKS.keys()
    assert len(CHECKS) >= 40
    for check in CHECKS.values():
        assert check.level in ("error", "warning")
        assert check.problem and check.mend


@pytest.mark.parametrize("check", ROWS)
def test_rows(check):
    code, bad, near = ROWS[check]
    assert check in found(code, book(code, bad))
    assert check not in found(code, book(code, near or GOOD[code]))


@pytest.mark.parametrize("check", CHANGES)
def test_workbooks(check):
    bad, near = CHANGES[check]
    assert check in found("staff", bad())
    assert check not in found("staff", near() if near else book("staff", [STAFF]))


@pytest.mark.parametrize("code", ROSTERS)
def test_a_good_roster_has_no_findings(code):
    assert found(code, book(code, GOOD[code])) == set()


def test_a_reading_that_takes_too_long_is_given_up():
    assert found("staff", book("staff", [STAFF]), timeout=0.001) == {"too_slow"}


def test_a_sheet_that_is_too_heavy_is_not_read(monkeypatch):
    monkeypatch.setattr("portal.shared.sheets.scan.MAX_SHEET_BYTES", 20_000)
    with pytest.raises(SheetUnreadable, match="too_heavy"):
        look_at_sheet(io.BytesIO(book("staff", [STAFF] * 200)))


def test_dates_in_every_usual_writing_are_one_date():
    written = (
        "2025-3-1",
        "2025.03.01",
        "2025/3/1",
        "2025年3月1日",
        "20250301",
        45717,
        datetime(2025, 3, 1, 9, 30),
        "２０２５－０３－０１",
    )
    rows = [{**FACILITY, "name": f"设备{n}", "bought_on": day} for n, day in enumerate(written)]
    result = read_roster("facilities", io.BytesIO(book("facilities", rows)), context=CONTEXT)
    assert [row["bought_on"] for row in result.rows] == ["2025-03-01"] * len(written)


DATES = {"staff": "I", "smes": "G", "facilities": "F"}


@pytest.mark.parametrize("code", ROSTERS)
def test_a_roster_saved_by_wps_reads_like_our_own(code):
    rows = {
        "smes": [BEFORE, SME],
        "staff": [{**STAFF, "document": f"01001{n}", "since": f"2021-03-0{n}"} for n in (1, 2, 3)],
    }.get(code, [{**FACILITY, "name": f"光谱仪{n}", "bought_on": f"2022-05-0{n}"} for n in (1, 2, 3)])
    made = book(code, rows)
    own = read_roster(code, io.BytesIO(made), context=CONTEXT)
    wps = workbooks.as_wps(made, dates=DATES[code])
    assert (
        inspect_upload(io.BytesIO(wps), name="名册.xlsx", allowed={"xlsx"}, max_bytes=10**7).extension
        == "xlsx"
    )
    read = read_roster(code, io.BytesIO(wps), context=CONTEXT)
    assert (read.rows, read.findings) == (own.rows, own.findings) and own.rows


def test_formatting_beyond_the_limits_is_passed_over_and_content_is_not():
    far = workbooks.as_wps(book("staff", [STAFF]))
    assert found("staff", far) == set()
    assert found("staff", book("staff", [STAFF], _far)) == {"too_far"}
    kept = change_cells(far, {"A3": "李明"}, sheet="名册", without=[4])  # walks no column up to XFD
    assert read_roster("staff", io.BytesIO(kept)).rows[0]["name"] == "李明"


def test_what_openpyxl_does_not_open_is_marked_and_mended_in_a_plain_copy():
    odd = workbooks.not_for_openpyxl(book("staff", last("staff", education="高中")))
    with pytest.raises(IndexError):
        openpyxl.load_workbook(io.BytesIO(odd))
    assert found("staff", odd) == {"choice"}
    for marked in (
        mark_cells(odd, {"D3": "请核对。"}, sheet="名册", cells=lambda: read_table(io.BytesIO(odd), "名册")),
        change_cells(odd, {"D3": "本科"}, sheet="名册", cells=lambda: read_table(io.BytesIO(odd), "名册")),
    ):
        (row,) = read_roster("staff", io.BytesIO(marked)).rows
        assert (row["name"], row["since"]) == ("王越", "2021-03-01")
    assert row["education"] == "本科"


def test_columns_may_stand_in_another_order_and_cells_are_named_where_they_stand():
    def swap(opened, sheet):
        for row in sheet.iter_rows(min_row=1, max_row=3):
            row[2].value, row[3].value = row[3].value, row[2].value

    result = read_roster(
        "staff", io.BytesIO(book("staff", last("staff", education="高中"), swap)), context=CONTEXT
    )
    assert [(one.cell, one.code) for one in result.findings] == [("C3", "choice")]
    assert result.rows[0]["post"] == "咨询师"


def test_duplicates_name_both_rows_and_documents_are_masked():
    (finding,) = read_roster("staff", io.BytesIO(book("staff", twice("staff")))).findings
    assert finding.problem == "第 4 行与第 3 行姓名和证件号码相同"
    (wrong,) = read_roster("staff", io.BytesIO(book("staff", last("staff", document="0100")))).findings
    assert (wrong.value, wrong.problem) == ("*100", "证件号码后六位应为 6 位数字或者字母")


def test_the_example_is_skipped_and_the_template_is_complete():
    opened = openpyxl.load_workbook(io.BytesIO(book("smes", [])))
    assert opened.sheetnames == ["名册", "填表说明", "_meta"]
    assert opened["_meta"].sheet_state == "hidden"
    lists = [rule.formula1 for rule in opened["名册"].data_validations.dataValidation]
    assert '"中型,小型,微型"' in lists
    assert opened["名册"]["A2"].value == "示例企业有限公司"
    assert found("smes", book("smes", [])) == {"no_rows"}


def test_five_thousand_rows():
    rows = [{**FACILITY, "name": f"设备{n}"} for n in range(5000)]
    result = read_roster("facilities", io.BytesIO(book("facilities", rows)), context=CONTEXT)
    assert (len(result.rows), result.findings) == (5000, [])
    assert found("facilities", book("facilities", [*rows, FACILITY])) == {"too_far"}

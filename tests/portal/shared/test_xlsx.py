from __future__ import annotations

import io
import resource
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from portal.shared.xlsx import mark_cells, set_text, write_rows

DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://a","b")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "http://a.cn/",
    "=cmd|'/c calc'!A0",
]


def written(rows, header=("名称",), **options):
    out = io.BytesIO()
    write_rows(out, header, rows, **options)
    out.seek(0)
    return out


def cells(book):
    return [list(row) for row in load_workbook(book).worksheets[0].iter_rows()]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_stays_text_in_both_writers(text):
    book = written([[text]])
    assert b"<f>" not in zipfile.ZipFile(book).read("xl/worksheets/sheet1.xml")
    cell = cells(book)[1][0]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)

    own, out = Workbook(), io.BytesIO()
    set_text(own.active["A1"], text)
    own.save(out)
    cell = cells(out)[0][0]
    assert (cell.value, cell.data_type) == (text, "s")


def test_headings_are_as_safe_as_rows():
    assert [cell.data_type for cell in cells(written([], header=["=1", "名称"]))[0]] == ["s", "s"]


def test_values_keep_their_kind():
    row = [7, 2.5, Decimal("12.30"), True, None, "", date(2026, 4, 1), 123456789012345, 6222021234567890123]
    values = [cell.value for cell in cells(written([row], header="abcdefghi"))[1]]
    assert values == [7, 2.5, 12.3, "是", None, None, "2026-04-01", 123456789012345, "6222021234567890123"]


def test_what_a_cell_cannot_hold_is_cut_visibly_and_not_lost():
    value = cells(written([["长" * 40_000]]))[1][0].value
    assert len(value) == 32_767
    assert value.endswith("……（过长，以下从略）")
    assert [cell.value for cell in cells(written([[float("nan")]]))[1]] == ["nan"]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_can_be_written_and_never_becomes_a_formula(row):
    book = load_workbook(written([row], header=[str(n) for n in range(len(row))]))
    assert all(cell.data_type != "f" for cell in book.worksheets[0][2])


@given(st.text(max_size=20))
def test_any_text_can_be_set_in_a_template(text):
    book, out = Workbook(), io.BytesIO()
    set_text(book.active["A1"], text)
    book.save(out)
    assert load_workbook(out).active["A1"].data_type != "f"


@pytest.mark.parametrize("title", ["名单", "a/b:c*?[d]", "'引'", "", "很长" * 40])
def test_any_title_makes_a_sheet(title):
    names = load_workbook(written([], title=title)).sheetnames
    assert len(names) == 1
    assert 1 <= len(names[0]) <= 31


def test_many_rows_are_written():
    book = load_workbook(
        written(([n, f"平台 {n}"] for n in range(5000)), header=["序号", "名称"]), read_only=True
    )
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert (len(rows), rows[-1]) == (5001, (4999, "平台 4999"))


def test_bad_cells_are_filled_and_commented_and_the_rest_is_kept():
    book, out = Workbook(), io.BytesIO()
    book.active["A1"], book.active["B2"] = "名称", "甲"
    book.save(out)
    marked = load_workbook(
        io.BytesIO(mark_cells(out.getvalue(), {"B2": "代码有误，请核对。", "": "整表"}))
    ).active
    assert marked["B2"].comment.text == "代码有误，请核对。"
    assert marked["B2"].fill.fgColor.rgb == "00FDECEA"
    assert (marked["A1"].value, marked["B2"].value, marked["A1"].comment) == ("名称", "甲", None)


def test_a_workbook_refused_as_a_whole_is_not_opened():
    assert mark_cells(b"no workbook", {"": "文件内容无法读取"}) == b"no workbook"


def test_a_far_cell_costs_little_when_another_is_marked():
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "名称"
    book.create_sheet()["XFD1048576"] = 1
    book.save(out)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mark_cells(out.getvalue(), {"A1": "请核对。"})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB

"""Lists as clerks keep them: what a careful reader takes from each file, and what it asks."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest

from applications.rosters import figures_of, read_roster
from platforms.imports.services import choose_columns, decide_rows, preview_import
from platforms.models import Designation, ImportBatch, TitleEvent
from platforms.register.queries import as_of, find
from portal.kernel import signoff
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from tests.factories import filing
from tests.factories.imports import apply_import
from tests.factories.titles import make_user

FILES = Path(__file__).parent / "files"


def content(name: str) -> io.BytesIO:
    return io.BytesIO(next(FILES.glob(f"{name}-*.xlsx")).read_bytes())


@pytest.fixture
def officer(db):
    return make_user("officer", Role.MINISTRY_OFFICER)


def previewed(name: str, officer) -> ImportBatch:
    return preview_import("historic", content(name), name=f"{name}.xlsx", by=officer)


def faults(batch: ImportBatch) -> dict[str, str]:
    return {
        one["cell"]: one["problem"]
        for row in batch.rows.all()
        for one in row.findings
        if one.get("level") != "note"
    }


def test_provinces_as_people_write_them(officer):
    batch = apply_import(previewed("6", officer), by=officer)
    places = list(
        Designation.objects.order_by("platform_name").values_list("platform_name", "jurisdiction__label")
    )
    assert {name.removeprefix("测试平台"): place for name, place in places} == {
        "1号": "河北",
        "2号": "大连",
        "3号": "兵团",
        "4号": "广西",
        "5号": "内蒙古",
        "6号": "北京",
        "7号": "兵团",
        "8号": "宁波",
        "9号": "浙江",
        "10号": "浙江",
    }
    assert batch.strangers == []  # 序号 is no column of anybody's
    first = Designation.objects.get(platform_name="测试平台1号")
    assert (first.functions, first.kind, first.announcement_number) == (
        [],
        "specialised",
        "工信部企业[2012]566号",
    )
    assert first.granted_on.isoformat() == "2012-11-27"


def test_rare_characters_are_names_and_private_ones_are_read_by_gbk(officer, client):
    batch = previewed("7", officer)
    assert faults(batch) == {}
    apply_import(batch, by=officer)
    names = set(Designation.objects.values_list("platform_name", flat=True))
    assert {
        "\U00031350服务中心",
        "\U0002ebf0服务中心",
        "𰻝面产业服务平台",
        "䶮服务中心",
        "西藏服务中心",
    } <= names
    assert {"ABC检测123中心", "A B 检测中心"} <= names
    assert (
        sum(
            name == "买买提·吐尔逊创业服务中心"
            for name in Designation.objects.values_list("platform_name", flat=True)
        )
        == 3
    )
    for asked, found in (
        ("买买提吐尔逊", 3),
        ("买买提·吐尔逊", 3),
        ("czszx", 1),
        ("\U0002ebf0", 1),
        ("西藏服务", 1),
    ):
        assert find(Designation.objects.all(), asked).count() == found, asked


def test_a_title_given_again_is_one_title_with_its_history(officer):
    apply_import(previewed("8", officer), by=officer)
    title = Designation.objects.get()
    assert (title.year, title.review_year, title.state) == (2011, 2023, "ACTIVE")
    assert list(title.history.order_by("on").values_list("kind", "on__year")) == [
        ("granted", 2011),
        ("redesignated", 2014),
        ("redesignated", 2017),
        ("redesignated", 2020),
    ]
    for day, count in (("2011-12-13", 0), ("2011-12-14", 1), ("2019-01-01", 1)):
        assert as_of(day).count() == count, day


def test_a_misnamed_heading_never_makes_a_revoked_title_valid(officer):
    batch = previewed("12", officer)
    assert faults(batch) == {"O2": "状态为“已撤销”，缺少终止日期"}
    rows = {row.cells["platform"]: row for row in batch.rows.all()}
    assert rows["被撤销平台乙"].cells["status"] == "已撤销"
    decide_rows(batch, {rows["被撤销平台甲"].pk: "skip"}, by=officer)
    apply_import(batch, by=officer)
    assert Designation.objects.get().state == "REVOKED"


def test_an_unknown_heading_is_asked_about_and_mapped_by_hand(officer):
    import openpyxl

    book = openpyxl.load_workbook(content("12"))
    book.active["N1"] = "目前情形"
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    batch = preview_import("historic", out, name="名单.xlsx", by=officer)
    assert [(one["cell"], one["label"]) for one in batch.strangers] == [("N1", "目前情形")]
    decide_rows(batch, {row.pk: "skip" for row in batch.rows.filter(match="wrong")}, by=officer)
    with pytest.raises(TransitionBlocked, match="N1 的列“目前情形”没有识别"):
        apply_import(batch, by=officer)
    batch = choose_columns(ImportBatch.objects.get(), {"目前情形": "status"}, by=officer)
    assert {row.cells["status"] for row in batch.rows.all()} == {"已撤销"}


def test_no_title_enters_a_year_that_the_portal_ran(officer):
    """One person, no publicity, a number of the official series and a signed certificate: nothing of it."""
    filing.year()
    batch = previewed("14", officer)
    assert faults(batch) == {"K2": "下次复核年度 2099 过晚"}
    decide_rows(batch, {batch.rows.get().pk: "skip"}, by=officer)
    with pytest.raises(TransitionBlocked, match="没有要导入的行"):
        apply_import(batch, by=officer)
    batch.rows.update(match="new", decision="new", cells={**batch.rows.get().cells, "review_year": "2028"})
    with pytest.raises(TransitionBlocked, match="2026 年度的认定在本系统办理"):
        apply_import(batch, by=officer)
    assert not Designation.objects.exists() and not TitleEvent.objects.exists()
    assert not signoff.SignOff.objects.exists()


def test_a_staff_roster_as_a_clerk_writes_it():
    result = read_roster("staff", content("9"))
    assert [(one.cell, one.code) for one in result.errors] == [("C15", "document_zero")]
    assert figures_of("staff", result.rows)["staff"] == 11  # 王芳 and 买买提·吐尔逊 stand twice
    read = {row["name"]: row for row in result.rows}
    assert (read["王芳"]["education"], read["王芳"]["title_level"], read["王芳"]["since"]) == (
        "本科",
        "副高",
        "2021-03-01",
    )
    assert read["周䶮"]["document"] == "612345"
    told = Counter(one.code for one in result.findings)
    assert told["aside"] == 3 and told["month_only"] >= 2 and told["choice_read"] >= 5


def test_one_person_is_counted_once_however_the_name_is_written():
    result = read_roster("staff", content("11"))
    assert result.errors == []
    assert figures_of("staff", result.rows)["staff"] == 11
    assert "document_shared" in {one.code for one in result.findings}  # 钱頔 and 钱𫖸 are asked about


def test_a_list_of_companies_as_a_clerk_writes_it():
    result = read_roster("smes", content("10"))
    wrong = {one.cell: one.code for one in result.errors}
    assert wrong == {
        "J4": "choice",
        "D5": "choice",
        "D6": "choice",
        "B7": "uscc_character",
        "B8": "uscc_character",
        "B9": "uscc_number",
        "I16": "number_unit",
        "B17": "uscc_person",
        "B18": "uscc_length",
        "B19": "uscc_length",
        "G22": "date_format",
        "E23": "number_format",
        "F24": "placeholder",
    }
    shown = next(one for one in result.errors if one.cell == "B17")
    assert shown.value == "*" * 15 + "234"
    proposed = next(one for one in result.errors if one.cell == "B7")
    assert "可能是 91110105746964383X" in proposed.mend

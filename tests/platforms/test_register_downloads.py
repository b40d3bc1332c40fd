"""Downloads of the register for the next person's spreadsheet: codes whole, numbers as numbers, columns chosen and kept."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from platforms.models import Designation
from platforms.register.columns import safe_cell
from tests.factories.titles import make_titled

CODE = "911101051234567894"


@pytest.fixture
def title(db):
    row = make_titled().title
    Designation.objects.filter(pk=row.pk).update(uscc=CODE)
    return Designation.objects.get(pk=row.pk)


def test_a_workbook_opens_alike_everywhere(client, title):
    content = client.get("/directory/download.xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    lines = [[("" if cell is None else cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert lines[0][0] == "国家中小企业公共服务示范平台名录" and lines[1][0].startswith(
        "取自 127.0.0.1:8000，"
    )
    header, row = lines[2], lines[3]
    values = dict(zip(header, row, strict=True))
    assert (values["统一社会信用代码"], values["认定年度"], values["下次复核年度"]) == (CODE, 2024, 2027)
    other = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [[str(cell).removesuffix(".0") for cell in line] for line in other] == [
        [str(cell) for cell in line] for line in lines
    ]
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$3:$3")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed here")
def test_libreoffice_shows_the_same_values(client, title, tmp_path):
    """The workbook and the CSV that keeps all digits, opened by the program itself and written out as it shows them."""
    for name, ending, line in (("download.xlsx", "xlsx", 3), ("download.csv?digits=text", "csv", 1)):
        content = client.get(f"/directory/{name}").content
        (tmp_path / f"register.{ending}").write_bytes(content)
        shown = tmp_path / ending
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{tmp_path}/profile",
                "--headless",
                "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
                "--infilter=CSV:44,34,76,1",
                "--outdir",
                str(shown),
                str(tmp_path / f"register.{ending}"),
            ],
            check=True,
            capture_output=True,
            timeout=90,
        )
        rows = list(csv.reader(io.StringIO(next(shown.glob("*.csv")).read_text("utf-8"))))
        values = dict(zip(rows[line - 1], rows[line], strict=True))
        assert (values["统一社会信用代码"], values["认定年度"]) == (CODE, "2024"), ending
        assert (values["平台名称"], values["授予日期"]) == (title.platform_name, title.granted_on.isoformat())


def test_a_csv_for_programs_and_one_that_keeps_all_digits(client, title):
    plain = list(csv.reader(io.StringIO(client.get("/directory/download.csv").content.decode("utf-8-sig"))))
    kept = list(
        csv.reader(io.StringIO(client.get("/directory/download.csv?digits=text").content.decode("utf-8-sig")))
    )
    assert (plain[1][3], kept[1][3]) == (CODE, f'="{CODE}"')
    assert [cell for n, cell in enumerate(plain[1]) if n != 3] == [
        cell for n, cell in enumerate(kept[1]) if n != 3
    ]


def test_chosen_columns_are_kept(client, title):
    answer = client.get("/directory/download.csv?col=platform&col=announcement&col=nonsense")
    assert answer.content.decode("utf-8-sig").splitlines()[0] == "平台名称,公告标题"
    again = client.get("/directory/download.csv").content.decode("utf-8-sig")
    assert again.splitlines() == ["平台名称,公告标题", f"{title.platform_name},{title.announcement_title}"]
    page = client.get("/directory/").content.decode()
    assert page.count("checked>") == 2


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=", " =", "　＝", "\u200b="]
)
def test_no_text_becomes_a_formula(start):
    assert safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_ordinary_cells_stay_as_they_are():
    assert [safe_cell(value) for value in ("浙江＝", "", 2026, "91330100")] == [
        "浙江＝",
        "",
        2026,
        "91330100",
    ]

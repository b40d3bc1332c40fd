"""Workbooks of the lists beside the register's: three programs read the same values out of each."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from platforms.support.services import record_support
from portal.kernel.permissions import Role
from tests.factories import records
from tests.factories.titles import make_titled, make_user

LISTS = ("support/download.xlsx?year=2025", "summaries/download.xlsx", "complaints/download.xlsx?view=all")
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture
def books(db, client) -> dict[str, bytes]:
    titled = make_titled()
    for amount, name in (("30.50", "补助"), ("1200.00", "=1+1"), ("0.07", "00123")):
        record_support(
            titled.title.platform,
            by=titled.officer,
            year=2025,
            kind="funds",
            name=name,
            amount=Decimal(amount),
            document="浙财企〔2025〕1号",
        )
    records.complaint(titled.title)
    client.force_login(make_user("lead", Role.MINISTRY_LEAD))
    return {path.partition("/")[0]: client.get(f"/{path}").content for path in LISTS}


def plain(value) -> str:
    """A number by its worth, whichever way a program writes it; a text as it stands."""
    text = "" if value is None else str(value)
    try:
        return (
            text
            if text.startswith("0") and "." not in text
            else str(Decimal(text.replace(",", "")).normalize())
        )
    except ArithmeticError:
        return text


def lines_of(rows) -> list[list[str]]:
    found = [[plain(cell) for cell in row] for row in rows]
    width = max(map(len, found))
    return [row + [""] * (width - len(row)) for row in found if any(row)]


def by_openpyxl(content: bytes) -> list[list[str]]:
    return lines_of(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_two_readers_find_the_same_values(books):
    for name, content in books.items():
        other = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert by_openpyxl(content) == lines_of(other), name
    cells = [cell for line in by_openpyxl(books["support"]) for cell in line]
    assert {"30.5", "0.07", "=1+1", "00123"} <= set(cells)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed here")
def test_libreoffice_shows_the_same_values(books, tmp_path):
    for name, content in books.items():
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            AS_SHOWN,
            "--outdir",
            str(tmp_path / "shown"),
            *(str(tmp_path / f"{name}.xlsx") for name in books),
        ],
        check=True,
        capture_output=True,
        timeout=90,
    )
    for name, content in books.items():
        (shown,) = (tmp_path / "shown").glob(f"{name}-*.csv")
        assert lines_of(csv.reader(io.StringIO(shown.read_text("utf-8")))) == by_openpyxl(content), name

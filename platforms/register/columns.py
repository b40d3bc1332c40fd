"""Columns of the register's downloads: chosen by the reader, kept in a cookie, written so that codes stay codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from platforms.functions import labels_of
from platforms.models import Designation, Platform
from platforms.states import DesignationState
from portal.kernel import clock

COOKIE = "register_columns"
FORMULA_STARTS = "=+-@＝＋－＠﹦﹢﹣﹫\t\r\n\0"  # a spreadsheet reads full width as half width
BLANKS = " \u00a0\u3000\u200b\ufeff"
DOUBTFUL = frozenset(FORMULA_STARTS + BLANKS)
FORMULA = re.compile(f"[{BLANKS}]*[{re.escape(FORMULA_STARTS)}]")
LONG_DIGITS = re.compile(r"\d{12,}")  # a spreadsheet turns them into 9.11E+17


@dataclass(frozen=True)
class Column:
    """`field` is read for it, of a title or alone (a register is written of what its columns need); `shown` is for values
    that aren't shown as they are.
    """

    code: str
    label: str
    field: str
    width: int = 14
    shown: Callable[[Any], Any] | None = None

    def read(self, row: Designation) -> Any:
        value: Any = row
        for name in self.field.split("__"):
            value = getattr(value, name)
        return value


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


STATES, KINDS = dict(DesignationState.choices), dict(Platform.Kind.choices)
COLUMNS = (
    Column("number", "证书编号", "number", 18),
    Column("platform", "平台名称", "platform_name", 36),
    Column("unit", "运营单位", "organisation_name", 32),
    Column("uscc", "统一社会信用代码", "uscc", 22),
    Column("recommender", "推荐单位", "recommended_name", 28),
    Column("functions", "服务功能", "functions", 18, lambda codes: "、".join(labels_of(codes))),
    Column("year", "认定年度", "year", 10),
    Column("granted_on", "授予日期", "granted_on", 12, _day),
    Column("review_year", "下次复核年度", "review_year", 12, lambda year: "" if year is None else year),
    Column("state", "状态", "state", 10, lambda value: STATES.get(value, value)),
    Column("department", "现主管部门", "recommender__name", 28),
    Column("kind", "平台类型", "kind", 12, lambda value: KINDS.get(value, value)),
    Column("valid_until", "有效期至", "valid_until", 12, _day),
    Column("announcement", "公告标题", "announcement_title", 40),
    Column("document", "公告文号", "announcement_number", 22),
    Column("ended_on", "终止日期", "ended_on", 12, _day),
    Column("end_reason", "终止原因", "end_reason", 30),
)
USUAL = tuple(column.code for column in COLUMNS[:11])


def chosen_columns(asked: Sequence[str], remembered: str) -> list[Column]:
    """In the register's order: what the address names, else what was kept, else the usual ones."""
    for codes in (asked, remembered.split("."), USUAL):
        found = [column for column in COLUMNS if column.code in codes]
        if found:
            return found
    return list(COLUMNS)


def lines_of(rows: Iterable[Sequence[Any]], columns: Sequence[Column]) -> Iterator[list]:
    """What stands in the columns, of rows that hold just their fields."""
    places = [(place, column.shown) for place, column in enumerate(columns) if column.shown]
    for row in rows:
        line = list(row)
        for place, shown in places:
            line[place] = shown(line[place])
        yield line


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, after blanks too, gets an apostrophe."""
    text = str(value)
    return f"'{text}" if text[:1] in DOUBTFUL and FORMULA.match(text) else value


def spreadsheet_cell(value: Any) -> Any:
    """In the CSV for spreadsheets a code is a formula that yields its text: ="911…", all 18 digits of it."""
    text = str(value)
    return f'="{text}"' if LONG_DIGITS.fullmatch(text) else value


def source_line(what: str = "") -> str:
    """Below a download's title: what it holds, where it is from, of which day."""
    return f"{what}取自 {urlsplit(settings.SITE_ORIGIN).netloc}，{clock.today():%Y-%m-%d}"

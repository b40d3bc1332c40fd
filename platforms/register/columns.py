"""Columns of the register's downloads: chosen by the reader, kept in a cookie, written so that codes stay codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from platforms.models import Designation
from portal.kernel import clock

COOKIE = "register_columns"
FORMULA_STARTS = "=+-@＝＋－＠﹦﹢﹣﹫\t\r\n\0"  # a spreadsheet reads full width as half width
FORMULA = re.compile(f"[ \u00a0\u3000\u200b\ufeff]*[{re.escape(FORMULA_STARTS)}]")
LONG_DIGITS = re.compile(r"\d{12,}")  # a spreadsheet turns them into 9.11E+17


@dataclass(frozen=True)
class Column:
    code: str
    label: str
    read: Callable[[Designation], Any]
    width: int = 14


COLUMNS = (
    Column("number", "证书编号", lambda row: row.number, 18),
    Column("platform", "平台名称", lambda row: row.platform_name, 36),
    Column("unit", "运营单位", lambda row: row.organisation_name, 32),
    Column("uscc", "统一社会信用代码", lambda row: row.uscc, 22),
    Column("recommender", "推荐单位", lambda row: row.recommender.name, 28),
    Column("functions", "服务功能", lambda row: "、".join(row.function_labels), 18),
    Column("year", "认定年度", lambda row: row.year, 10),
    Column("granted_on", "授予日期", lambda row: row.granted_on.isoformat(), 12),
    Column("review_year", "下次复核年度", lambda row: "" if row.review_year is None else row.review_year, 12),
    Column("state", "状态", lambda row: row.get_state_display(), 10),
    Column("kind", "平台类型", lambda row: row.get_kind_display(), 12),
    Column("valid_until", "有效期至", lambda row: row.valid_until.isoformat() if row.valid_until else "", 12),
    Column("announcement", "公告标题", lambda row: row.announcement_title, 40),
    Column("document", "公告文号", lambda row: row.announcement_number, 22),
    Column("ended_on", "终止日期", lambda row: row.ended_on.isoformat() if row.ended_on else "", 12),
    Column("end_reason", "终止原因", lambda row: row.end_reason, 30),
)
# What the columns read: a register is written without the words that it is searched by.
FIELDS = (
    "number",
    "platform_name",
    "organisation_name",
    "uscc",
    "recommender__name",
    "functions",
    "year",
    "granted_on",
    "review_year",
    "state",
    "kind",
    "valid_until",
    "announcement_title",
    "announcement_number",
    "ended_on",
    "end_reason",
)
USUAL = tuple(column.code for column in COLUMNS[:10])


def chosen_columns(asked: Sequence[str], remembered: str) -> list[Column]:
    """In the register's order: what the address names, else what was kept, else the usual ones."""
    for codes in (asked, remembered.split("."), USUAL):
        found = [column for column in COLUMNS if column.code in codes]
        if found:
            return found
    return list(COLUMNS)


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, after blanks too, gets an apostrophe."""
    return f"'{value}" if FORMULA.match(str(value)) else value


def spreadsheet_cell(value: Any) -> Any:
    """In the CSV for spreadsheets a code is a formula that yields its text: ="911…", all 18 digits of it."""
    text = str(value)
    return f'="{text}"' if LONG_DIGITS.fullmatch(text) else value


def source_line(what: str = "") -> str:
    """Below a download's title: what it holds, where it is from, of which day."""
    return f"{what}取自 {urlsplit(settings.SITE_ORIGIN).netloc}，{clock.today():%Y-%m-%d}"

"""The checks of a roster's cells and rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError

from applications.rosters.columns import Column, Roster
from applications.rosters.finding import Finding
from portal.shared.validators import normalise_uscc, validate_uscc

DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
EARLIEST = date(1950, 1, 1)


class Wrong(Exception):
    """A cell that does not hold what its column asks for."""

    def __init__(self, problem: str, mend: str):
        self.problem, self.mend = problem, mend
        super().__init__(problem)


def letter(index: int) -> str:
    return chr(65 + index) if index < 26 else "A" + chr(39 + index)


def check_rows(roster: Roster, body: list[tuple[int, list]]) -> tuple[list[dict], list[Finding]]:
    """Accepted cells of every row, and all findings at once."""
    rows, findings = [], []
    for number, cells in body:
        row = {"_row": number}
        for index, column in enumerate(roster.columns):
            raw = cells[index] if index < len(cells) else ""
            try:
                row[column.code] = read_cell(column, raw)
            except Wrong as wrong:
                findings.append(Finding(f"{letter(index)}{number}", str(raw)[:60], wrong.problem, wrong.mend))
        rows.append(row)
    findings.extend(_duplicates(roster, rows))
    return rows, findings


def read_cell(column: Column, raw):
    text = str(raw).strip() if raw is not None else ""
    if not text:
        if column.required:
            raise Wrong(f"{column.label}没有填写", f"请填写{column.label}")
        return ""
    return READERS[column.kind](column, text)


def _text(column: Column, text: str) -> str:
    if len(text) > 200:
        raise Wrong(f"{column.label}超过 200 字", "请缩短")
    return text


def _choice(column: Column, text: str) -> str:
    if text not in column.choices:
        raise Wrong(f"{column.label}不在可选范围", f"请选择 {'、'.join(column.choices)}")
    return text


def _date(column: Column, text: str) -> str:
    found = DATE.match(text[:10].strip())
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise Wrong(f"{column.label}不是有效日期", "请写成 2025-03-01")
    if not EARLIEST <= day <= date(2100, 1, 1):
        raise Wrong(f"{column.label}超出合理范围", "请核对年份")
    return day.isoformat()


def _number(column: Column, text: str) -> float:
    try:
        value = float(text.replace(",", "").replace("，", ""))
    except ValueError as error:
        raise Wrong(f"{column.label}不是数字", "只填数字，不带单位") from error
    if value != value or abs(value) > 1e12:
        raise Wrong(f"{column.label}超出合理范围", "请核对数值和单位")
    if column.minimum is not None and value < column.minimum:
        raise Wrong(f"{column.label}小于 {column.minimum:g}", "请核对")
    if column.maximum is not None and value > column.maximum:
        raise Wrong(f"{column.label}大于 {column.maximum:g}", "请核对")
    return value


def _integer(column: Column, text: str) -> int:
    value = _number(column, text)
    if value != int(value):
        raise Wrong(f"{column.label}应为整数", "请填整数")
    return int(value)


def _uscc(column: Column, text: str) -> str:
    try:
        return validate_uscc(text)
    except ValidationError as error:
        raise Wrong(
            error.messages[0].rstrip("。"), f"请按营业执照填写 18 位代码（现为 {normalise_uscc(text)[:24]}）"
        ) from error


READERS = {
    "text": _text,
    "choice": _choice,
    "date": _date,
    "decimal": _number,
    "percent": _number,
    "integer": _integer,
    "year": _integer,
    "uscc": _uscc,
}


def _duplicates(roster: Roster, rows: list[dict]) -> Iterable[Finding]:
    """Both rows are named; a repeated row counts once, so it is a warning."""
    if not roster.unique:
        return
    seen: dict[tuple, int] = {}
    labels = {column.code: (index, column.label) for index, column in enumerate(roster.columns)}
    index, label = labels[roster.unique[0]]
    for row in rows:
        key = tuple(row.get(code, "") for code in roster.unique)
        if not all(key):
            continue
        if key in seen:
            yield Finding(
                f"{letter(index)}{row['_row']}", str(key[0]),
                f"第 {row['_row']} 行与第 {seen[key]} 行{label}相同", "重复的只计一次，请删除其中一行", "warning",
            )  # fmt: skip
        else:
            seen[key] = row["_row"]

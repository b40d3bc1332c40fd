"""Checks of one cell. They run in the order written; the first error ends a cell's checks."""

from __future__ import annotations

import re
from functools import lru_cache

from django.core.exceptions import ValidationError

from applications.rosters.cells import Cell, as_date, as_number
from applications.rosters.checks import CELL, ERROR, WARNING, declare
from portal.shared.sheets import is_month
from portal.shared.validators import (
    clean_name,
)

LONGEST = 200
EARLIEST_YEAR = 1950
PLACEHOLDERS = {
    "无",
    "略",
    "同上",
    "同前",
    "/",
    "\\",
    "-",
    "--",
    "—",
    "——",
    "不详",
    "n/a",
    "na",
    "null",
    "xxx",
    "待定",
    "〃",
}
UNIT = re.compile(r"^[-\d.,]+\s*[^\d.,\s\-+e]+$", re.IGNORECASE)
LINE_BREAK = re.compile(r"[\r\n]")
NUMBERS = ("integer", "decimal", "year")


@declare("required", CELL, ERROR, "没有填写", problem="{label}没有填写", mend="请填写{label}")
def required(cell: Cell):
    return cell.column.required and cell.text == ""


@declare("too_long", CELL, ERROR, "过长", problem="{label}超过 200 字", mend="请缩短", only=("text",))
def too_long(cell: Cell):
    return len(cell.text) > LONGEST


@declare(
    "invisible",
    CELL,
    ERROR,
    "特殊字符",
    problem="{label}含有看不见的特殊字符",
    mend="请删除后重新输入",
    only=("text", "choice"),
)
def invisible(cell: Cell):
    return _hides_something(cell.text)


@lru_cache(maxsize=20_000)
def _hides_something(text: str) -> bool:
    try:
        clean_name(text)
    except ValidationError:
        return True
    return False


@declare(
    "line_break",
    CELL,
    WARNING,
    "换行",
    problem="{label}含有换行，已改为空格",
    mend="请写成一行",
    only=("text",),
)
def line_break(cell: Cell):
    return isinstance(cell.raw, str) and bool(LINE_BREAK.search(cell.raw.strip()))


@declare(
    "placeholder",
    CELL,
    ERROR,
    "没有填写",
    problem="{label}写的是“{text}”",
    mend="请填写实际内容，不要用代替的符号",
    only=("text",),
)
def placeholder(cell: Cell):
    return cell.column.required and cell.text.lower() in PLACEHOLDERS and {"text": cell.text}


@declare(
    "only_digits",
    CELL,
    ERROR,
    "名称不对",
    problem="{label}全是数字",
    mend="请填写{label}，可能是列错位",
    only=("text",),
)
def only_digits(cell: Cell):
    return cell.column.code == "name" and cell.text.replace(".", "").isdigit()


@declare(
    "choice_read",
    CELL,
    WARNING,
    "按通行说法读取",
    problem="{label}“{typed}”按“{text}”读取",
    mend="不对的请改填",
    only=("choice", "integer", "year", "decimal"),
)
def choice_read(cell: Cell):
    return bool(cell.text) and cell.typed != cell.text and {"typed": cell.typed[:20], "text": cell.text}


@declare(
    "month_only",
    CELL,
    WARNING,
    "日期格式",
    problem="{label}只有年月，按当月 1 日读取",
    mend="请补充到日",
    only=("date",),
)
def month_only(cell: Cell):
    return is_month(cell.text)


@declare(
    "choice",
    CELL,
    ERROR,
    "不在可选范围",
    problem="{label}不在可选范围",
    mend="请选择 {choices}",
    only=("choice",),
)
def choice(cell: Cell):
    return (
        bool(cell.text)
        and cell.text not in cell.column.choices
        and {"choices": "、".join(cell.column.choices)}
    )


@declare(
    "date_format",
    CELL,
    ERROR,
    "日期格式",
    problem="{label}不是有效日期",
    mend="请写成 2025-03-01",
    only=("date",),
)
def date_format(cell: Cell):
    return bool(cell.text) and as_date(cell.text) is None


@declare(
    "date_early",
    CELL,
    ERROR,
    "日期范围",
    problem="{label}早于 1950 年",
    mend="请核对年份",
    only=("date",),
)
def date_early(cell: Cell):
    day = as_date(cell.text)
    return day is not None and day.year < EARLIEST_YEAR


@declare(
    "date_future",
    CELL,
    ERROR,
    "日期范围",
    problem="{label}晚于今天",
    mend="请核对年份，只填已经发生的",
    only=("date",),
)
def date_future(cell: Cell):
    day, today = as_date(cell.text), cell.context.today
    return day is not None and (day > today if today else day.year > 2100)


@declare(
    "number_unit",
    CELL,
    ERROR,
    "数字格式",
    problem="{label}带有单位或者文字",
    mend="只填数字，不带单位",
    only=NUMBERS,
)
def number_unit(cell: Cell):
    return bool(UNIT.match(cell.text)) and as_number(cell.text) is None


@declare(
    "number_format",
    CELL,
    ERROR,
    "数字格式",
    problem="{label}不是数字",
    mend="只填数字",
    only=NUMBERS,
)
def number_format(cell: Cell):
    return bool(cell.text) and as_number(cell.text) is None


@declare(
    "number_huge",
    CELL,
    ERROR,
    "数字范围",
    problem="{label}超出合理范围",
    mend="请核对数值和单位",
    only=NUMBERS,
)
def number_huge(cell: Cell):
    return abs(as_number(cell.text) or 0) > 1e10


@declare("below", CELL, ERROR, "数字范围", problem="{label}小于 {limit:g}", mend="请核对", only=NUMBERS)
def below(cell: Cell):
    value, limit = as_number(cell.text), cell.column.minimum
    return value is not None and limit is not None and value < limit and {"limit": limit}


@declare("above", CELL, ERROR, "数字范围", problem="{label}大于 {limit:g}", mend="请核对", only=NUMBERS)
def above(cell: Cell):
    value, limit = as_number(cell.text), cell.column.maximum
    return value is not None and limit is not None and value > limit and {"limit": limit}


@declare(
    "not_integer",
    CELL,
    ERROR,
    "数字格式",
    problem="{label}应为整数",
    mend="请填整数",
    only=("integer", "year"),
)
def not_integer(cell: Cell):
    value = as_number(cell.text)
    return value is not None and value != int(value)


@declare(
    "decimals",
    CELL,
    WARNING,
    "数字格式",
    problem="{label}小数超过两位",
    mend="请四舍五入到两位小数",
    only=("decimal",),
)
def decimals(cell: Cell):
    value = as_number(cell.text)
    return value is not None and abs(value * 100 - round(value * 100)) > 1e-6

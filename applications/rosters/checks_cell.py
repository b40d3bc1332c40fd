"""Checks of one cell. They run in the order written; the first error ends a cell's checks."""

from __future__ import annotations

import re
from functools import lru_cache

import unicodedata2
from django.core.exceptions import ValidationError

from applications.rosters.cells import Cell, as_date, as_document, as_number, plain_text
from applications.rosters.checks import CELL, ERROR, WARNING, declare
from portal.shared.sheets import is_month
from portal.shared.validators import (
    clean_name,
    is_identity_number,
    normalise_uscc,
    propose_uscc,
    reads_like_identity_number,
    validate_uscc,
)

LONGEST = 200
EARLIEST_YEAR = 1950
PLACEHOLDERS = {"无", "略", "同上", "同前", "/", "\\", "-", "--", "—", "——", "不详", "n/a", "na", "null", "xxx", "待定", "〃"}  # fmt: skip
UNIT = re.compile(r"^[-\d.,]+\s*[^\d.,\s\-+e]+$", re.IGNORECASE)
PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,5})?|400-?\d{3}-?\d{4}|\d{7,8})$")
NUMBERS = ("integer", "decimal", "year")


@declare("required", CELL, ERROR, "没有填写", problem="{label}没有填写", mend="请填写{label}")
def required(cell: Cell):
    return cell.column.required and cell.text == ""


@declare("too_long", CELL, ERROR, "过长", problem="{label}超过 200 字", mend="请缩短", only=("text",))
def too_long(cell: Cell):
    return len(cell.text) > LONGEST


@declare(
    "invisible", CELL, ERROR, "特殊字符",
    problem="{label}含有看不见的特殊字符", mend="请删除后重新输入", only=("text", "choice"),
)  # fmt: skip
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
    "line_break", CELL, WARNING, "换行",
    problem="{label}含有换行，已改为空格", mend="请写成一行", only=("text",),
)  # fmt: skip
def line_break(cell: Cell):
    return isinstance(cell.raw, str) and bool(re.search(r"[\r\n]", cell.raw.strip()))


@declare(
    "placeholder", CELL, ERROR, "没有填写",
    problem="{label}写的是“{text}”", mend="请填写实际内容，不要用代替的符号", only=("text",),
)  # fmt: skip
def placeholder(cell: Cell):
    return cell.column.required and cell.text.lower() in PLACEHOLDERS and {"text": cell.text}


@declare(
    "only_digits", CELL, ERROR, "名称不对",
    problem="{label}全是数字", mend="请填写{label}，可能是列错位", only=("text",),
)  # fmt: skip
def only_digits(cell: Cell):
    return cell.column.code == "name" and cell.text.replace(".", "").isdigit()


@declare(
    "choice_read", CELL, WARNING, "按通行说法读取",
    problem="{label}“{typed}”按“{text}”读取", mend="不对的请改填", only=("choice", "integer", "year", "decimal"),
)  # fmt: skip
def choice_read(cell: Cell):
    return bool(cell.text) and cell.typed != cell.text and {"typed": cell.typed[:20], "text": cell.text}


@declare(
    "month_only", CELL, WARNING, "日期格式",
    problem="{label}只有年月，按当月 1 日读取", mend="请补充到日", only=("date",),
)  # fmt: skip
def month_only(cell: Cell):
    return is_month(cell.text)


@declare(
    "choice", CELL, ERROR, "不在可选范围",
    problem="{label}不在可选范围", mend="请选择 {choices}", only=("choice",),
)  # fmt: skip
def choice(cell: Cell):
    return (
        bool(cell.text)
        and cell.text not in cell.column.choices
        and {"choices": "、".join(cell.column.choices)}
    )


@declare(
    "date_format", CELL, ERROR, "日期格式",
    problem="{label}不是有效日期", mend="请写成 2025-03-01", only=("date",),
)  # fmt: skip
def date_format(cell: Cell):
    return bool(cell.text) and as_date(cell.text) is None


@declare(
    "date_early", CELL, ERROR, "日期范围",
    problem="{label}早于 1950 年", mend="请核对年份", only=("date",),
)  # fmt: skip
def date_early(cell: Cell):
    day = as_date(cell.text)
    return day is not None and day.year < EARLIEST_YEAR


@declare(
    "date_future", CELL, ERROR, "日期范围",
    problem="{label}晚于今天", mend="请核对年份，只填已经发生的", only=("date",),
)  # fmt: skip
def date_future(cell: Cell):
    day, today = as_date(cell.text), cell.context.today
    return day is not None and (day > today if today else day.year > 2100)


@declare(
    "number_unit", CELL, ERROR, "数字格式",
    problem="{label}带有单位或者文字", mend="只填数字，不带单位", only=NUMBERS,
)  # fmt: skip
def number_unit(cell: Cell):
    return bool(UNIT.match(cell.text)) and as_number(cell.text) is None


@declare(
    "number_format", CELL, ERROR, "数字格式",
    problem="{label}不是数字", mend="只填数字", only=NUMBERS,
)  # fmt: skip
def number_format(cell: Cell):
    return bool(cell.text) and as_number(cell.text) is None


@declare(
    "number_huge", CELL, ERROR, "数字范围",
    problem="{label}超出合理范围", mend="请核对数值和单位", only=NUMBERS,
)  # fmt: skip
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
    "not_integer", CELL, ERROR, "数字格式",
    problem="{label}应为整数", mend="请填整数", only=("integer", "year"),
)  # fmt: skip
def not_integer(cell: Cell):
    value = as_number(cell.text)
    return value is not None and value != int(value)


@declare(
    "decimals", CELL, WARNING, "数字格式",
    problem="{label}小数超过两位", mend="请四舍五入到两位小数", only=("decimal",),
)  # fmt: skip
def decimals(cell: Cell):
    value = as_number(cell.text)
    return value is not None and abs(value * 100 - round(value * 100)) > 1e-6


@declare(
    "uscc_number", CELL, ERROR, "信用代码",
    problem="{label}被当作数字保存，后几位已经丢失", mend="请把该列设为文本格式后重新录入 18 位代码", only=("uscc",),
)  # fmt: skip
def uscc_number(cell: Cell):
    return isinstance(cell.raw, int | float) and abs(cell.raw) >= 1e15


@declare(
    "uscc_person", CELL, ERROR, "信用代码",
    problem="{label}写的是个人身份证号码", mend="请改填企业的统一社会信用代码，并删除个人号码", only=("uscc",),
)  # fmt: skip
def uscc_person(cell: Cell):
    return reads_like_identity_number(cell.text)


@declare(
    "uscc_length",
    CELL,
    ERROR,
    "信用代码",
    problem="{said}",
    mend="请按营业执照填写 18 位代码",
    only=("uscc",),
)
def uscc_length(cell: Cell):
    return _uscc(cell, "length")


@declare(
    "uscc_character", CELL, ERROR, "信用代码",
    problem="{said}", mend="{proposal}", only=("uscc",),
)  # fmt: skip
def uscc_character(cell: Cell):
    found = _uscc(cell, "character", "region")
    if not found:
        return False
    fits = propose_uscc(cell.text)
    proposal = f"可能是 {fits}（字母 O、I 应为数字 0、1），请对照营业执照核对后改填" if fits else ""
    return {**found, "proposal": proposal or "请按营业执照填写，代码中没有字母 I、O、S、V、Z"}


@declare(
    "uscc_checksum", CELL, ERROR, "信用代码", problem="{said}", mend="请对照营业执照逐位核对", only=("uscc",)
)
def uscc_checksum(cell: Cell):
    return _uscc(cell, "checksum")


def _uscc(cell: Cell, *codes: str):
    code, said = _fault(cell.text)
    return code in codes and {"said": said}


@lru_cache(maxsize=20_000)
def _fault(text: str) -> tuple[str, str]:
    """What is wrong with a code, once for all the checks that ask (and for both years of a company)."""
    try:
        if text:
            validate_uscc(text)
    except ValidationError as error:
        return error.error_list[0].code, re.split("[，。]请", error.messages[0])[0].rstrip("。")
    return "", ""


@declare(
    "not_enterprise", CELL, WARNING, "服务对象",
    problem="{label}不属于企业（{who}）", mend="只计入中小企业，请核对", only=("uscc",),
)  # fmt: skip
def not_enterprise(cell: Cell):
    """GB 32100: 91 enterprises and 93 farmers' cooperatives; the rest are no enterprises."""
    code = normalise_uscc(cell.text)
    if len(code) != 18 or code[:2] in ("91", "93"):
        return False
    who = {"92": "个体工商户", "11": "机关", "12": "事业单位"}.get(code[:2], "社会组织或者其他机构")
    return {"who": who}


@declare(
    "document_zero", CELL, ERROR, "证件号码",
    problem="{label}开头的 0 丢失", mend="请把该列设为文本格式后重新录入", only=("document",),
)  # fmt: skip
def document_zero(cell: Cell):
    return isinstance(cell.raw, int | float) and len(as_document(cell.text)) < 6


@declare(
    "document_check", CELL, ERROR, "证件号码",
    problem="身份证号码校验不符", mend="请核对；只需填写后六位", only=("document",),
)  # fmt: skip
def document_check(cell: Cell):
    text = as_document(cell.text)
    return len(text) == 18 and not is_identity_number(text)


@declare(
    "document_whole", CELL, WARNING, "证件号码",
    problem="填写了完整的证件号码，只读取后六位", mend="为保护个人信息，请改为后六位后重新上传", only=("document",),
)  # fmt: skip
def document_whole(cell: Cell):
    text = as_document(cell.text)
    return len(text) == 18 and is_identity_number(text)


@declare(
    "document_format", CELL, ERROR, "证件号码",
    problem="{label}应为 6 位数字或者字母", mend="请填写证件号码的后六位", only=("document",),
)  # fmt: skip
def document_format(cell: Cell):
    text = as_document(cell.text)
    return bool(text) and len(text) != 18 and not re.fullmatch(r"[0-9A-Z]{6}", text)


@declare(
    "phone", CELL, WARNING, "联系电话",
    problem="{label}不像电话号码", mend="请填写手机号码，或者区号-号码", only=("phone",),
)  # fmt: skip
def phone(cell: Cell):
    text = unicodedata2.normalize("NFKC", plain_text(cell.text)).replace(" ", "")
    return bool(text) and not PHONE.match(text)

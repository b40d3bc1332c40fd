"""Checks of one cell that holds a code: credit codes, identity documents, telephones."""

from __future__ import annotations

import re
from functools import lru_cache

import unicodedata2
from django.core.exceptions import ValidationError

from applications.rosters.cells import Cell, as_document, plain_text
from applications.rosters.checks import CELL, ERROR, WARNING, declare
from portal.shared.validators import (
    is_identity_number,
    normalise_uscc,
    propose_uscc,
    reads_like_identity_number,
    validate_uscc,
)

PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,5})?|400-?\d{3}-?\d{4}|\d{7,8})$")


@declare(
    "uscc_number",
    CELL,
    ERROR,
    "信用代码",
    problem="{label}被当作数字保存，后几位已经丢失",
    mend="请把该列设为文本格式后重新录入 18 位代码",
    only=("uscc",),
)
def uscc_number(cell: Cell):
    return isinstance(cell.raw, int | float) and abs(cell.raw) >= 1e15


@declare(
    "uscc_person",
    CELL,
    ERROR,
    "信用代码",
    problem="{label}写的是个人身份证号码",
    mend="请改填企业的统一社会信用代码，并删除个人号码",
    only=("uscc",),
)
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
    "uscc_character",
    CELL,
    ERROR,
    "信用代码",
    problem="{said}",
    mend="{proposal}",
    only=("uscc",),
)
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
    "not_enterprise",
    CELL,
    WARNING,
    "服务对象",
    problem="{label}不属于企业（{who}）",
    mend="只计入中小企业，请核对",
    only=("uscc",),
)
def not_enterprise(cell: Cell):
    """GB 32100: 91 enterprises and 93 farmers' cooperatives; the rest are no enterprises."""
    code = normalise_uscc(cell.text)
    if len(code) != 18 or code[:2] in ("91", "93"):
        return False
    who = {"92": "个体工商户", "11": "机关", "12": "事业单位"}.get(code[:2], "社会组织或者其他机构")
    return {"who": who}


@declare(
    "document_zero",
    CELL,
    ERROR,
    "证件号码",
    problem="{label}开头的 0 丢失",
    mend="请把该列设为文本格式后重新录入",
    only=("document",),
)
def document_zero(cell: Cell):
    return isinstance(cell.raw, int | float) and len(as_document(cell.text)) < 6


@declare(
    "document_check",
    CELL,
    ERROR,
    "证件号码",
    problem="身份证号码校验不符",
    mend="请核对；只需填写后六位",
    only=("document",),
)
def document_check(cell: Cell):
    text = as_document(cell.text)
    return len(text) == 18 and not is_identity_number(text)


@declare(
    "document_whole",
    CELL,
    WARNING,
    "证件号码",
    problem="填写了完整的证件号码，只读取后六位",
    mend="为保护个人信息，请改为后六位后重新上传",
    only=("document",),
)
def document_whole(cell: Cell):
    text = as_document(cell.text)
    return len(text) == 18 and is_identity_number(text)


@declare(
    "document_format",
    CELL,
    ERROR,
    "证件号码",
    problem="{label}应为 6 位数字或者字母",
    mend="请填写证件号码的后六位",
    only=("document",),
)
def document_format(cell: Cell):
    text = as_document(cell.text)
    return bool(text) and len(text) != 18 and not re.fullmatch(r"[0-9A-Z]{6}", text)


@declare(
    "phone",
    CELL,
    WARNING,
    "联系电话",
    problem="{label}不像电话号码",
    mend="请填写手机号码，或者区号-号码",
    only=("phone",),
)
def phone(cell: Cell):
    text = unicodedata2.normalize("NFKC", plain_text(cell.text)).replace(" ", "")
    return bool(text) and not PHONE.match(text)

"""Checks of what people type: sentences that say what is wrong and what to do."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from stdnum.cn import uscc

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def normalise_uscc(text: str) -> str:
    """Upper case, half width, without spaces and hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or "")).upper()


def validate_uscc(text: str) -> str:
    """统一社会信用代码 (GB 32100): 18 characters with a check digit; returns the normalised code."""
    code = normalise_uscc(text)
    if len(code) != 18:
        raise ValidationError(
            f"统一社会信用代码应为 18 位，现在是 {len(code)} 位，请对照营业执照核对。", code="length"
        )
    bad = next((n for n, c in enumerate(code, start=1) if c not in "0123456789ABCDEFGHJKLMNPQRTUWXY"), None)
    if bad:
        raise ValidationError(
            f"第 {bad} 位“{code[bad - 1]}”不会出现在统一社会信用代码中（不用字母 I、O、S、V、Z），请核对。",
            code="character",
        )
    if not uscc.is_valid(code):
        raise ValidationError(
            "统一社会信用代码校验位不符，可能有一位输错，请对照营业执照逐位核对。", code="checksum"
        )
    return code


def clean_name(text: str) -> str:
    """A name in NFC without invisible or direction-changing characters; returns the cleaned name."""
    name = unicodedata.normalize("NFC", text or "").strip()
    for position, char in enumerate(name, start=1):
        if unicodedata.category(char) in FORBIDDEN or (unicodedata.category(char) == "Zs" and char != " "):
            raise ValidationError(
                f"第 {position} 个字符是不可见的特殊字符，请删除后重新输入。", code="invisible"
            )
    return name


def name_skeleton(text: str) -> str:
    """What two spellings of one name have in common; for comparing, never for storing."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")

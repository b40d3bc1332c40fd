"""Checks of what people type: sentences that say what is wrong and what to do."""

from __future__ import annotations

import re
from datetime import date

import unicodedata2
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as BadNumber

from portal.shared.names import tidy_name, unusable_character

# Place of birth, birthday, number of the day, check digit.
IDENTITY = re.compile(
    r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123])\d{4}((?:19|20)\d\d)(\d\d)(\d\d)\d{3}[\dX]"
)
USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BREAKS = re.compile(r"[\s\-]")
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


def normalise_uscc(text: str) -> str:
    """Upper case, half width, without spaces and hyphens."""
    text = text or ""
    return BREAKS.sub("", text if text.isascii() else unicodedata2.normalize("NFKC", text)).upper()


def validate_uscc(text: str) -> str:
    """统一社会信用代码 (GB 32100): 18 characters with a check digit; returns the normalised code."""
    code = normalise_uscc(text)
    if len(code) != 18:
        raise ValidationError(
            f"统一社会信用代码应为 18 位，现在是 {len(code)} 位，请对照营业执照核对。", code="length"
        )
    bad = next((n for n, c in enumerate(code, start=1) if c not in USCC_LETTERS), None)
    if bad:
        raise ValidationError(
            f"第 {bad} 位“{code[bad - 1]}”不会出现在统一社会信用代码中（不用字母 I、O、S、V、Z），请核对。",
            code="character",
        )
    if not code[2:8].isdigit():
        raise ValidationError("统一社会信用代码第 3 至 8 位是行政区划码，应全为数字，请核对。", code="region")
    if not uscc.is_valid(code):
        where = "第 18 位校验码不符" if _organisation_fits(code) else "第 9 至 17 位与其校验码不符"
        raise ValidationError(
            f"统一社会信用代码{where}，可能有一位输错或者两位颠倒，请对照营业执照逐位核对。",
            code="checksum",
        )
    return code


def is_identity_number(text: str) -> bool:
    """Whether it is a person's 居民身份证 number, with a birthday in it and the check digit right."""
    try:
        ric.validate(normalise_uscc(text))
    except BadNumber as error:
        # Birthplaces that are no longer in the list are still on people's cards.
        return type(error).__name__ == "InvalidComponent" and normalise_uscc(text)[:17].isdigit()
    return True


def reads_like_identity_number(text: str) -> bool:
    """Whether somebody typed a person's number where a unit's code belongs, even with a wrong digit."""
    found = IDENTITY.fullmatch(normalise_uscc(text))
    if not found or uscc.is_valid(normalise_uscc(text)):
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return True


def propose_uscc(text: str) -> str:
    """The code that was meant when letters O and I stand for 0 and 1; empty when that fits none.

    An L may belong to the code: it is read as 1 only where that is needed.
    """
    typed = normalise_uscc(text)
    for letters, digits in (("OI", "01"), ("OIL", "011")):
        code = typed.translate(str.maketrans(letters, digits))
        if code != typed and len(code) == 18 and uscc.is_valid(code):
            return code
    return ""


def _organisation_fits(code: str) -> bool:
    """Positions 9 to 17 are the former organisation code with a check digit of its own (GB 11714)."""
    total = sum(int(c, 36) * weight for c, weight in zip(code[8:16], ORGANISATION_WEIGHTS, strict=True))
    return code[16] == "0123456789X0"[11 - total % 11]


def clean_name(text: str) -> str:
    """A name in its one spelling (`tidy_name`); refuses what nobody can see or only one computer can show."""
    name = tidy_name(text)
    if found := unusable_character(name):
        position, char = found
        raise ValidationError(
            f"第 {position} 个字符（U+{ord(char):04X}）是看不见或者无法通用显示的特殊字符，请删除后重新输入。",
            code="invisible",
        )
    return name


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """The framework has no Chinese for its own sentence."""

    def get_error_message(self) -> str:
        return f"密码至少 {self.min_length} 位，请重新填写。"

    def get_help_text(self) -> str:
        return f"密码至少 {self.min_length} 位。"

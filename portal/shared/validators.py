"""Checks of what people type: sentences that say what is wrong and what to do."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from stdnum.cn import uscc

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks by category that show nothing: fillers, the blank Braille cell, variation selectors.
BLANKS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


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


def _organisation_fits(code: str) -> bool:
    """Positions 9 to 17 are the former organisation code with a check digit of its own (GB 11714)."""
    total = sum(int(c, 36) * weight for c, weight in zip(code[8:16], ORGANISATION_WEIGHTS, strict=True))
    return code[16] == "0123456789X0"[11 - total % 11]


def clean_name(text: str) -> str:
    """A name in NFC without invisible or direction-changing characters; returns the cleaned name."""
    name = unicodedata.normalize("NFC", text or "").strip()
    for position, char in enumerate(name, start=1):
        kind = unicodedata.category(char)
        if kind in FORBIDDEN or (kind == "Zs" and char != " ") or BLANKS.match(char):
            raise ValidationError(
                f"第 {position} 个字符（U+{ord(char):04X}）是看不见或者无法通用显示的特殊字符，请删除后重新输入。",
                code="invisible",
            )
    return name


def name_skeleton(text: str) -> str:
    """What two spellings of one name have in common; for comparing, never for storing."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """The framework has no Chinese for its own sentence."""

    def get_error_message(self) -> str:
        return f"密码至少 {self.min_length} 位，请重新填写。"

    def get_help_text(self) -> str:
        return f"密码至少 {self.min_length} 位。"

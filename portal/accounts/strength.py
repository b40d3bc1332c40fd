"""Strength of passwords: how many guesses it takes, by zxcvbn, which knows names, keyboards and common words."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

LONGEST = 128
LOOKED_AT = 72  # characters; the library's own bound


class StrengthValidator:
    def __init__(self, least: int = 3):
        self.least = least

    def validate(self, password: str, user=None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"密码最多 {LONGEST} 个字符。", code="password_too_long")
        known = [getattr(user, name, "") or "" for name in ("username", "name", "email", "phone")]
        found = zxcvbn(password[:LOOKED_AT], user_inputs=[word for word in known if word])
        if found["score"] < self.least:
            raise ValidationError(
                "此密码容易被猜到：不要用常见的词、姓名、键盘顺序或者重复的字符，可以用几个不相干的词连成一句。",
                code="password_too_weak",
            )

    def get_help_text(self) -> str:
        return "不容易被猜到"

"""Masks: enough of a contact to recognise one's own, too little to call or to write to."""

from __future__ import annotations

import re

NONE = "（无）"  # stands where there is nothing to mask
WORD = re.compile(r"[^\s→]+")


def mask(text: str) -> str:
    """138****8000, w***@example.cn, 李**"""
    text = (text or "").strip()
    if not text:
        return ""
    if "@" in text:
        name, _, host = text.rpartition("@")
        return f"{name[:1]}***@{host}"
    if sum(letter.isdigit() for letter in text) >= 7:
        return f"{text[:3]}****{text[-2:]}"
    return text[0] + "**"


def mask_words(text: str) -> str:
    """Each word of a line such as `before → after` by itself; what stands between them stays."""
    return WORD.sub(lambda found: found[0] if found[0] == NONE else mask(found[0]), text or "")

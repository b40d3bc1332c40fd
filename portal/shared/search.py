"""Searching Chinese without a dictionary: bigrams made here, and pinyin for initials and order."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

# Extension blocks too: rare characters are common in names of people and places.
WORD = re.compile(r"[a-z0-9]+|[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")


def bigrams(text: str) -> str:
    """Space-joined tokens: Latin words and digits whole, Chinese runs as pairs and single characters."""
    tokens: list[str] = []
    for run in WORD.findall(unicodedata.normalize("NFKC", text or "").casefold()):
        if run[0].isascii():
            tokens.append(run)
        else:
            tokens.extend(run)
            tokens.extend(run[n : n + 2] for n in range(len(run) - 1))
    return " ".join(dict.fromkeys(tokens))


def query_tokens(text: str) -> list[str]:
    """What a search demands, all of it: pairs of a Chinese run (or its one character), whole Latin words."""
    tokens: list[str] = []
    for run in WORD.findall(unicodedata.normalize("NFKC", text or "").casefold()):
        if run[0].isascii() or len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend(run[n : n + 2] for n in range(len(run) - 1))
    return tokens


def initials(text: str) -> str:
    """First letters of the pinyin, as people type them: 杭州云帆 → hzyf."""
    letters = lazy_pinyin(
        text or "", style=Style.FIRST_LETTER, errors=lambda other: [c for c in other if c.isalnum()]
    )
    return "".join(letters).lower()[:120]


def sort_key(text: str) -> str:
    """Order by pinyin with tones, as Chinese lists are ordered."""
    return " ".join(lazy_pinyin(text or "", style=Style.TONE3)).lower()[:255]

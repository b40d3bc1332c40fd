"""Search words of Chinese text without a dictionary: bigrams, the same for what is stored and what is asked."""

from __future__ import annotations

import re

import unicodedata2

from portal.shared.names import DOT, HAN_DOT, initials, sort_key, tidy_name

__all__ = ["bigrams", "initials", "query_tokens", "sort_key"]
# Extension blocks too: rare characters are common in names of people and places.
WORD = re.compile(r"[a-z0-9]+|[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def _runs(text: str) -> list[str]:
    """Runs of Chinese or of Latin letters; the dot inside a name parts nothing: it may be typed or not."""
    plain = HAN_DOT.sub("", tidy_name(text)).replace(DOT, "")
    return WORD.findall(unicodedata2.normalize("NFKC", plain).casefold())


def bigrams(text: str) -> str:
    """Space-joined tokens: Latin words and digits whole, Chinese runs as pairs and single characters."""
    tokens: list[str] = []
    for run in _runs(text):
        if run[0].isascii():
            tokens.append(run)
        else:
            tokens.extend(run)
            tokens.extend(run[n : n + 2] for n in range(len(run) - 1))
    return " ".join(dict.fromkeys(tokens))


def query_tokens(text: str) -> list[str]:
    """What a search demands, all of it: pairs of a Chinese run (or its one character), whole Latin words."""
    tokens: list[str] = []
    for run in _runs(text):
        if run[0].isascii() or len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend(run[n : n + 2] for n in range(len(run) - 1))
    return tokens

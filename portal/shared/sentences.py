"""Several sentences told as one."""

from __future__ import annotations

from collections.abc import Iterable


def ended(words: str) -> str:
    """What a person typed, with its full stop once, to be followed by our own sentence."""
    return words.rstrip("。；. ") + "。"


def one_sentence(parts: Iterable[str]) -> str:
    """Parted by ；, with the full stop once, at the end; a single one stays as it is."""
    said = [part for part in parts if part]
    if len(said) < 2:
        return "".join(said)
    stop = "。" if any(part.endswith("。") for part in said) else ""
    return "；".join(part.rstrip("。；") for part in said) + stop

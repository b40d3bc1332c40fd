"""Glyphs of the fonts at hand: what a certificate or a list on paper could not show is said before it is printed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

FONTS = Path("/usr/share/fonts")
RARE = 0x20000  # below it every font for Chinese has what names are written with


def unshown_characters(text: str) -> list[str]:
    """The characters that no font at hand has, each once; none where there are no fonts to ask."""
    rare = [char for char in dict.fromkeys(text) if ord(char) >= RARE]
    known = _known() if rare else frozenset()
    return [char for char in rare if known and ord(char) not in known]


@cache
def _known() -> frozenset[int]:
    """Of the fonts for Chinese that papers are set in; asked once, and only when somebody has a rare name."""
    found: set[int] = set()
    for path in sorted(FONTS.rglob("*CJK-Regular.*")):
        found |= _characters_of(path)
    return frozenset(found)


def _characters_of(path: Path) -> set[int]:
    try:
        if path.suffix.lower() in (".ttc", ".otc"):
            with TTCollection(path, lazy=True) as collection:
                return set(collection.fonts[0].getBestCmap() or ())
        with TTFont(path, lazy=True) as font:
            return set(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, AssertionError):
        return set()

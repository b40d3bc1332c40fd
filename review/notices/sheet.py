"""How an official text fills A4 sheets of 22 lines by 28 characters (GB/T 9704). Pure."""

from __future__ import annotations

import math

from portal.shared.titles import break_title, width

LINES, CHARACTERS = 22, 28
INDENT = 2
SIGNATURE = 3  # a blank line, who signs, the date
LINE_HEIGHT, TITLE_HEIGHT = 28.95, 34  # points


def lines_of(text: str, *, room: int = CHARACTERS, indent: int = INDENT) -> int:
    return max(1, math.ceil((width(text) + indent) / room))


def body_lines(content: dict) -> float:
    """Lines from the title to the last before the signature; a title's line is higher than others."""
    title = len(break_title(content["title"]))
    total = title * TITLE_HEIGHT / LINE_HEIGHT + 1 + lines_of(content["opening"])
    for section in content.get("sections", ()):
        total += 1 + lines_of(section["text"])
    if content.get("annex"):
        total += 1 + lines_of(f"附件：{content['annex']}", room=CHARACTERS - INDENT, indent=0)
    return total


def signature_stands_alone(content: dict) -> bool:
    """Whether signature or date slip to a sheet that carries nothing else: a fault in official documents."""
    return LINES - body_lines(content) % LINES < SIGNATURE

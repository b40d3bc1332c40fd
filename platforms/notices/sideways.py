"""A sheet that was too wide for its paper: its columns stand on pages of their own, put beside the numbers again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from platforms.departments import place_label
from platforms.notices.headings import HEADINGS, code_of
from platforms.notices.sources import Block, Line, Table
from portal.shared.sheets import heading_key

NUMBERED = re.compile(r"(\d{1,4})\s*(.*)")
FEWEST = 3  # rows: fewer could stand below one another by chance


def join_sideways(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """The blocks with such a sheet as one table, and what a person is asked of it."""
    for at, block in enumerate(blocks):
        keys = _keys(block) if isinstance(block, Table) else []
        lines = _lines(blocks[at + 1 :], block.rows[0]) if len(keys) >= FEWEST else []
        columns, left = _columns(lines, len(keys))
        codes = [code_of(words) for words, _ in columns]
        if "name" not in codes and "unit" not in codes:
            continue
        rows = [("序号", "省份", *(words for words, _ in columns))]
        rows += [(*key, *(cells[n] for _, cells in columns)) for n, key in enumerate(keys)]
        asked = ["名单比纸宽，各列印在不同的页上，已按次序对应到各行，请抽查核对。"]
        asked += [f"列“{words}”的行数与序号不同，没有读取，请核对。" for words in left]
        return [*blocks[:at], Table(tuple(rows), f"{block.place}起横向各页")], asked
    return list(blocks), []


def _keys(table: Table) -> list[tuple[str, str]]:
    """Numbers from 1 on with their places, where a table has nothing but these; else none."""
    found: list[tuple[str, str]] = []
    for cells in table.rows:
        words = " ".join(filter(None, cells))
        said = NUMBERED.fullmatch(words)
        if said and int(said[1]) == len(found) + 1 and (not said[2] or place_label(said[2])):
            found.append((said[1], said[2]))
        elif said and place_label(said[2]):
            return []
    others = len(table.rows) - len(found)
    return found if others <= 3 and any(place for _, place in found) else []


def _lines(blocks: Sequence[Block], head: Sequence[str]) -> list[str]:
    """The cells of the further pages one below another; none where another list stands there."""
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Line):
            found.append(block.text)
        elif len(block.rows) > 3:
            return []
        else:  # headings of the first page, put above a column of a later one
            found += ["".join(row) for row in block.rows if tuple(row) != tuple(head)]
    return found


def _columns(lines: Sequence[str], count: int) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Headings with as many cells as there are numbers, and those with fewer or more."""
    parts: list[tuple[str, list[str]]] = []
    for line in lines:
        if heading_key(line) in HEADINGS:
            parts.append((line, []))
        elif parts:
            parts[-1][1].append(line)
    whole = [part for part in parts if len(part[1]) == count]
    return whole, [words for words, cells in parts if cells and len(cells) != count]

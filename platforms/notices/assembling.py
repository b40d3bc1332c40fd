"""Tables that a copy took apart: put together again by their headings, out of lines of cells or of single spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from platforms.notices.headings import HEADINGS, LONGEST, NUMBERS, PROVINCES, code_of
from platforms.notices.marks import has_glosses, strip_glosses
from platforms.notices.names import WHOLE
from platforms.notices.rows import province_line
from platforms.notices.sources import Block, Line, Table
from portal.shared.names import to_simplified
from portal.shared.sheets import heading_key

WIDEST = 15  # columns of a list
TRADITIONAL = re.compile(r"企業|平臺|關於|單位|號|務|範|國|稱|區")
LONGEST_LINE, LONGEST_CELL = 6000, 600  # characters
APPENDIX = re.compile(
    r"^\s*附\s*件|^[一二三四五六七八九十]+、|^[(（][一二三四五六七八九十]+[)）]|名单$|^第.{1,3}批"
)


def bound_lines(blocks: Sequence[Block]) -> list[Block]:
    """No line longer than a notice ever writes: what a program left without breaks is cut at its sentences."""
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            made.append(_bounded_table(block))
        elif len(block.text) <= LONGEST_LINE:
            made.append(block)
        else:
            for part in re.findall(rf"[^。；]{{1,{LONGEST_LINE}}}[。；]?", block.text):
                made.append(Line(part, block.place, part))
    return made


def simplify_blocks(blocks: Sequence[Block]) -> tuple[list[Block], bool]:
    """A page in traditional characters as simplified ones; names in the register are written so."""
    head = "".join(block.text for block in blocks[:60] if isinstance(block, Line))[:3000]
    head += "".join(
        cell for block in blocks if isinstance(block, Table) for row in block.rows[:5] for cell in row
    )[:3000]
    if has_glosses(head):
        blocks, head = list(_changed(blocks, strip_glosses)), strip_glosses(head)
    if len(set(TRADITIONAL.findall(head))) < 3:
        return list(blocks), False
    return list(_changed(blocks, to_simplified)), True


def _changed(blocks: Sequence[Block], change: Callable[[str], str]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Line):
            yield Line(change(block.text), block.place, change(block.raw))
        else:
            rows = tuple(tuple(map(change, row)) for row in block.rows)
            yield replace(block, rows=rows)


def _bounded_table(table: Table) -> Table:
    if all(len(cell) <= LONGEST_CELL for row in table.rows for cell in row):
        return table
    rows = tuple(tuple(cell[:LONGEST_CELL] for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def assemble_tables(blocks: Sequence[Block]) -> list[Block]:
    """A web page's table copied with every cell on a line of its own is put together again by its headings."""
    made: list[Block] = []
    at = 0
    while at < len(blocks):
        if width := _spaced_headings(blocks[at]):
            table, used = _spaced_cells(blocks, at, width)
            made.append(table)
            at += used
            continue
        run = _stacked_headings(blocks, at)
        if run < 2:
            made.append(blocks[at])
            at += 1
            continue
        table, used = _stacked_cells(blocks, at, run)
        made.append(table)
        at += used
    return made


def _stacked_headings(blocks: Sequence[Block], at: int) -> int:
    """How many headings stand here, each on a line of its own, the number's first, before the line of a 1."""
    first = blocks[at]
    if not isinstance(first, Line) or heading_key(first.text) not in NUMBERS:
        return 0
    codes: set[str] = set()
    for width, block in enumerate(blocks[at : at + WIDEST]):
        if not isinstance(block, Line) or len(block.text) > LONGEST + 6:
            break
        if block.text == "1":
            return width if len(codes) >= 2 and codes & {"name", "unit"} else 0
        codes |= {code_of(block.text)} - {""}
    return 0


def _spaced_headings(block: Block) -> int:
    """How many headings stand on one line with single spaces between them; 0 where it is no such line."""
    if not isinstance(block, Line) or len(block.text) > 120:
        return 0
    words = (block.raw or block.text).split()
    if len(words) < 3 or len(words) > WIDEST:
        return 0
    known = sum(heading_key(word) in HEADINGS for word in words)
    meant = {code_of(word) for word in words} - {""}
    numbered = heading_key(words[0]) in NUMBERS and meant & {"name", "unit"}
    return len(words) if known == len(words) or (numbered and len(meant) * 3 >= len(words) * 2) else 0


def _spaced_cells(blocks: Sequence[Block], start: int, width: int) -> tuple[Table, int]:
    """Lines below such headings, each a number and as many words; one word short where a province is not repeated."""
    head = (blocks[start].raw or blocks[start].text).split()
    province = next((n for n, text in enumerate(head) if heading_key(text) in PROVINCES), None)
    rows, at = [head], start + 1
    while at < len(blocks) and isinstance(blocks[at], Line):
        cells = (blocks[at].raw or blocks[at].text).split()
        if not cells or not (cells[0].isdecimal() or province_line(cells[0])) or len(cells) < 2:
            break
        if (
            province is not None
            and len(cells) == width - 1
            and not province_line(cells[min(province, len(cells) - 1)])
        ):
            cells.insert(province, "")
        between = "、" if code_of(head[-1]) == "functions" else " "
        cells = cells[: width - 1] + [between.join(cells[width - 1 :])] if len(cells) > width else cells
        at += 1
        while at < len(blocks) and _broken_off(blocks[at], cells):
            at += 1
        rows.append(cells)
    return Table(tuple(map(tuple, rows)), blocks[start].place + "起"), at - start


def _broken_off(block: Block, cells: list[str]) -> bool:
    """Whether a line is the rest of names that a printed page broke; it is put where they end too early."""
    words = (block.raw or block.text).split() if isinstance(block, Line) else []
    early = [at for at, cell in enumerate(cells) if len(cell) >= 7 and not WHOLE.search(cell)]
    fits = early and 1 <= len(words) <= len(cells) and not words[0].isdecimal()
    if (
        not fits
        or re.search(r"[。：:]", block.text)
        or APPENDIX.search(block.text)
        or province_line(block.text)
    ):
        return False
    if len(words) == len(early):
        for at, word in zip(early, words, strict=True):
            cells[at] += word
    else:
        cells[early[0]] += "\n" + " ".join(words)  # a person is asked
    return True


def _whole_cells(cells: list[str], width: int) -> list[str]:
    """One cell too many for the headings: a name that the page broke is put together."""
    cells = list(cells)
    while len(cells) > width:
        at = next(
            (
                n
                for n, cell in enumerate(cells[:-1])
                if len(cell) >= 5 and not WHOLE.search(cell) and not province_line(cell)
            ),
            None,
        )
        if at is None:
            return cells
        cells[at : at + 2] = [cells[at] + cells[at + 1]]
    return cells


def _broken_place(text: str, rest: str) -> bool:
    """新疆生产 above 建设兵团."""
    return not province_line(text) and len(rest) <= 6 and bool(province_line(text + rest))


def _stacked_cells(blocks: Sequence[Block], start: int, width: int) -> tuple[Table, int]:
    head = [blocks[start + n].text for n in range(width)]
    province = next((n for n, text in enumerate(head) if heading_key(text) in PROVINCES), None)
    rows, at, number = [head], start + width, 1
    while at < len(blocks) and isinstance(blocks[at], Line) and blocks[at].text == str(number):
        cells, at = [blocks[at].text], at + 1
        while at < len(blocks) and isinstance(blocks[at], Line) and blocks[at].text != str(number + 1):
            if APPENDIX.match(blocks[at].text) or len(cells) >= width + 1:
                break
            if province == len(cells) - 1 and _broken_place(cells[province], blocks[at].text):
                cells[province] += blocks[at].text
            else:
                cells.append(blocks[at].text)
            at += 1
        if province is not None and len(cells) > province and not province_line(cells[province]):
            cells.insert(province, "")
        rows.append(_whole_cells(cells, width))
        number += 1
    return Table(tuple(map(tuple, rows)), blocks[start].place + "起"), at - start

"""Tables with ruled lines on a page of a PDF, and the parts of one that goes on over pages put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.files.documents.blocks import Block, Table, joined
from portal.files.documents.printed import NUMBERS, PLACE
from portal.shared.sheets import heading_key

HEADS = 3  # lines of headings
MERGED = None  # a cell that belongs to the one above


@dataclass(frozen=True)
class Part:
    """A table as it stands on one page; `rows` hold MERGED where a cell goes on from above."""

    rows: list[list[str | None]]
    place: str
    top: float
    bbox: tuple[float, float, float, float]


def ruled_parts(page) -> list[Part]:
    made = []
    tables = page.find_tables()
    words = page.extract_words() if tables else []
    for number, table in enumerate(tables, start=1):
        rows = [[None if cell is None else joined(cell) for cell in row] for row in table.extract()]
        _fill_open_cells(rows, table, words)
        _repeat_merged(rows, table)
        if len(rows[0]) < 2:
            continue
        rows, bbox = _with_sides(rows, table, words)
        if number == len(tables):
            rows, bbox = _with_open_row(rows, table, words, bbox)
        made.append(Part(rows, f"第 {page.page_number} 页表 {number} ", bbox[1], bbox))
    return made


def _fill_open_cells(rows, table, words: Sequence[dict]) -> None:
    """A cell for several rows that the end of the page left without its lower line: its words are in no cell."""
    heads = table.rows[0].cells
    if None in heads or len(heads) != len(rows[0]):
        return
    bands = [(row.bbox[1], row.bbox[3]) for row in table.rows]
    for column, head in enumerate(heads):
        closed = [cell for row in table.rows if (cell := row.cells[column])]
        first = len(rows)
        while rows[first - 1][column] is MERGED and not any(
            cell[1] <= sum(bands[first - 1]) / 2 <= cell[3] for cell in closed
        ):
            first -= 1
        if first == len(rows):
            continue
        lost = [one for one in words if _fits(one, head) and bands[first][0] <= _middle(one) <= bands[-1][1]]
        if lost:
            rows[first][column] = _text(lost)


def _repeat_merged(rows, table) -> None:
    """A remark that stands once for several rows is said of each, as it is in a document; places have a way of their own."""
    heads = table.rows[0].cells
    if None in heads or len(heads) != len(rows[0]):
        return
    for column, head in enumerate(rows[0]):
        key = heading_key(head or "")
        if key in NUMBERS or PLACE.search(key):
            continue
        for at in range(2, len(rows)):
            above = next((row.cells[column] for row in table.rows[at - 1 :: -1] if row.cells[column]), None)
            own = [cell for cell in table.rows[at].cells if cell]
            if rows[at][column] is MERGED and above and own:
                middle = (table.rows[at].bbox[1] + min(cell[3] for cell in own)) / 2
                if above[1] <= middle <= above[3]:
                    rows[at][column] = rows[at - 1][column]


def _with_sides(rows, table, words: Sequence[dict]):
    """A list that is open at its sides has a first and a last column all the same."""
    left, top, right, bottom = table.bbox
    level = [one for one in words if one["top"] >= top - 1 and one["bottom"] <= bottom + 1]
    before = [one for one in level if one["x1"] <= left + 1]
    behind = [one for one in level if one["x0"] >= right - 1]
    if not (before or behind) or len(rows) < 2:
        return rows, table.bbox
    bands = [(row.bbox[1], min(cell[3] for cell in row.cells if cell)) for row in table.rows]
    for outer, first in ((before, True), (behind, False)):
        if outer:
            cells = [_text([one for one in outer if upper <= _middle(one) < lower]) for upper, lower in bands]
            rows = [[cell, *row] if first else [*row, cell] for cell, row in zip(cells, rows, strict=True)]
    left = min([left, *(one["x0"] for one in before)])
    return rows, (left, top, max([right, *(one["x1"] for one in behind)]), bottom)


def _with_open_row(rows, table, words: Sequence[dict], bbox):
    """The upper part of a row that the end of the page left open: words close below, each within a column."""
    left, _, right, bottom = bbox
    columns = [cell for cell in table.rows[0].cells if cell]
    below = [one for one in words if one["top"] >= bottom - 1]
    size = max((one["bottom"] - one["top"] for one in below), default=0)
    if len(columns) != len(rows[0]) or not below or min(one["top"] for one in below) > bottom + size * 1.5:
        return rows, bbox
    places = [next((n for n, cell in enumerate(columns) if _fits(one, cell)), None) for one in below]
    if None in places or 0 not in places or max(one["bottom"] for one in below) > bottom + size * 12:
        return rows, bbox
    cells = [
        _text([one for one, place in zip(below, places, strict=True) if place == at])
        for at in range(len(columns))
    ]
    return [*rows, cells], (left, bbox[1], right, max(one["bottom"] for one in below))


def _fits(word: dict, cell) -> bool:
    return cell[0] - 1 <= word["x0"] and word["x1"] <= cell[2] + 1


def _middle(word: dict) -> float:
    return (word["top"] + word["bottom"]) / 2


def _text(words: Sequence[dict]) -> str:
    ordered = sorted(words, key=lambda one: (round(one["top"]), one["x0"]))
    return joined(" ".join(one["text"] for one in ordered))


def join_parts(blocks: Sequence[Block | Part]) -> list[Block]:
    """A part below another of as many columns goes on with it: its first row too, where the page broke a row."""
    made: list[Block | Part] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(block, Part) and isinstance(last, Part) and len(block.rows[0]) == len(last.rows[0]):
            made[-1] = _joined(last, block)
        else:
            made.append(block)
    return [_as_table(one) if isinstance(one, Part) else one for one in made]


def _as_table(part: Part) -> Table:
    return Table(tuple(tuple(cell or "" for cell in row) for row in part.rows), part.place)


def _joined(upper: Part, lower: Part) -> Part:
    head = upper.rows[0]
    rows = lower.rows
    if rows[0] == head:  # headings once more, of two lines where they are of two lines
        same = next((n for n, (a, b) in enumerate(zip(upper.rows, rows, strict=False)) if a != b), len(rows))
        rows = rows[min(same, HEADS) :]
    number = _column(head, lambda key: key in NUMBERS)
    place = _column(head, lambda key: bool(PLACE.search(key)))
    above = [list(row) for row in upper.rows]
    rows = [list(row) for row in rows]
    if place is not None and rows:
        _give_place(above, rows, place)
    if rows and len(above) > 1 and number is not None and _is_one_row(above[-1], rows[0], number, place):
        first = rows.pop(0)
        above[-1] = [_joined_cells(a, b) for a, b in zip(above[-1], first, strict=True)]
    return Part([*above, *rows], upper.place, upper.top, upper.bbox)


def _column(head: Sequence[str | None], fits) -> int | None:
    return next((at for at, cell in enumerate(head) if cell and fits(heading_key(cell))), None)


def _is_one_row(upper, lower, number: int, place: int | None) -> bool:
    """Of a row that the page broke only one part holds the number."""
    named = [at for at in range(len(upper)) if at not in (number, place)]
    if not any(lower[at] for at in named) or (not upper[number] and not any(upper[at] for at in named)):
        return False
    if len({cell for cell in lower if cell}) == 1 and lower[0]:
        return False  # a province over the whole width
    return bool(upper[number]) != bool(lower[number])


def _joined_cells(upper: str | None, lower: str | None) -> str | None:
    if upper and lower and upper != lower:
        return joined(f"{upper}\n{lower}").replace("\n", "")
    return upper or lower


def _give_place(above, rows, place: int) -> None:
    """The province of a cell that the page broke, which stands in its lower part."""
    first = next((n for n in range(len(above) - 1, 0, -1) if above[n][place] is not MERGED), 0)
    merges = any(row[place] is MERGED for row in (*above, *rows))
    if first and above[first][place] == "" and rows[0][place] and (len(above) - first > 1 or merges):
        blanks = sum(row[place] == "" for row in above[1:])
        if blanks == 1 or len(above) - first > 1:
            above[first][place] = rows[0][place]

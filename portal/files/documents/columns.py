"""Columns of a printed list without rules: a line of known headings, the gaps between its columns, numbers as rows.

A cell over several lines stands above and below its row's number, or only below it: the widest gap between two
numbers parts their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portal.files.documents.blocks import PAGE_NUMBER, Block, Line, Table, joined
from portal.shared.names import tidy_text
from portal.shared.sheets import heading_key

NUMBERS = {"序号", "编号", "no"}
SLACK = 2.0  # points by which a word may reach over into the gap


@dataclass
class Word:
    text: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass
class Printed:
    """One line as it is printed, its words from left to right."""

    words: list[Word]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)


@dataclass
class Grid:
    """The headings of a list and the bounds between its columns."""

    labels: list[str]
    middles: list[float]
    bounds: list[float] = field(default_factory=list)
    numbers: int | None = None
    below: bool | None = None  # a row's further lines all stand below its number

    def column(self, word: Word) -> int:
        middle = (word.left + word.right) / 2
        return sum(middle > bound for bound in self.bounds)

    def crosses(self, word: Word) -> bool:
        return any(word.left < bound - SLACK and word.right > bound + SLACK for bound in self.bounds)


class Reader:
    """Reads page after page; a list may go on over the page without its headings."""

    def __init__(self, headings: frozenset[str]):
        self.headings = headings
        self.grid: Grid | None = None

    def close(self) -> None:
        self.grid = None

    def read(self, page) -> list[Block]:
        lines = self._whole_headings(printed_lines(page))
        blocks: list[Block] = []
        at, place = 0, f"第 {page.page_number} 页"
        if self.grid is None:
            at = self._words_until_headings(lines, 0, blocks, place)
        tables = 0
        while at < len(lines):
            grid = self._grid_of(lines, at)
            if grid:
                self.grid, at = grid, at + 1
            end = self._end(lines, at)
            rows = list(rows_of(lines[at:end], self.grid))
            if rows:
                tables += 1
                blocks.append(Table((tuple(self.grid.labels), *map(tuple, rows)), f"{place}表 {tables} "))
            at = end
            if at < len(lines) and not self._is_headings(lines[at]):
                blocks.append(_line(lines[at], place, at))
                at = self._between(lines, at + 1, blocks, place)
        return blocks

    def _words_until_headings(self, lines, at: int, blocks: list[Block], place: str) -> int:
        while at < len(lines) and not self._is_headings(lines[at]):
            blocks.append(_line(lines[at], place, at))
            at += 1
        return at

    def _between(self, lines, at: int, blocks: list[Block], place: str) -> int:
        """Lines between two parts of a list: a heading, a province, a sentence; rows go on at the next number."""
        while at < len(lines) and not self._is_headings(lines[at]) and not self._is_row(lines[at]):
            blocks.append(_line(lines[at], place, at))
            at += 1
        return at

    def _is_row(self, line: Printed) -> bool:
        grid = self.grid
        fits = len(line.words) >= 2 and not any(grid.crosses(word) for word in line.words)
        return fits and (grid.numbers is None or _number(line, grid) is not None)

    def _end(self, lines: Sequence[Printed], at: int) -> int:
        """Where the list is interrupted: by its headings again, or by a line that keeps to no column."""
        for number in range(at, len(lines)):
            line = lines[number]
            alone = len(line.words) == 1 and self.grid.crosses(line.words[0])
            if self._is_headings(line) or alone:
                return number
        return len(lines)

    def _is_headings(self, line: Printed) -> bool:
        known = sum(heading_key(word.text) in self.headings for word in line.words)
        return known >= 2 and known * 2 > len(line.words)

    def _whole_headings(self, lines: list[Printed]) -> list[Printed]:
        """A heading over two or three lines (序 above 号) is put together with the others of its row."""
        made: list[Printed] = []
        at = 0
        while at < len(lines):
            line, used = lines[at], 1
            if self._is_headings(line):
                known = [word for word in line.words if heading_key(word.text) in self.headings]
                before = made[-1:] if made and _pieces(made[-1], line, known) else []
                after = [one for one in lines[at + 1 : at + 2] if _pieces(one, line, known)]
                parts = [word for one in (*before, *after) for word in one.words]
                whole = _stacked([*parts, *(word for word in line.words if word not in known)])
                if any(heading_key(word.text) in self.headings for word in whole):
                    made = made[:-1] if before else made
                    used += len(after)
                    line = Printed(sorted([*known, *whole], key=lambda word: word.left))
            made.append(line)
            at += used
        return made

    def _grid_of(self, lines: Sequence[Printed], at: int) -> Grid | None:
        if not self._is_headings(lines[at]):
            return None
        words = lines[at].words
        grid = Grid([word.text for word in words], [(word.left + word.right) / 2 for word in words])
        grid.numbers = next((n for n, word in enumerate(words) if heading_key(word.text) in NUMBERS), None)
        below: list[Word] = []
        for line in lines[at + 1 :]:
            if self._is_headings(line):
                break
            wide = len(line.words) == 1 and line.words[0].right - line.words[0].left > _width(words) * 0.6
            if not wide:
                below += line.words
        grid.bounds = [_emptiest(below, left, right) for left, right in pairwise(words)]
        return grid


def printed_lines(page) -> list[Printed]:
    words = [
        Word(tidy_text(one["text"]), one["x0"], one["x1"], one["top"], one["bottom"])
        for one in page.extract_words(x_tolerance=1.5, y_tolerance=2)
    ]
    lines: list[Printed] = []
    for word in sorted((one for one in words if one.text), key=lambda one: (one.top, one.left)):
        height = word.bottom - word.top
        last = lines[-1].words[0] if lines else None
        if last and abs(last.top - word.top) < height * 0.35:
            lines[-1].words.append(word)
        else:
            lines.append(Printed([word]))
    for line in lines:
        line.words.sort(key=lambda one: one.left)
    return [
        line
        for line in lines
        if not PAGE_NUMBER.fullmatch(line.text) or len(line.words) > 1 or not _margin(line, page)
    ]


def _pieces(line: Printed, head: Printed, known: Sequence[Word]) -> bool:
    """Whether a line beside the headings holds nothing but parts of further ones."""
    height = head.words[0].bottom - head.words[0].top
    near = min(abs(line.top - head.bottom), abs(head.top - line.bottom)) < height
    free = all(word.right < other.left or word.left > other.right for word in line.words for other in known)
    return near and free and all(len(word.text) <= 6 and not word.text.isdecimal() for word in line.words)


def _stacked(pieces: list[Word]) -> list[Word]:
    """Words above one another as one."""
    made: list[Word] = []
    for word in sorted(pieces, key=lambda one: one.top):
        above = next((one for one in made if word.left < one.right and one.left < word.right), None)
        if above:
            above.text, above.bottom = above.text + word.text, word.bottom
            above.left, above.right = min(above.left, word.left), max(above.right, word.right)
        else:
            made.append(Word(word.text, word.left, word.right, word.top, word.bottom))
    return made


def _margin(line: Printed, page) -> bool:
    """In the foot or head of the page, where its number stands."""
    return line.top > page.height * 0.9 or line.bottom < page.height * 0.08


def _line(line: Printed, place: str, at: int) -> Line:
    return Line(tidy_text(line.text), f"{place}第 {at + 1} 行", "  ".join(word.text for word in line.words))


def _width(words: Sequence[Word]) -> float:
    return words[-1].right - words[0].left


def _emptiest(words: Sequence[Word], left: Word, right: Word) -> float:
    """Between two headings the place over which the fewest words stand; of several the middle of the widest."""
    first, last = (left.left + left.right) / 2, (right.left + right.right) / 2
    steps = [first + n for n in range(1, max(2, int(last - first)))]
    counts = [sum(word.left < x < word.right for word in (*words, left, right)) for x in steps]
    least, best, run = min(counts), (0, 0), 0
    for number, count in enumerate([*counts, least + 1]):
        if count == least:
            run += 1
            continue
        best = max(best, (run, number))
        run = 0
    return steps[best[1] - 1] - (best[0] - 1) / 2


def _number(line: Printed, grid: Grid) -> Word | None:
    return next(
        (word for word in line.words if grid.column(word) == grid.numbers and word.text.isdecimal()), None
    )


def rows_of(lines: Sequence[Printed], grid: Grid) -> Iterator[list[str]]:
    words = [word for line in lines for word in line.words]
    if not words:
        return
    anchors = [one for line in lines if grid.numbers is not None and (one := _number(line, grid))]
    if len(anchors) < 2 and grid.numbers is None:
        for line in lines:
            yield _cells(line.words, grid)
        return
    if anchors and grid.below is None:
        above = min(word.top for word in words)
        grid.below = above > anchors[0].top - (anchors[0].bottom - anchors[0].top) * 0.4
    edges = _edges(words, anchors, grid)
    for upper, lower in zip([float("-inf"), *edges], [*edges, float("inf")], strict=True):
        cells = _cells([word for word in words if upper <= (word.top + word.bottom) / 2 < lower], grid)
        if any(cells):
            yield cells


def _edges(words: Sequence[Word], anchors: Sequence[Word], grid: Grid) -> list[float]:
    edges = []
    first = anchors[0] if anchors else None
    if first and (rest := [word for word in words if word.bottom < first.top]):
        # Above the first number: the end of the last row of the page before, or the beginning of this one.
        gap, at = _widest(words, min(word.top for word in rest), first.top, grid)
        if grid.below or gap > (first.bottom - first.top) * 0.8:
            edges.append(first.top - 0.5 if grid.below else at)
    for one, other in pairwise(anchors):
        edges.append(_widest(words, one.bottom, other.top, grid)[1])
    return edges


def _widest(words: Sequence[Word], upper: float, lower: float, grid: Grid) -> tuple[float, float]:
    """The widest gap over the whole width between two heights; of equal ones the last where rows only grow downwards."""
    spans = sorted((word.top, word.bottom) for word in words if word.bottom > upper and word.top < lower)
    gaps, reached = [], upper
    for top, bottom in [*spans, (lower, lower)]:
        if top > reached:
            gaps.append((round(top - reached, 1), (top + reached) / 2))
        reached = max(reached, bottom)
    if not gaps:
        return 0.0, lower - 0.5 if grid.below else (upper + lower) / 2
    widest = max(gap for gap, _ in gaps)
    near = [(gap, at) for gap, at in gaps if gap >= widest - 0.6]
    middle = (upper + lower) / 2
    return near[-1] if grid.below else min(near, key=lambda one: abs(one[1] - middle))


def _cells(words: Sequence[Word], grid: Grid) -> list[str]:
    cells: list[list[str]] = [[] for _ in grid.labels]
    for word in sorted(words, key=lambda one: (round(one.top), one.left)):
        cells[grid.column(word)].append(word.text)
    return [joined(" ".join(parts)) for parts in cells]

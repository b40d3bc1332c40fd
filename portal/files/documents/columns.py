"""Columns of a printed list without rules: a line of known headings, the gaps between its columns, numbers as rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from portal.files.documents.blocks import Block, Line
from portal.files.documents.printed import (
    GROUP,
    NUMBERS,
    Grid,
    Printed,
    Word,
    columns_of_text,
    paragraphs,
    printed_lines,
)
from portal.files.documents.printed_rows import rows_of
from portal.files.documents.ruled import Part
from portal.shared.names import tidy_text
from portal.shared.sheets import heading_key

APPENDIX = re.compile(r"附\s*[件表]\s*\d*")


class Reader:
    """Reads page after page; a list may go on over the page without its headings."""

    def __init__(self, headings: frozenset[str]):
        self.headings = headings
        self.grid: Grid | None = None

    def close(self) -> None:
        self.grid = None

    def read(self, page) -> list[Block | Part]:
        lines = self._whole_headings(printed_lines(page, self.headings))
        blocks: list[Block | Part] = []
        at, place = 0, f"第 {page.page_number} 页"
        if self.grid is None:
            at = self._words_until_headings(lines, blocks, place, page.width)
        tables = 0
        while at < len(lines):
            grid = self._grid_of(lines, at)
            if grid:
                self.grid, at = grid, at + 1
            end = self._end(lines, at)
            rows = list(rows_of(lines[at:end], self.grid))
            if rows:
                tables += 1
                blocks.append(Part([list(self.grid.labels), *rows], f"{place}表 {tables} ", 0.0, page.bbox))
            at = end
            if at < len(lines) and not self._is_headings(lines[at]):
                blocks.append(_line(lines[at], place, at))
                at = self._between(lines, at + 1, blocks, place)
        return blocks

    def _words_until_headings(self, lines, blocks: list[Block | Part], place: str, width: float) -> int:
        at = next((n for n, line in enumerate(lines) if self._is_headings(line)), len(lines))
        for part in columns_of_text(lines[:at], width):
            blocks += paragraphs(part, place)
        return at

    def _between(self, lines, at: int, blocks: list[Block | Part], place: str) -> int:
        """Lines between two parts of a list: a heading, a province, a sentence; rows go on at the next number."""
        while at < len(lines) and not self._is_headings(lines[at]) and not self._is_row(lines[at]):
            if self._begins_row(lines, at):
                break
            blocks.append(_line(lines[at], place, at))
            at += 1
        return at

    def _is_row(self, line: Printed) -> bool:
        grid = self.grid
        fits = len(line.words) >= 2 and not any(grid.crosses(word) for word in line.words)
        return fits and (grid.numbers is None or grid.number_in(line) is not None)

    def _begins_row(self, lines: Sequence[Printed], at: int) -> bool:
        """A cell's first line, which stands higher than the number of its row; close below it is the number."""
        line, grid = lines[at], self.grid
        if self._is_group(line) or any(grid.crosses(word) for word in line.words):
            return False
        follows = lines[at + 1] if at + 1 < len(lines) else None
        near = follows and follows.top - line.bottom < line.words[0].height * 0.6
        return bool(near and grid.number_in(follows) and grid.column(line.words[0]) > (grid.numbers or 0))

    def _end(self, lines: Sequence[Printed], at: int) -> int:
        """Where the list is interrupted: by its headings again, by a group, or by a line that keeps to no column."""
        for number in range(at, len(lines)):
            line = lines[number]
            alone = len(line.words) == 1 and self.grid.crosses(line.words[0])
            if self._is_headings(line) or alone or self._is_group(line) or APPENDIX.match(line.text):
                return number
        return len(lines)

    def _is_group(self, line: Printed) -> bool:
        grid = self.grid
        left = grid.column(line.words[0]) <= (grid.numbers or 0) + 1
        return grid.place is None and len(line.words) <= 2 and left and bool(GROUP.fullmatch(line.text))

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
        if self.grid is not None and self.grid.labels == grid.labels:
            grid.begun, grid.below = True, self.grid.below
        below: list[Word] = []
        for line in lines[at + 1 :]:
            if self._is_headings(line):
                break
            wide = len(line.words) == 1 and line.words[0].right - line.words[0].left > _width(words) * 0.6
            if not wide and not (len(line.words) == 1 and GROUP.fullmatch(line.text)):
                below += line.words
        grid.bounds = [_emptiest(below, left, right) for left, right in pairwise(words)]
        return grid


def _pieces(line: Printed, head: Printed, known: Sequence[Word]) -> bool:
    """Whether a line beside the headings holds nothing but parts of further ones."""
    height = head.words[0].height
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

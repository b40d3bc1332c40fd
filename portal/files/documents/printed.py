"""Lines of a page as they are printed: words with their places, letters that were spread out, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from portal.files.documents.blocks import Line
from portal.shared.names import tidy_text
from portal.shared.sheets import heading_key

NUMBERS = {"序号", "编号", "no", "№", "号", "序"}
PLACE = re.compile(r"省|地区|区域|推荐|所在|属地")
# 3, 03., （三）, ③, IV and Ⅳ stand for the number of a row.
ROW_NUMBER = re.compile(
    r"[(（]?\d{1,4}[)）.、．]?|[①-⑳⑴-⒛㈠-㈩Ⅰ-ⅿ]+|[(（]?[一二三四五六七八九十]{1,4}[)）、]?|[IVXLC]{1,8}"
)
SIGNATURE = re.compile(
    r"[\d〇○零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日"
    r"|(中华人民共和国)?工业和信息化部(办公厅|中小企业局)?"
)  # a line of its own
BEGINS = re.compile(r"[(（]?[\d一二三四五六七八九十]{1,4}[)）、.．]|附\s*[件表]|[①-⑳⑴-⒛●•·■▪]")
# 北京市（5家） above its rows, in a list that has no column for a province.
GROUP = re.compile(
    r"(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．])?\S{2,16}?(?:省|市|自治区|兵团|协会|单位)?(?:[(（]?共?\d{1,3}[家个][)）]?|(?<=省|市|区|团|会|位))[:：]?"
)
WIDE = 1.6  # of a character's height: a gap that parts words
MOST_LETTERS = 8  # of a heading whose letters are spread out


@dataclass
class Word:
    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class Printed:
    """One line as it is printed, its words from left to right."""

    words: list[Word]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def raw(self) -> str:
        """With two spaces where a wide gap parts its words."""
        made = self.words[0].text
        for before, word in zip(self.words, self.words[1:], strict=False):
            made += ("  " if word.left - before.right > word.height * WIDE else " ") + word.text
        return made

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right


@dataclass
class Grid:
    """The headings of a list and the bounds between its columns."""

    labels: list[str]
    middles: list[float]
    bounds: list[float] = field(default_factory=list)
    numbers: int | None = None
    below: bool | None = None  # a row's further lines all stand below its number
    shared: bool = False  # a province is printed once for several rows
    begun: bool = False  # rows of it stood on a page before

    @cached_property
    def place(self) -> int | None:
        return next((n for n, label in enumerate(self.labels) if PLACE.search(heading_key(label))), None)

    def column(self, word: Word) -> int:
        middle = (word.left + word.right) / 2
        return sum(middle > bound for bound in self.bounds)

    def crosses(self, word: Word, slack: float = 2.0) -> bool:
        """`slack` in points: by so much a word may reach over into the gap."""
        return any(word.left < bound - slack and word.right > bound + slack for bound in self.bounds)

    def number_in(self, line: Printed) -> Word | None:
        return next(
            (one for one in line.words if self.column(one) == self.numbers and is_row_number(one.text)), None
        )


def is_row_number(text: str) -> bool:
    return bool(ROW_NUMBER.fullmatch(text))


def printed_lines(page, headings: Collection[str]) -> list[Printed]:
    words = [
        Word(tidy_text(one["text"]), one["x0"], one["x1"], one["top"], one["bottom"])
        for one in page.extract_words(x_tolerance=1.5, y_tolerance=2)
    ]
    lines: list[Printed] = []
    for word in sorted((one for one in words if one.text), key=lambda one: (one.top, one.left)):
        last = lines[-1].words[0] if lines else None
        if last and abs(last.top - word.top) < word.height * 0.35:
            lines[-1].words.append(word)
        else:
            lines.append(Printed([word]))
    for line in lines:
        line.words.sort(key=lambda one: one.left)
        line.words = _closed_up(line.words, headings)
    return lines


def _closed_up(words: list[Word], headings: Collection[str]) -> list[Word]:
    """序 号  平 台 名 称: letters of a heading that were spread out are one word."""
    if len(words) < 3:
        return words
    made: list[Word] = []
    found = at = 0
    while at < len(words):
        size = next(
            (
                n
                for n in range(min(MOST_LETTERS, len(words) - at), 1, -1)
                if all(len(one.text) <= 2 for one in words[at : at + n])
                and heading_key("".join(one.text for one in words[at : at + n])) in headings
            ),
            1,
        )
        part = words[at : at + size]
        found += size > 1
        text = "".join(one.text for one in part)
        bottom = max(one.bottom for one in part)
        made.append(Word(text, part[0].left, part[-1].right, min(one.top for one in part), bottom))
        at += size
    return made if found > 1 else words


def paragraphs(lines: Sequence[Printed], place: str, start: int = 0) -> list[Line]:
    """A line that reaches the right edge goes on in the next one that begins at the left edge."""
    if not lines:
        return []
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    made: list[Line] = []
    full, begun = False, left
    for at, line in enumerate(lines, start=start):
        height = line.words[0].height
        near = min(line.left - left, abs(line.left - begun)) < height * 0.6
        goes_on = full and near and not _begins(line.text)
        text = tidy_text(line.text)
        if goes_on and made:
            last = made[-1]
            made[-1] = Line(tidy_text(f"{last.text} {text}"), last.place, last.raw + line.raw)
        elif text:
            begun = line.left
            made.append(Line(text, f"{place}第 {at + 1} 行", line.raw))
        full = line.right > right - height * 1.6 and "  " not in line.raw
    return made


def columns_of_text(lines: Sequence[Printed], width: float) -> list[list[Printed]]:
    """What stands above, to the left, to the right and below, where a numbered list is set in two columns."""
    parts = [_halves(line, width) for line in lines]
    both = [at for at, (left, right) in enumerate(parts) if left and right]
    starts = [at for at in both if any(_begins(half[0].text) for half in parts[at])]
    if len(both) < 4 or len(starts) * 2 < len(both):
        return [list(lines)]
    first, last = both[0], both[-1]
    while last + 1 < len(lines) and not _crosses_middle(lines[last + 1], width):
        last += 1
    lefts = [Printed(left) for left, _ in parts[first : last + 1] if left]
    rights = [Printed(right) for _, right in parts[first : last + 1] if right]
    return [part for part in (list(lines[:first]), lefts, rights, list(lines[last + 1 :])) if part]


def _begins(text: str) -> bool:
    signed = SIGNATURE.fullmatch(text.replace(" ", ""))
    return bool(BEGINS.match(text) or GROUP.fullmatch(text) or signed)


def _crosses_middle(line: Printed, width: float) -> bool:
    return any(word.left < width / 2 < word.right for word in line.words)


def _halves(line: Printed, width: float) -> tuple[list[Word], list[Word]]:
    if _crosses_middle(line, width):
        return [], []
    left = [word for word in line.words if word.right <= width / 2]
    return left, [word for word in line.words if word.left >= width / 2]

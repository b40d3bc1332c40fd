"""Blocks of a document, lines and tables in their order, and how a text that was copied becomes such."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.shared.names import tidy_text
from portal.shared.sheets import column_letter

MAX_TABLES, MAX_LINES, MAX_PAGES = 200, 20_000, 200
PRINTED_PAGE = re.compile(
    r"[-—–]+\s*\d{1,3}\s*[-—–]+|第\s*\d+\s*页.{0,12}"
)  # not a lone number: it may be a row's
PAGE_NUMBER = re.compile(r"[-—–\s]*\d{1,3}[-—–\s]*|第\s*\d+\s*页.*")


class DocumentUnreadable(Exception):
    """The file can't be read; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Line:
    text: str
    place: str
    raw: str = ""  # with its tabs and gaps


@dataclass(frozen=True)
class Table:
    """Rows of cells; `place` names the table, `letters` whether its cells are named like a workbook's."""

    rows: tuple[tuple[str, ...], ...]
    place: str
    letters: bool = False
    notes: tuple[str, ...] = ()  # what its reader tells a person: hidden rows, sheets that were passed over

    def cell(self, row: int, column: int) -> str:
        if self.letters:
            return f"{self.place}!{column_letter(column)}{row + 1}"
        return f"{self.place}第 {row + 1} 行第 {column + 1} 格"


Block = Line | Table


def to_json(blocks: Sequence[Block]) -> list:
    return [
        ["line", one.text, one.place, one.raw]
        if isinstance(one, Line)
        else ["table", one.rows, one.place, [one.letters, *one.notes]]
        for one in blocks
    ]


def from_json(told: list) -> list[Block]:
    """What a limited process has said, taken as nothing but text."""
    found: list[Block] = []
    for kind, first, place, last in told:
        if kind == "line":
            found.append(Line(str(first), str(place), str(last)))
        else:
            rows = tuple(tuple(str(cell) for cell in row) for row in first)
            found.append(Table(rows, str(place), bool(last[0]), tuple(map(str, last[1:]))))
    return found


def decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def read_text(text: str) -> list[Block]:
    blocks: list[Block] = []
    for number, raw in _lines(text):
        if (plain := tidy_text(raw)) and not PRINTED_PAGE.fullmatch(plain):
            blocks.append(Line(plain, f"第 {number} 行", raw))
    return gather_columns(blocks)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """With the number each begins at; a cell of a spreadsheet that holds a line break was copied in quotes."""
    lines = re.split(r"\r\n|\r|\n|\x0b", text)[:MAX_LINES]
    at = 0
    while at < len(lines):
        raw, first = lines[at], at
        if re.search(r'(?:^|\t)"', raw):
            while raw.count('"') % 2 and at + 1 < len(lines) and at - first < 12:
                at += 1
                raw = f"{raw}\n{lines[at]}"
            raw = "\t".join(
                " ".join(cell.split("\n")) for cell in next(csv.reader([raw], delimiter="\t"), [])
            )
        yield first + 1, raw
        at += 1


def gather_columns(blocks: list[Block]) -> list[Block]:
    """Neighbouring lines with tabs or wide gaps are a table that was copied as text."""
    gathered: list[Block] = []
    run: list[tuple[Line, list[str]]] = []
    wide = 0  # columns of the table before

    def goes_on() -> bool:
        """A lone row between headings of groups or pages, as wide as the table before it."""
        if len(run) != 1 or "\t" not in run[0][0].raw:
            return False
        cells = run[0][1]
        return len(cells) == wide and (cells[0].isdecimal() or not cells[0])

    def close() -> None:
        nonlocal wide
        if (len(run) >= 2 and len({len(cells) for _, cells in run}) <= 4) or goes_on():
            rows = tuple(tuple(tidy_text(cell) for cell in cells) for _, cells in run)
            gathered.append(Table(rows, f"{run[0][0].place}起"))
            wide = len(rows[0])
        else:
            gathered.extend(line for line, _ in run)
        run.clear()

    for block in blocks:
        cells = _split(block.raw) if isinstance(block, Line) else []
        if not cells and run and isinstance(block, Line) and "\t" in block.raw:
            # A row of which one cell is filled: a province, or the rest of a name.
            alone = [cell.strip() for cell in block.raw.strip("\r\n").split("\t")]
            cells = alone if len(alone) == len(run[-1][1]) else []
        if len(cells) >= 2 and not re.search(r"[。；]$", cells[-1]):
            run.append((block, cells))
        else:
            close()
            gathered.append(block)
    close()
    return gathered


def _split(raw: str) -> list[str]:
    if "\t" in raw.strip("\r\n "):
        cells = [cell.strip() for cell in raw.strip("\r\n").split("\t")]
        return cells if sum(map(bool, cells)) >= 2 else []
    for sign in ("|", "｜", ",", ";"):
        if raw.count(sign) >= 2 and not re.search(r"[。；]", raw):
            parts = (
                next(csv.reader([raw], delimiter=sign), []) if sign in ",;" else raw.strip(" |｜").split(sign)
            )
            cells = [cell.strip() for cell in parts]
            return cells if len(cells) >= 3 else []
    cells = [cell for cell in re.split(r"\s{2,}|\u3000+", raw.strip()) if cell]
    # A lone name spread out by spaces (浙　江) and an indented sentence are no row.
    return cells if len(cells) >= 2 and any(len(cell) > 1 for cell in cells) else []


# What a unit's name ends with.
UNIT_ENDINGS = (
    "(?:公司|中心|研究院|研究所|院|所|协会|学会|研究会|商会|大学|学院|集团|局|站|厂|联盟|促进会|联合会|服务部|合作社|基金会|实验室"
    "|孵化器|科技园|产业园|创业园|工业园|园区|基地|事务所|委员会|管委会|交易市场|分公司)"
)
WHOLE = re.compile(rf"[\u4e00-\u9fff]{{4,}}.*(平台|{UNIT_ENDINGS})([)）]?)$")
REST = re.compile(r"(有限|股份|集团|责任|分公司|[(（])")  # what a broken name goes on with


CLOSE = re.compile(r"\s*([、，；（）])\s*")  # no space beside these within a cell


def joined(text: str) -> str:
    """A cell's lines as one: a name broken over two lines is one name. Lines that each could be a name stay apart."""
    lines = [plain for part in text.split("\n") if (plain := tidy_text(part))]
    if len(lines) > 1 and all(
        WHOLE.fullmatch(one) and len(one) >= 7 and not REST.match(one) for one in lines
    ):
        return "\n".join(lines)
    return CLOSE.sub(r"\1", tidy_text(" ".join(lines)))

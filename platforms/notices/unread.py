"""What of a notice was not read, or read by its sense only: each is put to a person, nothing is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from platforms.notices.headings import code_of, find_columns
from platforms.notices.marks import read_number
from platforms.notices.rows import GUESSED, Row, province_line
from platforms.notices.sources import Block, Line, Table
from platforms.notices.words import REVOKE, SURRENDER
from portal.shared.names import compare_key
from portal.shared.sheets import heading_key
from portal.shared.sheets.headings import IGNORE

FAILED = (  # whole remarks
    (REVOKE, re.compile(r"(复核|测评|评价|整改)?(不合格|不予?通过|未能?通过)(复核|测评|评价|整改)?")),
    (SURRENDER, re.compile(r"(自愿|主动|自动|视为)?(放弃|弃权|退出)(参加)?(复核|称号|资格|示范平台)?")),
)
ENDED = re.compile(r"不合格|不予?通过|未能?通过|放弃|弃权|退出|撤销|取消|注销|失效")
CORRECTED = re.compile(r"应为|更正为|改为|修改为|调整为")


def guessed_headings(table: Table, rows: Sequence[Row], chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """Of a table whose headings name no column of ours (序号, 省份, 名单), those nobody knows: the cell and its words."""
    if not rows or not all(GUESSED in row.doubts for row in rows):
        return []
    head = table.rows[0]
    if not any(code_of(cell) for cell in head) or any(map(province_line, head)):
        return []
    if read_number(head[0]) is not None:
        return []
    return [
        (table.cell(0, at), cell)
        for at, cell in enumerate(head)
        if cell and not code_of(cell) and chosen.get(heading_key(cell)) != IGNORE
    ]


def twin_headings(table: Table, chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A second column under the same heading, of which only the first was read, and which says something else."""
    rows = [list(row) for row in table.rows]
    headings = find_columns(rows, chosen)
    if not headings:
        return
    head, below = rows[headings.start - 1], rows[headings.start :]
    if sum(code_of(cell) == "no" for cell in head) > 1:
        return  # a list in two halves side by side
    read = {at: code for code, at in headings.places.items() if code in ("name", "unit", "before", "uscc")}
    for first in read:
        for at in range(first + 1, len(head)):
            same = at not in headings.places.values() and heading_key(head[at]) == heading_key(head[first])
            if same and any(at < len(row) and row[at] and row[at] != row[first] for row in below):
                yield table.cell(headings.start - 1, at), head[at]


def unread_corrections(blocks: Sequence[Block], rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Sentences of a correction none of whose new words stands in a row that was read."""
    read = {compare_key(words) for row in rows for words in (row.name, row.unit) if words}
    for block in blocks:
        if not isinstance(block, Line):
            continue
        for clause in re.split(r"[。；;，,]", block.text):
            if not CORRECTED.search(clause):
                continue
            said = CORRECTED.split(clause)[-1].strip('“”"：: ')
            if compare_key(said) not in read:
                yield block.place, clause


def kind_by_remark(row: Row) -> str:
    """In a list of those who passed, a remark that says the opposite: never a plain confirmation, always a question."""
    said = re.sub(r"[\s。；;]", "", row.remark)
    kind = next((kind for kind, sign in FAILED if sign.fullmatch(said)), "")
    if kind or (ENDED.search(said) and "整改" not in said and not row.before):
        row.doubt(f"备注写明“{said[:20]}”", 0.3)
    return kind

"""A reader of the ministry's notices: what it announces, of whom, where each line stands, how sure it is, what to ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from platforms.notices.lists import read_list_rows
from platforms.notices.prose import read_prose
from platforms.notices.questions import ask_about
from platforms.notices.rows import (
    COLUMNS,
    Row,
    province_line,
    read_table_rows,
    unknown_headings,
)
from platforms.notices.sources import Block, Line, Table, read_document, read_text
from platforms.notices.words import (
    CONFIRM,
    DUE,
    LABELS,
    LAPSE,
    PUBLICITY,
    RECTIFY,
    RENAME,
    REVOKE,
    SURRENDER,
    Words,
    count_in,
    kind_in,
    lines_before,
    read_words,
)
from portal.shared.names import compare_key
from portal.shared.sheets import heading_key

UNKNOWN = "?"  # the row says a result that nobody knows
HEADINGS = {heading_key(words) for column in COLUMNS for words in (column.label, *column.synonyms)}
APPENDIX = re.compile(
    r"^\s*附\s*件|^[一二三四五六七八九十]+、|^[(（][一二三四五六七八九十]+[)）]|名单$|^第.{1,3}批"
)


@dataclass
class Reading:
    words: Words
    rows: list[Row] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        words = self.words
        return {
            "kind": words.kind,
            "kind_label": LABELS.get(words.kind, ""),
            "title": words.title,
            "number": words.number,
            "date": words.on.isoformat() if words.on else "",
            "valid_until": words.valid_until.isoformat() if words.valid_until else "",
            "rows": [_row_json(row) for row in self.rows],
            "questions": self.questions,
        }


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "no": row.no,
        "kind": row.kind,
        "province": row.province,
        "province_as_written": row.written.get("province", ""),
        "name": row.name,
        "unit": row.unit,
        "functions": row.functions,
        "functions_as_written": row.written.get("functions", ""),
        "type": row.type,
        "uscc": row.uscc,
        "before": row.before,
        "batch": row.batch,
        "remark": row.remark,
        "place": row.place,
        "confidence": row.confidence,
        "doubts": row.doubts,
    }


def read_notice(content: bytes, name: str) -> Reading:
    """Raises SourceUnreadable."""
    return read_blocks(read_document(content, name, headings=HEADINGS))


def read_pasted(text: str) -> Reading:
    return read_blocks(read_text(text))


def read_blocks(blocks: Sequence[Block]) -> Reading:
    blocks = _as_tables(blocks)
    reading = Reading(read_words(blocks))
    counted: list[tuple[str, int, int]] = []
    heading, province = "", ""
    for at, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        above = lines_before(blocks, at)
        heading = _heading_of(above) or heading
        groups = [group for line in above[-2:] if (group := province_line(line.text))]
        province = groups[-1][1] if groups else province
        rows = read_table_rows(block, province=province)
        if rows and rows[-1].written.get("province"):
            province = rows[-1].written["province"]
        _give_kind(rows, heading, reading.words)
        for place, words in unknown_headings(block) if rows else ():
            reading.questions.append(f"{place}的列“{words[:20]}”没有识别，其中的内容没有读取，请核对。")
        stated = next((count for line in reversed(above) if (count := count_in(line.text))), None)
        if rows and stated and heading and count_in(heading):
            counted.append((heading, stated, len(rows)))
        for row in rows:
            row.group = at
        reading.rows += rows
    _read_lists(blocks, reading, counted)
    if reading.words.kind not in (PUBLICITY, DUE) or not reading.rows:
        _read_sentences(blocks, reading)
    for row in reading.rows:
        row.kind = "" if row.kind == UNKNOWN else row.kind
    _settle_kinds(reading)
    ask_about(reading, counted)
    return reading


def _as_tables(blocks: Sequence[Block]) -> list[Block]:
    """A web page's table copied with every cell on a line of its own is put together again by its headings."""
    made: list[Block] = []
    at = 0
    while at < len(blocks):
        if width := _spaced_headings(blocks[at]):
            table, used = _spaced_cells(blocks, at, width)
            made.append(table)
            at += used
            continue
        run = 0
        while (
            at + run < len(blocks)
            and isinstance(blocks[at + run], Line)
            and heading_key(blocks[at + run].text) in HEADINGS
        ):
            run += 1
        if run < 2 or heading_key(blocks[at].text) not in {"序号", "编号", "no"}:
            made.append(blocks[at])
            at += 1
            continue
        table, used = _stacked_cells(blocks, at, run)
        made.append(table)
        at += used
    return made


def _spaced_headings(block: Block) -> int:
    """How many headings stand on one line with single spaces between them; 0 where it is no such line."""
    if not isinstance(block, Line):
        return 0
    words = (block.raw or block.text).split()
    known = sum(heading_key(word) in HEADINGS for word in words)
    return len(words) if len(words) >= 3 and known == len(words) else 0


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
        rows.append(cells[: width - 1] + [" ".join(cells[width - 1 :])] if len(cells) > width else cells)
        at += 1
    return Table(tuple(map(tuple, rows)), blocks[start].place + "起"), at - start


def _stacked_cells(blocks: Sequence[Block], start: int, width: int) -> tuple[Table, int]:
    head = [blocks[start + n].text for n in range(width)]
    province = next((n for n, text in enumerate(head) if heading_key(text) in PROVINCES), None)
    rows, at, number = [head], start + width, 1
    while at < len(blocks) and isinstance(blocks[at], Line) and blocks[at].text == str(number):
        cells, at = [blocks[at].text], at + 1
        while at < len(blocks) and isinstance(blocks[at], Line) and blocks[at].text != str(number + 1):
            if APPENDIX.match(blocks[at].text) or len(cells) >= width + 1:
                break
            cells.append(blocks[at].text)
            at += 1
        if province is not None and len(cells) > province and not province_line(cells[province]):
            cells.insert(province, "")
        rows.append(cells)
        number += 1
    return Table(tuple(map(tuple, rows)), blocks[start].place + "起"), at - start


PROVINCES = {
    heading_key(words)
    for column in COLUMNS
    if column.code == "province"
    for words in (column.label, *column.synonyms)
}


def _heading_of(above: Sequence[Line]) -> str:
    """The last line above a table that says what the table is."""
    for line in reversed(above):
        if len(line.text) <= 80 and kind_in(line.text) and not line.text.endswith(("。", "；")):
            return line.text
    return next(
        (line.text for line in reversed(above) if kind_in(line.text) and APPENDIX.match(line.text)), ""
    )


def _give_kind(rows: Sequence[Row], heading: str, words: Words) -> None:
    own = kind_in(heading) if heading else ""
    mend = "整改" in heading and own in ("", CONFIRM)  # 需限期整改的平台名单
    for row in rows:
        if mend:
            row.remark = row.remark or "限期整改"
        row.kind = (
            _result_kind(row)
            or (own if own != DUE or words.kind == DUE else "")
            or (CONFIRM if mend else "")
            or words.kind
        )


RESULTS = (  # in the order in which they decide
    (REVOKE, re.compile(r"不合格|不通过|未通过|未能通过|撤销|取消|不予")),
    (SURRENDER, re.compile(r"放弃")),
    (LAPSE, re.compile(r"失效|到期|期满")),
    (RECTIFY, re.compile(r"整改(后)?(验收)?(合格|通过)|已?整改(到位|完成)")),
    (CONFIRM, re.compile(r"合格|通过|确认|整改|保留|符合")),
)


def _result_kind(row: Row) -> str:
    """What the row itself says: 合格, 不合格, 撤销, 整改; 未参加复核 and the like are put to a person."""
    said = re.sub(r"\s", "", row.result)
    kind = next((kind for kind, sign in RESULTS if sign.search(said)), "")
    if kind == CONFIRM and "整改" in said and said not in row.remark:
        row.remark = "；".join(filter(None, (said, row.remark)))
    if said and not kind:
        row.doubt(f"“{said[:20]}”不能判断是否保留称号", 0.5)
    if kind or said:
        return kind or UNKNOWN
    if re.match(r"(撤销|取消).{0,6}(称号|资格)?$", re.sub(r"\s", "", row.remark)):
        return REVOKE
    return RENAME if row.before else ""


def _read_lists(blocks: Sequence[Block], reading: Reading, counted: list[tuple[str, int, int]]) -> None:
    """Sections of lines; the heading above a section says what became of those below it.

    Beside tables only a list of its own below a heading that says what it is.
    """
    tables = bool(reading.rows)
    for number, (heading, lines) in enumerate(_sections(blocks), start=len(blocks)):
        if tables and not (heading and lines):
            continue
        rows = read_list_rows(lines)
        for row in rows:
            row.group = number
        _give_kind(rows, heading, reading.words)
        if rows and heading and (stated := count_in(heading)):
            counted.append((heading, stated, len(rows)))
        reading.rows += rows


def _sections(blocks: Sequence[Block]) -> list[tuple[str, list[Line]]]:
    """Lines by the heading above them; those around a table are none."""
    sections: list[tuple[str, list[Line]]] = [("", [])]
    for block in blocks:
        if not isinstance(block, Line):
            sections[-1] = (sections[-1][0], [])
            sections.append(("", []))
        elif (
            APPENDIX.search(block.text)
            and len(block.text) <= 80
            and (kind_in(block.text) or "整改" in block.text)
        ):
            sections.append((block.text, []))
        else:
            sections[-1][1].append(block)
    return sections


def _read_sentences(blocks: Sequence[Block], reading: Reading) -> None:
    """What no list names: of a kind that a list has, the sentence only repeats its first names."""
    listed = {row.kind for row in reading.rows}
    named = {compare_key(row.name) for row in reading.rows}
    for row in read_prose(blocks, title=reading.words.title):
        if row.kind not in listed and compare_key(row.name) not in named:
            row.group = -1
            reading.rows.append(row)


def _settle_kinds(reading: Reading) -> None:
    kinds = Counter(row.kind for row in reading.rows if row.kind)
    words = reading.words
    if len(kinds) > 1 and words.kind not in (PUBLICITY,):
        words.kind = "mixed" if words.kind not in (CONFIRM,) else CONFIRM
    elif len(kinds) == 1 and words.kind in ("", "mixed"):
        words.kind = next(iter(kinds))

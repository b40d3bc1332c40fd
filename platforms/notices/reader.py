"""A reader of the ministry's notices: what it announces, of whom, where each line stands, how sure it is, what to ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from platforms.notices.asking import Counted, ask_about
from platforms.notices.assembling import APPENDIX, assemble_tables, bound_lines, simplify_blocks
from platforms.notices.headings import HEADINGS, LONGEST, find_columns, unknown_headings
from platforms.notices.lists import names_one, read_list_rows
from platforms.notices.marks import NOTE, read_footnotes, sign_key
from platforms.notices.names import take_name_apart
from platforms.notices.prose import read_prose
from platforms.notices.rows import GUESSED, NO_HEADING, Headed, Row, province_line, read_table_rows
from platforms.notices.sideways import join_sideways
from platforms.notices.sources import Block, Line, Table, read_document, read_text
from platforms.notices.terms import read_term
from platforms.notices.unread import guessed_headings, kind_by_remark, twin_headings, unread_corrections
from platforms.notices.words import (
    CONFIRM,
    CORRECT,
    DUE,
    GRANT,
    LABELS,
    LAPSE,
    OURS,
    PUBLICITY,
    RECTIFY,
    RENAME,
    REVOKE,
    SURRENDER,
    Words,
    count_in,
    kind_in,
    lines_before,
    names_other_title,
    read_words,
    terms_of_others,
)
from portal.shared.names import compare_key
from portal.shared.sheets import heading_key

OTHER_NAME = re.compile(r"(基地|园区|集群|孵化器)名称")
MENDING = re.compile(r"整改.{0,12}(名单|平台|单位)")
BATCH = re.compile(r"第[一二三四五六七八九十\d]{1,3}批(?=$|[\s(（:：，、])")
GRANTING = re.compile(r"授予|认定|新增|年度|第.{1,3}批")
UNKNOWN = "?"  # the row says a result that nobody knows


@dataclass
class Reading:
    words: Words
    rows: list[Row] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    strangers: list[dict[str, str]] = field(default_factory=list)  # headings nobody knows: cell, label, key

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
        "valid_from": row.since.isoformat() if row.since else "",
        "valid_until": row.until.isoformat() if row.until else "",
        "certificate": row.certificate,
        "remark": row.remark,
        "place": row.place,
        "confidence": row.confidence,
        "doubts": row.doubts,
    }


def read_notice(content: bytes, name: str, *, chosen: Mapping[str, str] | None = None) -> Reading:
    """`chosen` is what a person has said of this notice's headings. Raises SourceUnreadable."""
    return read_blocks(read_document(content, name, headings=HEADINGS), chosen)


def read_pasted(text: str, *, chosen: Mapping[str, str] | None = None) -> Reading:
    return read_blocks(read_text(text), chosen)


def read_blocks(blocks: Sequence[Block], chosen: Mapping[str, str] | None = None) -> Reading:
    told = [note for block in blocks if isinstance(block, Table) for note in block.notes]
    blocks, was_traditional = simplify_blocks(bound_lines(blocks))
    blocks, asked = join_sideways(assemble_tables(blocks))
    reading = Reading(read_words(blocks), questions=[*told, *asked])
    if was_traditional:
        reading.questions.append("原文为繁体字，已按简体读取，请核对名称。")
    counted: list[Counted] = []
    above = Above()
    for at, block in enumerate(blocks):
        if isinstance(block, Table):
            above = _read_table(blocks, at, reading, counted, above, chosen or {})
    _read_lists(blocks, reading, counted)
    _give_footnotes(blocks, reading)
    if reading.words.kind not in (PUBLICITY, DUE) or not reading.rows:
        _read_sentences(blocks, reading)
    if reading.words.kind == CORRECT:
        for place, words in unread_corrections(blocks, reading.rows):
            reading.questions.append(f"{place}“{words[:60]}”是更正的内容，没有读取，请核对。")
    for row in reading.rows:
        row.kind = "" if row.kind == UNKNOWN or reading.words.is_other else row.kind
        if reading.words.place and not row.province and not row.written.get("province"):
            row.province = reading.words.place
            row.doubt("没有写明地区，按发文单位判断", 0.1)
    if not reading.words.is_other:
        _settle_kinds(reading)
    _settle_terms(reading)
    texts = [block.text for block in blocks if isinstance(block, Line)]
    for said in terms_of_others(texts):
        reading.questions.append(f"公告还写明其他平台称号的有效期：“{said}”，请另行核对。")
    reading.questions += ask_about(reading.words, reading.rows, counted, blocks)
    return reading


@dataclass(frozen=True)
class Above:
    """What stands above a table and holds until something else does: its heading, province, batch, its columns."""

    heading: str = ""
    headed: Headed = NO_HEADING
    batch: str = ""
    columns: tuple[str, ...] = ()


def _read_table(
    blocks: Sequence[Block], at: int, reading: Reading, counted: list[Counted], before: Above, chosen
) -> Above:
    """Its rows, and what holds for those that follow."""
    table, above = blocks[at], lines_before(blocks, at)
    if table.rows == (before.columns,) and not above:
        return before  # headings once more
    if other := _other_list(table, above, before, reading):
        return other
    heading = _heading_of(above) or before.heading
    headed = before.headed
    for line in above[-3:]:
        headed = headed.below(line.text) or headed
    batch = next((found[0] for line in above[::-1] if (found := BATCH.match(line.text))), before.batch)
    rows = read_table_rows(table, headed=headed, chosen=chosen, head=before.columns)
    own = find_columns([list(row) for row in table.rows], chosen)
    columns = tuple(table.rows[own.start - 1]) if own else before.columns
    if rows and rows[-1].written.get("province"):
        headed = replace(headed, place=rows[-1].written["province"])
    for place, words in guessed_headings(table, rows, chosen):
        reading.strangers.append({"cell": place, "label": words[:40], "key": heading_key(words)})
        reading.questions.append(f"{place}的列“{words[:20]}”没有识别，各列按内容判断，请核对是平台还是单位。")
    for place, words in twin_headings(table, chosen) if len({row.no for row in rows}) == len(rows) else ():
        reading.questions.append(f"{place}的列“{words[:20]}”与另一列同名，没有读取，请核对。")
    for row in rows:
        row.batch = row.batch or batch
    _give_kind(rows, heading, reading.words)
    for place, words in unknown_headings(table, chosen) if rows else ():
        reading.strangers.append({"cell": place, "label": words[:40], "key": heading_key(words)})
        reading.questions.append(f"{place}的列“{words[:20]}”没有识别，其中的内容没有读取，请核对。")
    stated = next(
        (
            count
            for line in reversed(above)
            if not province_line(line.text) and (count := count_in(line.text))
        ),
        None,
    )
    rows = _both_names(rows, stated)
    if rows and stated and heading and count_in(heading):
        counted.append((heading, stated, len(rows)))
    for row in rows:
        row.group = at
    reading.rows += rows
    return Above(heading, headed, batch, columns)


def _both_names(rows: list[Row], stated: int | None) -> list[Row]:
    """Names set two beside one another below their place, with no headings: as many units as the line above says."""
    seconds = [row for row in rows if row.unit and row.unit != row.name]
    guessed = bool(seconds) and all(GUESSED in row.doubts and not row.functions for row in rows)
    if not guessed or stated != len(rows) + len(seconds) or any("平台" in row.name for row in rows):
        return rows
    made: list[Row] = []
    for row in rows:
        made += [
            replace(row, unit=""),
            *([replace(row, no=None, name=row.unit, unit="")] if row.unit else []),
        ]
    return made


def _other_list(table: Table, above: Sequence[Line], before: Above, reading: Reading) -> Above | None:
    """A list of another title (示范基地) beside or instead of this one's: its rows are left out, and it is said."""
    said = [line.text for line in above if len(line.text) <= 80 and not line.text.endswith(("。", "；"))]
    said = [text for text in said if names_other_title(text) or OURS.search(text)]
    heading = said[-1] if said else before.heading
    heads = "".join(cell for row in table.rows[:3] for cell in dict.fromkeys(row) if len(cell) <= LONGEST)
    if not (names_other_title(heading) or (OTHER_NAME.search(heads) and not OURS.search(heads))):
        return None
    words = heading or heads
    reading.questions.append(
        f"{table.place.strip()}“{words[:40]}”不是国家中小企业公共服务示范平台的名单，其中的行没有读取，请核对。"
    )
    return Above(heading)


def _heading_of(above: Sequence[Line]) -> str:
    """The last line above a table that says what the table is."""
    for line in reversed(above):
        says = kind_in(line.text) or MENDING.search(line.text)
        if len(line.text) <= 80 and says and not line.text.endswith(("。", "；")):
            return line.text
    return next(
        (line.text for line in reversed(above) if kind_in(line.text) and APPENDIX.match(line.text)), ""
    )


def _give_kind(rows: Sequence[Row], heading: str, words: Words) -> None:
    own = kind_in(heading) if heading else ""
    if own == GRANT and words.kind == CONFIRM and not GRANTING.search(heading):
        own = ""  # 示范平台名单 below 复核结果 says only that it is a list
    mend = "整改" in heading and own in ("", CONFIRM)  # 需限期整改的平台名单
    renamed = own == RENAME or ((own or words.kind) in ("", RENAME) and any(row.before for row in rows))
    for row in rows:
        if mend:
            row.remark = row.remark or "限期整改"
        row.kind = (
            _result_kind(row)
            or (kind_by_remark(row) if (own or words.kind) in (CONFIRM, GRANT, "") else "")
            or (_reason_kind(row) if (own or words.kind) == LAPSE else "")
            or (RENAME if renamed and row.before else "")
            or (own if (own, words.kind) != (GRANT, PUBLICITY) and (own != DUE or words.kind == DUE) else "")
            or (CONFIRM if mend else "")
            or words.kind
        )


PLAIN_RESULT = 30  # characters; a longer one is an opinion in words, kept as a remark
RESULTS = (  # in the order in which they decide
    (REVOKE, re.compile(r"不合格|不通过|未通过|未能通过|撤销|取消|不予")),
    (SURRENDER, re.compile(r"放弃|退出|弃权")),
    (LAPSE, re.compile(r"失效|到期|期满")),
    (RECTIFY, re.compile(r"整改(后)?(验收)?(合格|通过)|已?整改(到位|完成)")),
    (CONFIRM, re.compile(r"合格|通过|确认|整改|保留|符合")),
)


def _result_kind(row: Row) -> str:
    """What the row itself says: 合格, 不合格, 撤销, 整改; 未参加复核 and the like are put to a person."""
    said = re.sub(r"\s", "", row.result)
    kind = next((kind for kind, sign in RESULTS if sign.search(said)), "")
    long = len(said) > PLAIN_RESULT
    if said and (long or (kind == CONFIRM and "整改" in said)) and said not in row.remark:
        row.remark = "；".join(filter(None, (said, row.remark)))
    if said and not kind and not long:
        row.doubt(f"“{said[:20]}”不能判断是否保留称号", 0.5)
    if kind == SURRENDER and "弃权" in said:
        row.doubt(f"“{said[:20]}”按放弃称号读取", 0.3)
    if kind or (said and not long):
        return kind or UNKNOWN
    if re.match(r"(撤销|取消).{0,6}(称号|资格)?$", re.sub(r"\s", "", row.remark)):
        return REVOKE
    return ""


def _reason_kind(row: Row) -> str:
    """Of a list of titles that are over, why each is, where its remark says another act."""
    if re.search(r"放弃|退出", row.remark):
        return SURRENDER
    return REVOKE if re.search(r"弄虚作假|虚假|撤销|取消", row.remark) else ""


def _read_lists(blocks: Sequence[Block], reading: Reading, counted: list[Counted]) -> None:
    """Sections of lines; the heading above a section says what became of those below it.

    Beside tables only a list of its own below a heading that says what it is.
    """
    tables = bool(reading.rows)
    for number, (heading, lines) in enumerate(_sections(blocks), start=len(blocks)):
        if tables:
            lines = [line for line in lines if not NOTE.match(line.text)]
        if names_other_title(heading):
            continue
        rows = read_list_rows(lines)
        if tables and not (heading and lines):
            _ask_about_unread(rows, reading)
            continue
        for row in rows:
            row.group = number
        _give_kind(rows, heading, reading.words)
        if rows and heading and (stated := count_in(heading)):
            counted.append((heading, stated, len(rows)))
        reading.rows += rows


def _ask_about_unread(rows: Sequence[Row], reading: Reading) -> None:
    """A numbered line beside a table that looks like one of its rows is never dropped in silence."""
    named = {compare_key(row.name) for row in reading.rows}
    for row in rows:
        if row.no is not None and compare_key(row.name) not in named:
            reading.questions.append(f"{row.place}“{row.name[:30]}”像是名单中的一行，没有读取，请核对。")


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
            and not names_one(block.text)
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


def _give_footnotes(blocks: Sequence[Block], reading: Reading) -> None:
    """The note of a row's sign is its remark; a sign without a note is put to a person."""
    notes = read_footnotes(block for block in blocks if isinstance(block, Line))
    for row in reading.rows:
        if not row.sign:
            continue
        if note := notes.get(sign_key(row.sign)):
            row.remark = "；".join(filter(None, (row.remark, note)))
            take_name_apart(row)
        else:
            row.doubt(f"名称带有标记“{row.sign}”，没有找到它的注释", 0.1)


def _settle_kinds(reading: Reading) -> None:
    kinds = Counter(row.kind for row in reading.rows if row.kind)
    words = reading.words
    if len(kinds) > 1 and words.kind not in (PUBLICITY,):
        words.kind = CONFIRM if words.kind == CONFIRM and GRANT not in kinds else "mixed"
    elif len(kinds) == 1 and words.kind in ("", "mixed"):
        words.kind = next(iter(kinds))


def _settle_terms(reading: Reading) -> None:
    """Terms that the list writes row by row; one that all rows share is the notice's, where its words give none."""
    words = reading.words
    for row in reading.rows:
        term, since, until = row.term
        found = read_term(term, on=words.on, since=since, until=until)
        row.since, row.until = found.since, found.until
        if found.problem:
            row.doubt(found.problem, 0.3)
    said = {row.until for row in reading.rows} - {None}
    if len(said) == 1 and words.valid_until is None and all(row.until for row in reading.rows):
        words.valid_until = said.pop()
    elif words.valid_until and said - {words.valid_until}:
        reading.questions.append(
            f"正文的有效期至 {words.valid_until:%Y-%m-%d}，名单中有的行写作其他日期；各行按名单所列，请核对。"
        )

"""Questions about a notice that was read: what is missing, what does not agree, what a person has to look at."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from platforms.notices.names import function_heading
from platforms.notices.rows import Row, place_in_name, province_line
from platforms.notices.sources import Block, Line
from platforms.notices.words import DUE, PUBLICITY, Words, count_in
from portal.shared.names import compare_key, unusable_character

OTHER = "标题写的不是授予、复核或者终止国家中小企业公共服务示范平台称号，这份名单不改变称号，不能据此录入。"
SURE = 0.75  # below it a person is asked
Counted = tuple[str, int, int]  # a heading, how many it says, how many were read
Ask = Callable[[str], None]


def ask_about(
    words: Words, rows: Sequence[Row], counted: Sequence[Counted], blocks: Sequence[Block]
) -> list[str]:
    """Every row is judged, and what a person has to look at is asked in sentences."""
    questions: list[str] = []
    ask = questions.append
    _ask_about_words(words, ask)
    if not rows and not words.is_other:
        ask("没有读出名单，请确认附件是否一并粘贴，或者上传附件。")
    for row in rows:
        _judge(row)
    _ask_about_counts(words, rows, counted, blocks, ask)
    _ask_about_numbers(rows, ask)
    _ask_about_repeats(rows, ask)
    for row in rows:
        if row.confidence < SURE:
            ask(f"{row.place}“{row.name[:30]}”：{'；'.join(row.doubts)}，请核对。")
    if words.valid_until:
        ask(f"按公告所写，有效期至 {words.valid_until:%Y-%m-%d}，请核对。")
    return questions


def _ask_about_words(words: Words, ask: Ask) -> None:
    for what, label in (
        (words.kind, "公告的类别"),
        (words.title, "公告标题"),
        (words.number, "公告文号"),
        (words.on, "公告日期"),
    ):
        if not what and not (words.is_other and label == "公告的类别"):
            ask(f"没有读出{label}，请填写。")
    if words.is_other:
        ask(OTHER)
    if words.kind == PUBLICITY:
        ask("这是公示，不是授予称号的公告；公示名单不能作为称号的依据，请改用公布名单的公告。")
    if words.kind == DUE:
        ask("这是应当复核的名单，不改变称号；复核结果另有公告。")
    if "转发" in words.title:
        ask("这是转发，文号和日期是转发单位的；请改用被转发的公告原文，或者填写原文的文号和日期。")
    if words.is_provincial:
        ask("标题写的是省级示范平台，不是国家中小企业公共服务示范平台；省级名单由该省录入本省名录。")


def _ask_about_counts(
    words: Words, rows: Sequence[Row], counted: Sequence[Counted], blocks: Sequence[Block], ask: Ask
) -> None:
    for heading, stated, found in counted:
        if stated != found:
            ask(f"“{heading[:40]}”写明 {stated} 家，读出 {found} 行，请核对。")
    agrees = _counts_agree(words.counts, rows) or _is_of_functions(words.count, blocks, rows)
    if rows and words.count and not counted and not agrees:
        ask(f"公告写明 {words.count} 家，读出 {len(rows)} 行，请核对。")
    read = Counter(row.province or _group_of(row) for row in rows)
    stated_of: dict[str, int] = defaultdict(int)
    for label, count in _counts_by_place(blocks):
        stated_of[label] += count
    for label, count in stated_of.items():
        if rows and count != read[label]:
            ask(f"“{label}”写明 {count} 家，读出 {read[label]} 行，请核对。")


def _group_of(row: Row) -> str:
    written = row.written.get("province", "")
    group = province_line(written)
    return group[1] if group else written


def _counts_by_place(blocks: Sequence[Block]) -> Iterator[tuple[str, int]]:
    """北京市（5家） above a group or beside it, each once."""
    for block in blocks:
        lines = [block.text] if isinstance(block, Line) else []
        for row in () if isinstance(block, Line) else block.rows:
            lines += dict.fromkeys(row)
        for text in dict.fromkeys(lines):
            head = text.partition("：")[0][:30]
            group = province_line(head)
            if group and (found := re.search(r"(\d{1,3})\s*[家个]?\s*[)）]?\s*[:：]?$", head)):
                yield group[0] or group[1], int(found[1])


def _counts_agree(stated: frozenset[int], rows: Sequence[Row]) -> bool:
    """The notice's number is that of all its lines, or each kind of line has a number of its own."""
    return len(rows) in stated or set(Counter(row.kind for row in rows).values()) <= stated


def _is_of_functions(count: int | None, blocks: Sequence[Block], rows: Sequence[Row]) -> bool:
    """一、信息服务类（2家） and its like: together all lines, or that heading's number and none of the notice."""
    heads = [block.text for block in blocks if isinstance(block, Line) and function_heading(block.text)]
    stated = [count_in(head) for head in heads]
    if None in stated:
        return count in stated
    return bool(heads) and sum(filter(None, stated)) == len(rows)


OTHERS = re.compile(r"协会|联合会|学会|商会|促进会|直属|部属|中央|央企|集团|计划单列")


def _judge(row: Row) -> None:
    written = row.written.get("province", "")
    if written and not row.province:
        row.doubt(f"“{written[:20]}”不是 37 个地区之一", 0.1 if OTHERS.search(written) else 0.3)
    elif not row.province:
        row.province = place_in_name(row.name)
        row.doubt(*(("没有写明地区，按名称开头判断", 0.2) if row.province else ("没有写明地区", 0.3)))
    if bad := unusable_character(row.name):
        row.doubt(f"第 {bad[0]} 个字不是通用字符（U+{ord(bad[1]):04X}）", 0.3)
    if len(row.name) < 4:
        row.doubt("名称过短", 0.4)
    if row.name.count("(") + row.name.count("（") != row.name.count(")") + row.name.count("）"):
        row.doubt("名称中的括号不成对，可能缺字", 0.3)
    if not row.kind:
        row.doubt("没有读出办理事项", 0.3)


def _ask_about_numbers(rows: Sequence[Row], ask: Ask) -> None:
    lists: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.no is not None:
            lists[row.group].append(row.no)
    # A list over several tables counts on: then it is one.
    together = [number for numbers in lists.values() for number in numbers]
    if len(set(together)) == len(together):
        lists = {0: together} if together else {}
    for numbers in lists.values():
        for run in _runs(numbers):
            missing = sorted(set(range(1 if len(lists) == 1 else min(run), max(run) + 1)) - set(run))
            if missing and len(missing) <= 30 and len(set(run)) == len(run):
                more = "等" if len(missing) > 10 else ""
                ask(f"序号不连续，缺 {'、'.join(map(str, missing[:10]))}{more}，请核对是否漏读。")


def _runs(numbers: list[int]) -> list[list[int]]:
    """A list that begins anew with each province is several; lines out of order are one."""
    if len(set(numbers)) == len(numbers):
        return [numbers]
    runs: list[list[int]] = []
    for number in numbers:
        if number == 1 or not runs:
            runs.append([])
        runs[-1].append(number)
    return runs


def _ask_about_repeats(rows: Sequence[Row], ask: Ask) -> None:
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        first = seen.setdefault((compare_key(row.name), compare_key(row.unit)), row)
        if first is not row:
            row.doubt(f"与{first.place}同名", 0.1)
            ask(f"{row.place}与{first.place}同名：{row.name[:30]}，请核对是否重复。")

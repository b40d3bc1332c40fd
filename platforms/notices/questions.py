"""Questions that a notice leaves open: what was not read, what contradicts itself, which lines are unsure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from platforms.notices.rows import (
    Row,
)
from platforms.notices.words import (
    CONFIRM,
    DUE,
    GRANT,
    PUBLICITY,
)
from portal.shared.names import compare_key, unusable_character

if TYPE_CHECKING:
    from platforms.notices.reader import Reading

SURE = 0.75  # below it a person is asked


def ask_about(reading: Reading, counted: Sequence[tuple[str, int, int]]) -> None:
    words, rows, ask = reading.words, reading.rows, reading.questions.append
    _ask_about_words(words, ask)
    if not rows:
        ask("没有读出名单，请确认附件是否一并粘贴，或者上传附件。")
    for row in rows:
        _judge(row)
    for heading, stated, found in counted:
        if stated != found:
            ask(f"“{heading[:40]}”写明 {stated} 家，读出 {found} 行，请核对。")
    if rows and words.count and not counted and not _counts_agree(words.counts, rows):
        ask(f"公告写明 {words.count} 家，读出 {len(rows)} 行，请核对。")
    _ask_about_numbers(rows, ask)
    _ask_about_repeats(rows, ask)
    for row in rows:
        if row.confidence < SURE:
            ask(f"{row.place}“{row.name[:30]}”：{'；'.join(row.doubts)}，请核对。")
    if words.kind in (GRANT, CONFIRM) and words.valid_until:
        ask(f"按公告所写，有效期至 {words.valid_until:%Y-%m-%d}，请核对。")


def _ask_about_words(words, ask) -> None:
    """Of the notice as a whole: what could not be read, and what is no notice of titles."""
    for what, label in (
        (words.kind, "公告的类别"),
        (words.title, "公告标题"),
        (words.number, "公告文号"),
        (words.on, "公告日期"),
    ):
        if not what:
            ask(f"没有读出{label}，请填写。")
    if words.kind == PUBLICITY:
        ask("这是公示，不是授予称号的公告；公示名单不能作为称号的依据，请改用公布名单的公告。")
    if words.kind == DUE:
        ask("这是应当复核的名单，不改变称号；复核结果另有公告。")


def _counts_agree(stated: frozenset[int], rows: Sequence[Row]) -> bool:
    """The notice's number is that of all its lines, or each kind of line has a number of its own."""
    return len(rows) in stated or set(Counter(row.kind for row in rows).values()) <= stated


def _judge(row: Row) -> None:
    written = row.written.get("province", "")
    if written and not row.province:
        row.doubt(
            f"“{written[:20]}”不是 37 个地区之一",
            0.1
            if re.search(r"协会|联合会|学会|商会|促进会|直属|部属|中央|央企|集团|计划单列", written)
            else 0.3,
        )
    elif not row.province:
        row.doubt("没有写明地区", 0.3)
    if bad := unusable_character(row.name):
        row.doubt(f"第 {bad[0]} 个字不是通用字符（U+{ord(bad[1]):04X}）", 0.3)
    if len(row.name) < 4:
        row.doubt("名称过短", 0.4)
    if row.name.count("(") + row.name.count("（") != row.name.count(")") + row.name.count("）"):
        row.doubt("名称中的括号不成对，可能缺字", 0.3)
    if not row.kind:
        row.doubt("没有读出办理事项", 0.3)


def _ask_about_numbers(rows: Sequence[Row], ask) -> None:
    lists: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.no is not None:
            lists[row.group].append(row.no)
    # A list over several tables counts on: then it is one.
    together = [number for numbers in lists.values() for number in numbers]
    if len(set(together)) == len(together):
        lists = {0: together} if together else {}
    for numbers in lists.values():
        missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
        if missing and len(missing) <= 30 and len(set(numbers)) == len(numbers):
            ask(
                f"序号不连续，缺 {'、'.join(map(str, missing[:10]))}{'等' if len(missing) > 10 else ''}，请核对是否漏读。"
            )


def _ask_about_repeats(rows: Sequence[Row], ask) -> None:
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        first = seen.setdefault((compare_key(row.name), compare_key(row.unit)), row)
        if first is not row:
            row.doubt(f"与{first.place}同名", 0.1)
            ask(f"{row.place}与{first.place}同名：{row.name[:30]}，请核对是否重复。")

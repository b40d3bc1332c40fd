"""Sentences of a notice that name platforms: 撤销甲、乙共 2 家单位…称号, “甲”更名为“乙”; never without a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from platforms.departments import place_label
from platforms.notices.marks import read_number
from platforms.notices.names import PLACED, UNIT_ENDINGS, take_name_apart
from platforms.notices.rows import Row
from platforms.notices.sources import Block, Line
from platforms.notices.words import CONFIRM, CORRECT, GRANT, RENAME, REVOKE, SURRENDER, count_in
from portal.shared.names import compare_key, tidy_name

SPEAKS = re.compile(r"称号|示范平台|\d\s*[家个]|放弃|通过|合格|更名|变更为|改名|更正")
LONGEST = 6000  # no sentence names more, and a pasted book is not searched
TRIED = 8  # times that a sentence says 撤销 before nothing more is expected of it
ENDS = re.compile(
    r"的?(?=等\s*\d|共\s*\d|等?\s*\d{1,4}\s*[家个]|[“\"]?国家中小企业公共服务示范平台|示范平台称号|称号)"
)
REVOKES, GRANTS = re.compile(r"(?:撤销|取消)(?:对)?"), re.compile(r"授予|认定|确定")
ALONE = (  # of a part of a sentence that begins with names
    (REVOKE, re.compile(r"(?:在申报|在推荐|因|存在|弄虚作假|提供虚假|未按).{0,80}?(?:撤销|取消)(?:其|上述)")),
    (CONFIRM, re.compile(r"(?:等|共)?\s?\d{0,4}\s?(?:家|个)?(?:示范)?平台?(?:通过|合格)")),
    (SURRENDER, re.compile(r"(?:等|共)?\s?\d{0,4}\s?(?:家|个)?(?:单位|平台)?(?:自愿)?放弃")),
)
QUOTED_RENAME = re.compile(r"“([^“”]{4,60})”(?:名称)?(更名|变更|改名|更正)为“([^“”]{4,60})”")
PLAIN_RENAME = re.compile(
    rf"(?:将|同意|，|、|^)([^，。；、“”]{{4,60}}?)(?:名称)?(更名|变更|改名|更正)为([^，。；、“”]{{4,60}}{UNIT_ENDINGS}|[^，。；、“”]{{4,60}}平台)"
)
# 确认以下平台合格：（一）北京市2家，分别为甲（…）、乙（…）；（二）…: the kind stands before the colon, each place with its count and names.
FOLLOWING = re.compile(r"以下|下列|如下")
OF_THE_HEAD = (
    (REVOKE, re.compile(r"撤销|取消|不合格|未通过")),
    (SURRENDER, re.compile(r"放弃")),
    (CONFIRM, re.compile(r"合格|通过")),
    (GRANT, re.compile(r"授予|认定|确定")),
)
OF_A_PLACE = re.compile(
    r"(?:^|[)）、，,：:])(?P<where>[^，,：:、()（）]{2,16}?)(?:共|计)?(?P<count>[\d一二两三四五六七八九十]{1,3})\s*[家个][^，,：:]{0,6}[，,：:]\s*(?:分别)?(?:为|是)?[:：]?"
)
NEXT_NAME = re.compile(r"、|(?:(?<=公司|中心|协会|学会|学院|大学|集团|平台)|(?<=[)）]))[和及](?=[^、]{4})")
NO_NAME = re.compile(
    r"^(的|以下|下列|部分|有关|上述|原|\d)|不合格|不通过|通过的|示范平台$|名单|附件|称号|[，：:]"
)


def read_prose(blocks: Sequence[Block], *, title: str) -> list[Row]:
    """Each name once, in the order of the notice; its title counts where no sentence names anybody."""
    found: dict[tuple[str, str], Row] = {}
    sentences = list(_sentences(blocks))
    for place, text in [one for one in sentences if one[1] != title] + [
        one for one in sentences if one[1] == title
    ]:
        for row in (*_rows_by_place(text, place), *_rows_of(text, place)):
            found.setdefault((row.kind, compare_key(row.name)), row)
    return list(found.values())


def _sentences(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Printed lines are put together until a sentence ends."""
    place, words = "", ""
    for block in blocks:
        if not isinstance(block, Line):
            continue
        place = place or block.place
        words += block.text
        if len(block.text) < 20 or block.text.endswith(("。", "；", "：", ":", "公告", "通告", "通知", "函")):
            yield place, words
            place, words = "", ""
    if words:
        yield place, words


def _rows_by_place(text: str, place: str) -> Iterator[Row]:
    head, _, rest = text.partition("：")
    kind = next((kind for kind, sign in OF_THE_HEAD if sign.search(head)), "")
    if not (kind and FOLLOWING.search(head)) or len(rest) > LONGEST:
        return
    for part in re.split(r"[。；;]", rest):
        said = OF_A_PLACE.search(part)
        names = _names(part[said.end() :]) if said else []
        for name in names:
            row = _row(kind, name, place, 0.1 if said and read_number(said["count"]) == len(names) else 0.4)
            if said and not row.written["province"] and place_label(said["where"]):
                row.province, row.written["province"] = place_label(said["where"]), said["where"]
            yield row


def _rows_of(text: str, place: str) -> Iterator[Row]:
    for sentence in re.split(
        r"[。；;]", re.sub(r"^[一二三四五六七八九十]+、|^[(（][一二三四五六七八九十]+[)）]", "", text)
    ):
        if len(sentence) > LONGEST or not SPEAKS.search(sentence):
            continue
        renames = QUOTED_RENAME.findall(sentence) or PLAIN_RENAME.findall(sentence)
        for before, verb, name in renames:
            yield _row(CORRECT if verb == "更正" else RENAME, name, place, 0.1, before=tidy_name(before))
        if renames:
            continue
        for kind, words, end in _namings(sentence):
            if names := _names(words):
                stated = count_in(sentence[end:])
                for name in names:
                    yield _row(kind, name, place, 0.1 if stated == len(names) else 0.4)
                break


def _namings(sentence: str) -> Iterator[tuple[str, str, int]]:
    """What may be names, of which kind, and where they end; each sign is looked for once from where one may begin."""
    yield from _after(sentence, REVOKE, REVOKES)
    yield from _before(sentence, *ALONE[0])
    yield from _after(sentence, GRANT, GRANTS)
    for kind, sign in ALONE[1:]:
        yield from _before(sentence, kind, sign)


def _after(sentence: str, kind: str, verb: re.Pattern) -> Iterator[tuple[str, str, int]]:
    for begin in islice(verb.finditer(sentence), TRIED):
        if end := ENDS.search(sentence, begin.end() + 6):
            yield kind, sentence[begin.end() : end.start()], end.start()
            return


def _before(sentence: str, kind: str, sign: re.Pattern) -> Iterator[tuple[str, str, int]]:
    end = None
    for part in re.finditer(r"[^，,：:]{6,}", sentence):
        if end is None or end.start() < part.start() + 6:
            end = sign.search(sentence, part.start() + 6)
        if end is None:
            return
        if end.start() <= part.end():
            yield kind, sentence[part.start() : end.start()], end.start()
            return


def _names(text: str) -> list[str]:
    names = [
        tidy_name(re.sub(r"^(关于)?(经研究|决定)?(同意|对|了|和|以及|将)?|(的|等)$", "", one.strip("“”\"'")))
        for one in NEXT_NAME.split(text)
    ]
    kept = [one for one in names if 6 <= len(one) <= 60 and _is_name(PLACED.sub(r"\1", one))]
    return kept if len(kept) * 2 > len(names) else []


def _is_name(text: str) -> bool:
    return bool(re.search(rf"平台|{UNIT_ENDINGS}[)）]?$", text)) and not NO_NAME.search(text)


def _row(kind: str, name: str, place: str, by: float, *, before: str = "") -> Row:
    inner = re.search(r"[(（]([^()（）]{2,12})[)）]", name)
    label = place_label(inner[1]) if inner else ""
    if label and name.endswith((")", "）")):
        name = PLACED.sub(r"\1", name)
    row = Row(None, label, tidy_name(name), place=place, kind=kind, before=before)
    row.written = {"province": inner[1] if label else "", "functions": ""}
    row.doubt("由句子中的列举读出", by)
    if not before:
        take_name_apart(row)
    return row

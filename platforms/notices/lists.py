"""Lists without a table: numbered lines, lines below a province, 省：甲、乙、丙, cells with nothing between them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from platforms.departments import place_label
from platforms.notices.marks import plain_lead, read_chinese, split_numbers, take_sign
from platforms.notices.names import PLACED, UNIT_ENDINGS, read_functions, take_name_apart
from platforms.notices.rows import Headed, Row, give_functions, province_line
from platforms.notices.sources import Line
from portal.shared.names import tidy_name

RECOMMENDERS = re.compile(
    r"[\u4e00-\u9fff]{2,24}(联合会|协会|学会|商会|促进会)[:：]?"
)  # who recommended what stands below
RECOMMENDED = re.compile(
    r"^(.{4,}(?:公司|中心|研究院|研究所|院|所))[(（]([^()（）]{4,24}(?:联合会|协会|学会|商会|促进会))[)）]$"
)
NUMBERED = re.compile(r"^[(（]?(\d{1,4})[)）.．、:：\s]\s*(.+)$")
DASHED = re.compile(r"^([\u4e00-\u9fff]{2,12})\s*[—–-]{1,3}\s*(?=[\u4e00-\u9fff])")
LEADING = re.compile(r"[(（]?(\d{1,4})[)）.．、]([\u4e00-\u9fff]+)")  # 1.北京市
SPREAD = re.compile(
    r"\s*\d{1,3}\s+[\u4e00-\u9fff]\S+\s{3,}\d{1,3}\s+[\u4e00-\u9fff]"
)  # two columns of numbered lines
CHINESE_LEAD = re.compile(r"^[(（]([一二三四五六七八九十]{1,3})[)）]\s*(.+)$")
REASON = re.compile(
    r"^(.{4,}?)[(（]((?:因|已|未|存在|提供|不再|自愿|逾期|弄虚|虚假|拒不|停止|注销)[^()（）]{1,40})[)）]$"
)  # 某公司（提供虚假材料）
UNLIKELY = "按序号作为名单中的一行，不像通常的单位名称"
OTHER_LINE = re.compile(r"[。，：:；;]|名单|通知|通告|公告|称号|附件|办法|应当|不得|请|各")
PARTS = re.compile(r"[，,；;：:\t]|\s{2,}|(?<=[省市区团])\s")


def read_list_rows(lines: Iterable[Line], *, province: str = "") -> list[Row]:
    """Numbered lines, lines below a province, and 省：甲、乙、丙."""
    found: list[Row] = []
    written, said, begun = province, Headed(province), 0
    lines = [part for line in lines for part in _parts(line)]
    numbers = any(NUMBERED.match(line.text) for line in lines)
    for line in lines:
        text = line.text
        if numbers and not NUMBERED.match(text) and RECOMMENDERS.fullmatch(text):
            written = text.rstrip(":：")
            continue
        if below := said.below(text):
            _say_functions(found[begun:], said.functions)
            written, said, begun = below.place if province_line(text) else written, below, len(found)
            continue
        if several := _place_behind(line) or _placed_names(line) or _columns_of_words(line, written):
            found += several
            continue
        if close := _close(line):
            found.append(close)
            continue
        numbered = NUMBERED.match(text)
        if numbered and (_is_name(numbered[2]) or _is_listed_row(numbered[2])):
            found.append(_listed(int(numbered[1]), written, numbered[2], line, 0.0))
            words = (line.raw or text).split()
            if len(words) >= 4 and len(found[-1].name) == len("".join(words[1:])):
                found[-1].doubt("各列之间只有空格，没有分开", 0.3)
        elif numbered and _goes_on(int(numbered[1]), numbered[2], found):
            found.append(_listed(int(numbered[1]), written, numbered[2], line, 0.0))
            found[-1].doubt(UNLIKELY, 0.3)
        elif rest := _rest_of(found, text):
            found[-1] = _listed(found[-1].no, written, rest, line, 0.0)
            found[-1].doubt("名称由两行拼成", 0.1)
        elif written and _is_name(text):
            found.append(_listed(None, written, text, line, 0.1))
    _say_functions(found[begun:], said.functions)
    return found


def _say_functions(found: list[Row], functions: str) -> None:
    """What the heading above says of those that say nothing themselves."""
    for row in found:
        if functions and not row.functions and not row.written.get("functions"):
            row.written["functions"] = functions
            give_functions(row, functions)


def _rest_of(found: list[Row], text: str) -> str:
    """The whole name where a line ends what the numbered one above it only began."""
    if not found or UNLIKELY not in found[-1].doubts or NUMBERED.match(text) or OTHER_LINE.search(text):
        return ""
    whole = found[-1].name + text
    return whole if len(text) <= 20 and _is_name(whole) else ""


def _placed_names(line: Line) -> list[Row]:
    """北京市：甲、乙, and 北京市 甲 乙."""
    head, colon, rest = line.text.partition("：")
    if colon and place_label(head) and rest:
        names = re.split(r"[、；;]", rest.rstrip("。；"))
        return [_listed(None, head, name, line, 0.1) for name in names if len(name) >= 4]
    words = (line.raw or line.text).split()
    if len(words) < 2 or not place_label(words[0]) or not all(map(_is_name, words[1:])):
        return []
    paired = len(words) == 3 and sum(word.endswith("平台") for word in words) == 1  # a platform and its unit
    names = ["\t".join(words[1:])] if paired else words[1:]
    return [_listed(None, words[0], name, line, 0.1) for name in names]


def _columns_of_words(line: Line, written: str) -> list[Row]:
    """A number, its place or none, and names with spaces between them."""
    words = (line.raw or line.text).split()
    if len(words) > 1 and (lead := LEADING.fullmatch(words[0])) and place_label(lead[2]):
        words[:1] = lead.groups()
    first = re.fullmatch(r"[(（]?(\d{1,4})[)）.．、]?", words[0]) if len(words) >= 3 else None
    if first and place_label(words[1]) and _is_name(words[2]):
        return [_listed(int(first[1]), words[1], "\t".join(words[2:]), line, 0.1)]
    row = _spaced(int(first[1]), written, words[1:], line) if first else None
    return [row] if row else []


def _place_behind(line: Line) -> list[Row]:
    """1. 某公司 北京: the place behind the name, with nothing but a space between them."""
    words = (line.raw or line.text).split()
    lead = NUMBERED.match(" ".join(words[:-1])) if len(words) in (2, 3) and place_label(words[-1]) else None
    if not lead or " " in lead[2] or not _is_name(lead[2]):
        return []
    return [_listed(int(lead[1]), words[-1], lead[2], line, 0.1)]


def names_one(text: str) -> bool:
    """（三）某平台（未通过复核）； is a line of a list, not a heading."""
    lead = CHINESE_LEAD.match(text)
    return bool(lead and REASON.match(lead[2].rstrip("；;。")) and _is_name(lead[2]))


def _goes_on(no: int, text: str, found: list[Row]) -> bool:
    """A line between the numbers of a list is one of its rows, whatever its name looks like."""
    follows = bool(found) and found[-1].no == no - 1
    return follows and 4 <= len(text) <= 50 and not OTHER_LINE.search(text)


def _parts(line: Line) -> list[Line]:
    if names_one(line.text) and (lead := CHINESE_LEAD.match(line.text)):
        text = f"{read_chinese(lead[1])}. {lead[2]}"
        return [Line(text, line.place, text)]
    text = DASHED.sub(r"\1：", plain_lead(line.text))
    parts = split_numbers(text)
    if len(parts) == 1 and SPREAD.match(line.raw or ""):
        parts = [
            " ".join(part.split()) for part in re.split(r"\s{3,}(?=\d{1,3}\s+[\u4e00-\u9fff])", line.raw)
        ]
    if len(parts) > 1:
        return [Line(part, line.place, part) for part in parts]
    return [Line(text, line.place, plain_lead(line.raw))]


def _spaced(no: int, written: str, words: list[str], line: Line) -> Row | None:
    """1 某公司 某平台 信息、技术: without headings each word is taken for what it looks like."""
    names = [word for word in words if _is_name(word)]
    functions = next((made.known for word in words if (made := read_functions(word)).is_whole), [])
    if not names or len(names) + bool(functions) != len(words) or len(names) > 2:
        return None
    name = next((one for one in names if one.endswith("平台")), names[0])
    unit = next((one for one in names if one != name), "")
    row = Row(no, place_label(written), tidy_name(name), tidy_name(unit), functions, place=line.place)
    row.written = {"province": written, "functions": "、".join(functions)}
    row.doubt("没有表头，按内容判断各列", 0.2)
    return row


def _close(line: Line) -> Row | None:
    """1北京市北京甲信息中心: cells that a reader of PDFs copied without anything between them."""
    found = re.match(r"(\d{1,3})([\u4e00-\u9fff].{7,})$", line.text)
    if not found:
        return None
    text = found[2]
    fits = [at for at in range(2, 12) if place_label(text[:at]) and _is_name(text[at:])]
    whole = [at for at in fits if text[at - 1] in "省市区团"]
    if not fits:
        return None
    at = (whole or fits)[0]
    row = _listed(int(found[1]), text[:at], text[at:], line, 0.1)
    if re.search(r"(平台|公司)(?![)）])..", row.name):
        row.doubt("各格之间没有分隔，可能含平台和单位两个名称", 0.2)
    return row


def _is_name(text: str) -> bool:
    plain = text.rstrip("；;。")
    if reason := REASON.match(plain):
        plain = reason[1]
    if (inner := RECOMMENDED.match(plain)) or ((inner := PLACED.match(plain)) and place_label(inner[2])):
        plain = inner[1]
    looks = re.search(rf"平台|中心|{UNIT_ENDINGS}[)）]?$", plain)
    return (
        bool(looks)
        and 4 <= len(plain) <= 90
        and not re.search(r"[。，：:]|示范平台名单|通知|通告|公告|称号|附件|主管部门|办法", plain)
    )


def _is_listed_row(text: str) -> bool:
    """青岛市，某平台，某公司： a row of a table in a sentence; the province at its head or its end."""
    parts = [part for part in PARTS.split(text.strip("。；; ")) if part]
    if not 2 <= len(parts) <= 5:
        return False
    first = bool(place_label(parts[0])) and _is_name(parts[1])
    return first or (bool(place_label(parts[-1])) and _is_name(parts[0]))


def _listed(no: int | None, written: str, text: str, line: Line, less: float) -> Row:
    parts = [part for part in PARTS.split(text.strip("。；; ")) if part]
    if len(parts) > 1 and place_label(parts[0]):
        written, parts = parts[0], parts[1:]
    elif len(parts) > 1 and place_label(parts[-1]):
        written, parts = parts[-1], parts[:-1]
    elif inner := RECOMMENDED.match(parts[0]):
        parts[0], written = inner[1], inner[2]
    elif not written and (inner := PLACED.match(parts[0])) and place_label(inner[2]):
        written, parts[0] = inner[2], inner[1]
    reason = REASON.match(parts[0])
    name, sign = take_sign(tidy_name(reason[1] if reason else parts[0]))
    row = Row(no, place_label(written), name, place=line.place, sign=sign, remark=reason[2] if reason else "")
    row.written = {"province": written, "functions": ""}
    for part in parts[1:]:
        if (read := read_functions(part)).is_whole:
            row.functions, row.written["functions"] = read.known, part
        elif not row.unit:
            row.unit = tidy_name(part)
        else:
            row.remark = "；".join(filter(None, (row.remark, part)))
    if less:
        row.doubt("由文字列举读出", less)
    take_name_apart(row)
    return row

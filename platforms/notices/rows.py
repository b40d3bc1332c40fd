"""Rows of a notice: names, units, provinces and remarks out of tables and lists, each with its place and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from platforms.departments import CITIES, place_at_start, place_label
from platforms.notices.guessing import guess_columns
from platforms.notices.headings import (
    find_columns,
    function_columns,
    further_columns,
    repeats_headings,
)
from platforms.notices.marks import is_nothing, is_tick, read_number, take_sign
from platforms.notices.names import WHOLE, function_heading, read_functions, take_name_apart
from platforms.notices.sources import Table
from portal.shared.names import tidy_name, tidy_text
from portal.shared.sheets import Headings, aside, heading_key

GROUPS = (
    "计划单列市",
    "行业协会",
    "全国性行业协会",
    "部属单位",
    "中央企业",
    "央企",
    "其他",
    "部属单位和行业协会",
    "省",
    "省、自治区、直辖市",
    "省（自治区、直辖市）",
    "省（区、市）",
    "自治区",
    "直辖市",
    "兵团",
)
ASSOCIATIONS = re.compile(
    r"(有关|全国性?|国家级?)?(行业)?(协会|商会|学会)|(工业和信息化部|部|有关|其他)*(部属|直属|在京)(有关)?(单位|机构)"
)
COUNTED = re.compile(r"[(（]?共?\s*\d{1,3}\s*[家个户][)）]?")
CODE = re.compile(r"[(（\s]*([0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10})[)）\s]*$")
LEAD = re.compile(r"^(\d{1,3})[.、．]\s*(?=[\u4e00-\u9fff])")
RULE = re.compile(r"[\s|:：\-—–=+]+")  # below the headings of a list in Markdown


GUESSED = "没有表头，按内容判断各列"
ALONE = {
    "名单",
    "平台名单",
    "单位名单",
    "示范平台名单",
    "平台名称",
    "单位名称",
    "名称",
}  # above a list of one column


@dataclass
class Row:
    """`place` is where it stands in the source; `confidence` from 0 to 1, with the doubts in words."""

    no: int | None
    province: str
    name: str
    unit: str = ""
    functions: list[str] = field(default_factory=list)
    remark: str = ""
    place: str = ""
    confidence: float = 1.0
    kind: str = ""
    uscc: str = ""
    written: dict[str, str] = field(default_factory=dict)  # province and functions as they stand there
    type: str = ""
    before: str = ""
    batch: str = ""
    result: str = ""
    doubts: list[str] = field(default_factory=list)
    group: int = 0  # which list of the notice it stands in
    sign: str = ""  # of its footnote
    term: tuple[str, str, str] = ("", "", "")  # as it is written: the whole, from, until
    since: date | None = None
    until: date | None = None
    certificate: str = ""  # a number that the list gives; the portal gives none to titles of paper

    def doubt(self, words: str, by: float) -> None:
        self.doubts.append(words)
        self.confidence = round(max(0.1, self.confidence - by), 2)


@dataclass(frozen=True)
class Headed:
    """The place and the functions that headings name: functions within a place end with it, those above all places
    with the next of them.
    """

    place: str = ""
    functions: str = ""
    is_outer: bool = False

    def below(self, text: str) -> Headed | None:
        """What holds below this line, where it is such a heading."""
        if group := province_line(text):
            return Headed(group[1], self.functions if self.is_outer else "", self.is_outer)
        if functions := function_heading(text):
            return Headed(self.place, functions, self.is_outer or not self.place)
        return None


NO_HEADING = Headed()


@lru_cache(maxsize=20_000)
def province_line(text: str) -> tuple[str, str] | None:
    """A heading like 北京市（5家） or （二）大连市: the label, and what was written; groups without a label too."""
    if len(text) > 60:
        return None
    plain = re.sub(r"^\s*(?:[(（]?[一二三四五六七八九十]+[)）、.．]|\d+[、.．])\s*", "", text)
    plain = re.sub(
        r"[(（]\s*(?:共)?\s*\d+\s*(?:家|个)?\s*[)）]\s*[:：]?$|[:：]\s*$|\s*\d+\s*(?:家|个)$", "", plain
    ).strip()
    plain = re.sub(r"(?<=.)推荐(的?(平台|单位|机构))?$", "", plain.strip("【】[]［］〖〗"))
    if len(plain) > 16:
        return None
    outside = re.sub(r"[(（].*[)）]$", "", plain)
    label = place_label(plain) if place_label(outside) or not outside else ""  # not 甲服务中心（北京市）
    if label or plain in GROUPS or ASSOCIATIONS.fullmatch(plain):
        return label, plain
    return None


def read_table_rows(
    table: Table,
    *,
    headed: Headed = NO_HEADING,
    chosen: Mapping[str, str] | None = None,
    head: Sequence[str] = (),
) -> list[Row]:
    """`chosen` is what a person has said of headings of this notice, `head` the headings of the table before."""
    rows = [list(row) for row in table.rows if not RULE.fullmatch("".join(row)) or not any(row)]
    headings = find_columns(rows, chosen)
    again = bool(headings) and headings.start > 1 and list(head) == rows[headings.start - 1]
    goes_on = (not headings or again) and bool(head) and _fits(rows, head)
    if goes_on:
        headings = find_columns([list(head), *rows], chosen)
        table = Continued(table.rows, table.place, table.letters)
        rows = [list(head), *rows]
    if headings:
        panels = list(_panels(rows, headings, chosen))
        if len(panels) == 1 and not table.letters:
            _open_merged(rows, headings)
    else:
        panels = [guess_columns(rows)]
        lead = panels[0].get("no")
        first = rows[0][lead] if lead is not None and lead < len(rows[0]) else ""
        alone = (
            bool(rows and rows[0])
            and lead is None
            and heading_key(rows[0][0]) in ALONE
            and not any(rows[0][1:])
        )
        if alone or (first and read_number(first) is None and not province_line(first)):
            rows[0] = []  # headings that nobody knows
    found: list[Row] = []
    for places in panels:
        if "name" in places or "unit" in places:
            found += _panel_rows(table, rows, headings, places, headed)
    if len(panels) > 1:
        found.sort(key=lambda row: row.no if row.no is not None else 10**6)
    return found


class Continued(Table):
    """A table that goes on below the headings of the one before, which count as its first row."""

    def cell(self, row: int, column: int) -> str:
        return super().cell(row - 1, column)


def _fits(rows: Sequence[Sequence[str]], head: Sequence[str]) -> bool:
    return bool(rows) and max(map(len, rows)) <= len(head) <= max(map(len, rows)) + 1


def _open_merged(rows: list[list[str]], headings: Headings) -> None:
    """A browser copies a cell over several rows once, and the cells of the further rows move to the left."""
    at, width = headings.places.get("province"), len(rows[headings.start - 1])
    if at is None:
        return
    for row in rows[headings.start :]:
        if at < len(row) == width - 1 and row[at] and not province_line(row[at]):
            row.insert(at, "")


def _panels(
    rows: list[list[str]], headings: Headings, chosen: Mapping[str, str] | None
) -> Iterator[dict[str, int]]:
    """A wide list is often set in two halves side by side, each with its own headings."""
    cells = rows[headings.start - 1]
    first = next((heading_key(cell) for cell in cells if heading_key(cell)), "")
    starts = [
        at
        for at, cell in enumerate(cells)
        if first and heading_key(cell) == first and (at == 0 or heading_key(cells[at - 1]) != first)
    ]
    if len(starts) < 2:
        yield headings.places
        return
    for begin, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        if part := find_columns([row[begin:end] for row in rows[headings.start - 1 :]], chosen):
            yield {code: at + begin for code, at in part.places.items()}


def _panel_rows(table: Table, rows, headings: Headings | None, places, headed: Headed) -> list[Row]:
    found, written, begun, said = [], headed.place, {}, headed
    start = headings.start if headings else 0
    whole = headings if headings and places is headings.places else None
    further = further_columns(rows, whole, ("remark", "result")) if whole else []
    more_functions = further_columns(rows, whole, ("functions",)) if whole else []
    ticked = function_columns(rows, whole) if whole else {}
    for number, cells in enumerate(rows[start:], start=start):
        at = {code: cells[place] if place < len(cells) else "" for code, place in places.items()}
        filled = [cell for cell in dict.fromkeys(cells) if cell]
        if not filled or aside(cells) or (headings and repeats_headings(cells, rows[start - 1])):
            continue
        _add_remarks(at, cells, further)
        _add_functions(at, cells, more_functions, ticked)
        alone = len(filled) == 1 or (len(filled) == 2 and COUNTED.fullmatch(filled[1]))
        if below := said.below(filled[0]) if alone else None:
            written, said = below.place if province_line(filled[0]) else written, below
            continue
        if said.functions and not at.get("functions"):
            at["functions"] = said.functions
        if "province" in at:
            written = at["province"] or written
        key = "name" if "name" in places else "unit"
        if not at.get(key) and not at.get("unit"):
            begun = at if at.get("no") else {}
            continue
        split = bool(begun) and not at.get("no")
        if split:
            at = {code: begun.get(code, "") + text for code, text in at.items()}
        elif _continues(at, found, places) and (len(filled) <= 2 or not WHOLE.search(found[-1].name)):
            if _stands_alone(at.get(key, ""), found[-1]):
                found += _made_of(at, key, written, table.cell(number, places[key]), split=False, first=False)
                continue
            _continue(found[-1], at)
            continue
        begun, place = {}, table.cell(number, places[key])
        found += _made_of(at, key, written, place, split=split, first=not found)
    return found if headings else _doubt_columns(found)


def _doubt_columns(found: list[Row]) -> list[Row]:
    for row in found:
        row.doubt(GUESSED, 0.2)
    return found


def _made_of(
    at: dict[str, str], key: str, written: str, place: str, *, split: bool, first: bool
) -> list[Row]:
    if names := names_in_cell(at.get(key, ""), at):
        return [_one_of(names, name, {**at, key: name}, written, place) for name in names]
    row = _row(at, written, place)
    _doubt_province(row, at, is_given=split or first)
    if split:
        row.doubt("由分在两页的两部分拼成", 0.1)
    return [row]


def names_in_cell(text: str, at: Mapping[str, str]) -> list[str]:
    """All names of a province in one cell, each on a line; two may be a platform and its unit and stay one row."""
    lines = [LEAD.sub("", line) for line in text.split("\n")]
    if len(lines) < 3 or (at.get("unit") and at.get("name")) or not all(map(WHOLE.search, lines)):
        return []
    return lines


def _one_of(names: Sequence[str], name: str, at: dict[str, str], written: str, place: str) -> Row:
    row = _row(at, written, place)
    row.no = None
    row.doubt(f"一格分行写了 {len(names)} 个名称，每行作为一家", 0.3)
    return row


def _add_remarks(at: dict[str, str], cells: Sequence[str], further: list[int]) -> None:
    for place in further:
        more = cells[place] if place < len(cells) else ""
        if more and more not in at.get("remark", ""):
            at["remark"] = "；".join(filter(None, (at.get("remark", ""), more)))


def _add_functions(at: dict[str, str], cells: Sequence[str], further: list[int], ticked) -> None:
    """功能1, 功能2 beside one another, and a column of ticks for each function."""
    said = [at.get("functions", ""), *(cells[place] for place in further if place < len(cells))]
    said += [label for place, label in ticked.items() if place < len(cells) and is_tick(cells[place])]
    if joined := "、".join(filter(None, said)):
        at["functions"] = joined


def _continues(at: dict[str, str], found: list[Row], places) -> bool:
    """A line without number below a numbered one: the rest of a name that was broken."""
    return bool(found) and "no" in places and not at.get("no") and found[-1].no is not None


def _doubt_province(row: Row, at: dict[str, str], *, is_given: bool) -> None:
    if not is_given and at.get("no") == "" and at.get("province") == "":
        row.doubt("没有序号和地区，地区按上一行", 0.3)
    if at.get("province") == "" and row.province:
        _doubt_place(row)


def place_in_name(name: str) -> str:
    """北京甲中心 is most likely in 北京."""
    return next((label for at in (5, 4, 3, 2) if (label := place_label(name[:at]))), "")


def _doubt_place(row: Row) -> None:
    """A row whose place stands in a row above, and whose name begins with another: a page may have broken the cell."""
    named = place_in_name(row.name)
    if named and named != row.province and row.province not in (CITIES.get(named), *_cities_of(named)):
        row.doubt(f"地区按上一行为“{row.province}”，名称以“{named}”开头", 0.3)


def _cities_of(label: str) -> list[str]:
    return [city for city, province in CITIES.items() if province == label]


def _stands_alone(text: str, above: Row) -> bool:
    """A whole name that begins with a place below another whole one is no rest of it."""
    return bool(WHOLE.search(above.name) and WHOLE.search(text) and place_in_name(text))


def _continue(row: Row, at: dict[str, str]) -> None:
    for code in ("name", "unit", "remark"):
        if at.get(code):
            setattr(row, code, tidy_name(getattr(row, code) + at[code]))
    take_name_apart(row)
    row.doubt("名称由两行拼成", 0.2)


def _row(at: dict[str, str], written: str, place: str) -> Row:
    said, no = at.get("name", "") or at.get("unit", ""), read_number(at.get("no", ""))
    if no is None and (lead := LEAD.match(said)):
        no, said = int(lead[1]), said[lead.end() :]
    uscc = CODE.search(said)
    name, sign = take_sign(tidy_name(said[: uscc.start()] if uscc else said))
    unit, _ = take_sign(tidy_name(at.get("unit", "")))
    row = Row(no, place_label(written) or place_at_start(written), name, unit, place=place, sign=sign)
    row.written = {"province": written, "functions": at.get("functions", "")}
    for code, attribute in (
        ("remark", "remark"),
        ("uscc", "uscc"),
        ("kind", "type"),
        ("batch", "batch"),
        ("result", "result"),
        ("certificate", "certificate"),
    ):
        words = tidy_text(at.get(code, ""))
        setattr(row, attribute, "" if is_nothing(words) else words)
    row.term = tuple(
        "" if is_nothing(at.get(code, "")) else at.get(code, "") for code in ("term", "since", "until")
    )
    row.before, row.uscc = tidy_name(at.get("before", "")), row.uscc or (uscc[1] if uscc else "")
    parts = row.name.split("、")
    if len(parts) > 1 and all(len(part) >= 6 and WHOLE.search(part) for part in parts):
        row.doubt(f"一格中像是写了 {len(parts)} 个名称", 0.4)
    give_functions(row, at.get("functions", ""))
    if "\n" in at.get("name", "") or ("\n" in at.get("unit", "") and not at.get("name")):
        row.doubt("一格分行写成，可能是两个名称", 0.3)
    if not at.get("name") and at.get("unit"):
        row.name = row.unit
    take_name_apart(row)
    return row


def give_functions(row: Row, text: str) -> None:
    read = read_functions(text)
    if text and (read.unknown or not read.known):
        row.doubt(f"服务功能“{'、'.join(read.unknown)[:20] or text[:20]}”不能识别", 0.1)
    elif read.taken:
        row.doubt(f"服务功能{read.taken}", 0.05)
    row.functions = read.known
    if not text and (from_type := read_functions(row.type)).known and not from_type.unknown:
        row.functions, row.type, row.written["functions"] = from_type.known, "", row.type

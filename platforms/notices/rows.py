"""Rows of a notice: names, units, provinces and remarks out of tables and lists, each with its place and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from platforms.departments import place_label
from platforms.functions import Function
from platforms.notices.sources import Table
from portal.shared.names import tidy_name, tidy_text
from portal.shared.sheets import aside, find_headings, heading_key
from portal.shared.sheets.headings import Headings


@dataclass(frozen=True)
class Column:
    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


COLUMNS = (
    Column("no", "序号", ("编号", "序 号", "No", "No.")),
    Column(
        "province",
        "省份",
        (
            "省市",
            "省区市",
            "地区",
            "所在地区",
            "所属地区",
            "省（区、市）",
            "省（市、区）",
            "省（自治区、直辖市）",
            "推荐单位",
            "省别",
            "所在省份",
            "所在地",
            "区域",
            "省、自治区、直辖市",
            "所属省（区、市）",
            "所在省（区、市）",
            "所属省份",
            "所属省市",
            "所在省市",
            "所属区域",
            "推荐地区",
            "推荐省份",
            "推荐省市",
            "推荐部门",
            "所属推荐单位",
            "省（自治区、直辖市、计划单列市）",
            "省（区、市）及计划单列市",
            "省（区、市）、计划单列市",
            "地区（单位）",
            "地区/单位",
            "省市区",
            "省区市及计划单列市",
            "推荐单位（地区）",
            "归属地区",
            "地域",
        ),
    ),
    Column(
        "name",
        "平台名称",
        (
            "示范平台名称",
            "服务平台名称",
            "国家中小企业公共服务示范平台名称",
            "公共服务平台名称",
            "平台全称",
            "名称",
            "示范平台",
            "平台",
            "现平台名称",
            "变更后名称",
            "更名后名称",
            "变更后平台名称",
            "新名称",
        ),
    ),
    Column(
        "unit",
        "申报单位",
        (
            "运营单位",
            "单位名称",
            "运营单位名称",
            "依托单位",
            "主体单位",
            "承建单位",
            "机构名称",
            "平台运营单位",
            "服务机构名称",
            "单位",
            "平台主体",
            "申报单位名称",
            "运营主体",
            "运营机构",
        ),
    ),
    Column(
        "functions",
        "服务功能",
        (
            "主要功能",
            "功能",
            "服务类别",
            "主要服务功能",
            "类别",
            "认定功能",
            "平台功能",
            "功能类别",
            "平台类别",
            "服务类型",
            "功能类型",
            "服务领域",
        ),
    ),
    Column("kind", "平台类型", ("类型", "平台性质")),
    Column(
        "remark", "备注", ("说明", "备 注", "复核意见", "整改意见", "意见", "整改要求", "原因", "撤销原因")
    ),
    Column("result", "复核结果", ("结果", "结论", "复核结论", "测评结果", "是否合格")),
    Column("uscc", "统一社会信用代码", ("信用代码", "社会信用代码", "组织机构代码")),
    Column(
        "before", "原平台名称", ("变更前名称", "原名称", "更名前名称", "变更前平台名称", "原示范平台名称")
    ),
    Column("batch", "批次", ("认定批次", "认定年度", "认定时间", "认定年份", "授予时间")),
)
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
    "自治区",
    "直辖市",
    "兵团",
)
UNIT_ENDINGS = r"(?:公司|中心|研究院|研究所|院|所|协会|学会|商会|大学|学院|集团|局|站|厂|联盟|促进会|服务部|合作社|基金会)"
WITH_UNIT = re.compile(rf"^(.{{4,}}?)[(（]([^()（）]{{3,60}}{UNIT_ENDINGS})[)）]$")
WHOLE = re.compile(rf"(?:平台|{UNIT_ENDINGS}|\d)[)）]?$")  # a name that needs no further line
ASSOCIATIONS = re.compile(
    r"(有关|全国性?|国家级?)?(行业)?(协会|商会|学会)|(工业和信息化部|部|有关|其他)*(部属|直属|在京)(有关)?(单位|机构)"
)
RULE = re.compile(r"[\s|:：\-—–=+]+")  # below the headings of a list in Markdown
KNOWN_FUNCTIONS = {label: label for label in Function.labels} | {"物流": "现代物流", "综合": "综合服务"}


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

    def doubt(self, words: str, by: float) -> None:
        self.doubts.append(words)
        self.confidence = round(max(0.1, self.confidence - by), 2)


def province_line(text: str) -> tuple[str, str] | None:
    """A heading like 北京市（5家） or （二）大连市: the label, and what was written; groups without a label too."""
    plain = re.sub(r"^\s*(?:[(（]?[一二三四五六七八九十]+[)）、.．]|\d+[、.．])\s*", "", text)
    plain = re.sub(
        r"[(（]\s*(?:共)?\s*\d+\s*(?:家|个)?\s*[)）]\s*[:：]?$|[:：]\s*$|\s*\d+\s*(?:家|个)$", "", plain
    ).strip()
    if len(plain) > 16:
        return None
    outside = re.sub(r"[(（].*[)）]$", "", plain)
    label = place_label(plain) if place_label(outside) or not outside else ""  # not 甲服务中心（北京市）
    if label or plain in GROUPS or ASSOCIATIONS.fullmatch(plain):
        return label, plain
    return None


def unknown_headings(table: Table) -> list[tuple[str, str]]:
    """Columns of a list that no column here answers to: the cell of each and its words."""
    rows = [list(row) for row in table.rows]
    headings = find_headings(COLUMNS, rows)
    if not headings or not _is_heading(headings) or (headings.start > 4 and not table.letters):
        return []
    cells = rows[headings.start - 1]
    return [
        (table.cell(headings.start - 1, cells.index(words) if words in cells else 0), words)
        for words in dict.fromkeys(headings.strangers.values())
    ]


def read_table_rows(table: Table, *, province: str = "") -> list[Row]:
    rows = [list(row) for row in table.rows if not RULE.fullmatch("".join(row)) or not any(row)]
    headings = find_headings(COLUMNS, rows)
    if headings and _is_heading(headings):
        panels = list(_panels(rows, headings))
        if len(panels) == 1 and not table.letters:
            _open_merged(rows, headings)
    else:
        headings, panels = None, [_guess(rows)]
    found: list[Row] = []
    for places in panels:
        if "name" in places or "unit" in places:
            found += _panel_rows(
                table, rows, headings.start if headings else 0, places, province, guessed=headings is None
            )
    if len(panels) > 1:
        found.sort(key=lambda row: row.no if row.no is not None else 10**6)
    return found


def _open_merged(rows: list[list[str]], headings: Headings) -> None:
    """A browser copies a cell over several rows once, and the cells of the further rows move to the left."""
    at, width = headings.places.get("province"), len(rows[headings.start - 1])
    if at is None:
        return
    for row in rows[headings.start :]:
        if at < len(row) == width - 1 and row[at] and not province_line(row[at]):
            row.insert(at, "")


def _is_heading(headings: Headings) -> bool:
    places = headings.places
    return ("name" in places or "unit" in places) and len(places) >= 2


def _panels(rows: list[list[str]], headings: Headings) -> Iterator[dict[str, int]]:
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
        part = find_headings(COLUMNS, [cells[begin:end]])
        if part:
            yield {code: at + begin for code, at in part.places.items()}


def _guess(rows: list[list[str]]) -> dict[str, int]:
    """Columns by what stands in them, for a table whose headings were left behind."""
    width = max(map(len, rows), default=0)
    places: dict[str, int] = {}
    for at in range(width):
        cells = [row[at] for row in rows if at < len(row) and row[at]]
        if not cells:
            continue
        if sum(cell.isdecimal() for cell in cells) * 2 > len(cells):
            places.setdefault("no", at)
        elif sum(bool(place_label(cell)) for cell in cells) * 2 > len(cells):
            places.setdefault("province", at)
        elif sum(bool(read_functions(cell)) for cell in cells) * 2 > len(cells):
            places.setdefault("functions", at)
        elif sum(len(cell) >= 5 for cell in cells) * 2 > len(cells):
            places.setdefault(
                "name" if "name" not in places else "unit" if "unit" not in places else "remark", at
            )
    return places


def _panel_rows(table: Table, rows, start: int, places, province: str, *, guessed: bool) -> list[Row]:
    found: list[Row] = []
    written, begun = province, {}
    for number, cells in enumerate(rows[start:], start=start):
        at = {code: cells[place] if place < len(cells) else "" for code, place in places.items()}
        filled = [cell for cell in dict.fromkeys(cells) if cell]
        if not filled or aside(cells) or _repeats_headings(cells):
            continue
        group = province_line(filled[0]) if len(filled) == 1 else None
        if group:
            written = group[1]
            continue
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
            _continue(found[-1], at)
            continue
        begun = {}
        unsure = "no" in at and not at["no"] and "province" in at and not at["province"] and found
        row = _row(at, written, table.cell(number, places[key]))
        if unsure and not split:
            row.doubt("没有序号和地区，地区按上一行", 0.3)
        if split:
            row.doubt("由分在两页的两部分拼成", 0.1)
        if guessed:
            row.doubt("没有表头，按内容判断各列", 0.2)
        found.append(row)
    return found


def _repeats_headings(cells: Sequence[str]) -> bool:
    """On every page of a printed list."""
    headings = find_headings(COLUMNS, [list(cells)])
    return bool(headings) and _is_heading(headings) and len(headings.strangers) <= 1


def _continues(at: dict[str, str], found: list[Row], places) -> bool:
    """A line without number below a numbered one: the rest of a name that was broken."""
    return bool(found) and "no" in places and not at.get("no") and found[-1].no is not None


def _continue(row: Row, at: dict[str, str]) -> None:
    for code in ("name", "unit", "remark"):
        if at.get(code):
            setattr(row, code, tidy_name(getattr(row, code) + at[code]))
    row.doubt("名称由两行拼成", 0.2)


def _row(at: dict[str, str], written: str, place: str) -> Row:
    no = re.sub(r"\D", "", at.get("no", ""))
    name = tidy_name(at.get("name", "") or at.get("unit", ""))
    row = Row(int(no) if no else None, place_label(written), name, tidy_name(at.get("unit", "")), place=place)
    row.written = {"province": written, "functions": at.get("functions", "")}
    for code, attribute in (
        ("remark", "remark"),
        ("uscc", "uscc"),
        ("kind", "type"),
        ("batch", "batch"),
        ("result", "result"),
    ):
        setattr(row, attribute, tidy_text(at.get(code, "")))
    row.before = tidy_name(at.get("before", ""))
    row.functions = read_functions(at.get("functions", ""))
    if at.get("functions") and not row.functions:
        row.doubt(f"服务功能“{at['functions'][:20]}”不能识别", 0.1)
    if not row.functions and not at.get("functions") and (functions := read_functions(row.type)):
        row.functions, row.type, row.written["functions"] = functions, "", row.type
    if "\n" in at.get("name", "") or ("\n" in at.get("unit", "") and not at.get("name")):
        row.doubt("一格分行写成，可能是两个名称", 0.3)
    if not at.get("name") and at.get("unit"):
        row.name = row.unit
    return split_unit(row)


def split_unit(row: Row) -> Row:
    """平台名称（运营单位） in one cell."""
    found = WITH_UNIT.match(row.name)
    if found and (not row.unit or row.unit == row.name):
        row.name, row.unit = tidy_name(found[1]), tidy_name(found[2])
        row.doubt("名称和单位写在一格，按括号分开", 0.1)
    return row


def read_functions(text: str) -> list[str]:
    parts = [part for part in re.split(r"[、，,；;/\s+]+", tidy_text(text)) if part]
    known = [
        KNOWN_FUNCTIONS.get(re.sub(r"(类|服务类?|功能|服务平台|类平台|类服务平台)$", "", part))
        for part in parts
    ]
    return [one for one in known if one] if known and all(known) else []

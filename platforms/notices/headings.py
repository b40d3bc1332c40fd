"""Headings of a notice's tables: the columns it may have, known words for each, and what an unusual heading must mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from platforms.departments import place_label
from platforms.notices.marks import is_tick
from platforms.notices.names import read_functions
from platforms.notices.sources import Table
from portal.shared.sheets import find_headings, heading_key
from portal.shared.sheets.headings import DEEPEST, IGNORE, Headings, column_letter


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
            "变更后",
            "更名后",
            "变更后单位名称",
            "更名后单位名称",
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
        "remark",
        "备注",
        (
            "说明",
            "备 注",
            "整改意见",
            "整改要求",
            "整改事项",
            "整改内容",
            "原因",
            "撤销原因",
            "变更事项",
            "变更内容",
        ),
    ),
    Column("result", "复核结果", ("结果", "结论", "复核结论", "测评结果", "是否合格", "复核意见", "意见")),
    Column("uscc", "统一社会信用代码", ("信用代码", "社会信用代码", "组织机构代码")),
    Column(
        "before",
        "原平台名称",
        (
            "变更前名称",
            "原名称",
            "更名前名称",
            "变更前平台名称",
            "原示范平台名称",
            "变更前",
            "更名前",
        ),
    ),
    Column(
        "term", "有效期", ("有效期限", "称号有效期", "有效期间", "有效时间", "有效期起止", "有效起止日期")
    ),
    Column("since", "有效期起", ("有效期自", "有效期起始", "起始日期", "开始日期", "生效日期", "有效期始")),
    Column(
        "until",
        "有效期止",
        (
            "有效期至",
            "有效期截止",
            "截止日期",
            "到期日",
            "到期日期",
            "到期时间",
            "有效期终止",
            "有效截止日期",
        ),
    ),
    Column("certificate", "证书编号", ("证书号", "牌匾编号", "铜牌编号", "证书编码", "标牌编号")),
    Column("batch", "批次", ("认定批次", "认定年度", "认定时间", "认定年份", "授予时间")),
)
KEYS = {heading_key(words): column.code for column in COLUMNS for words in (column.label, *column.synonyms)}
HEADINGS = set(KEYS)
PROVINCES = {key for key, code in KEYS.items() if code == "province"}
NUMBERS = {key for key, code in KEYS.items() if code == "no"}
BRACKET = re.compile(r"\(.*?\)")
LONGEST = 18  # characters of a heading; more is a title or a cell
# Headings that no list of words can hold, in the order in which they decide.
MEANT = (
    ("before", re.compile(r"(原|变更前|更名前|曾用).{0,10}(名称?|平台|单位)")),
    (
        "result",
        re.compile(
            r".{0,8}(复核|测评|评价|考核|检查|整改|验收|评估|处理|处置).{0,4}(结果|结论|情况|意见|决定)"
        ),
    ),
    ("remark", re.compile(r".{0,10}(备注|说明|事由|原因|理由|附注|情形).{0,4}")),
    ("uscc", re.compile(r"(?!.*名称).{0,10}(信用代码|机构代码).{0,4}")),
    (
        "since",
        re.compile(
            r".{0,4}有效.{0,4}(起|始|自|开始)(日期?|时间)?|(称号|证书)?(起始|开始|生效).{0,2}(日期?|时间)"
        ),
    ),
    (
        "until",
        re.compile(
            r".{0,4}有效.{0,4}(止|至|截止|终止|届满)(日期?|时间)?|(称号|证书)?(截止|到期|届满|失效).{0,2}(日期?|时间)"
        ),
    ),
    ("term", re.compile(r".{0,6}有效.{0,2}(期限?|期间|时间|日期).{0,4}")),
    ("certificate", re.compile(r".{0,6}(证书|牌匾|铜牌|标牌).{0,2}(编?号|编码)")),
    ("batch", re.compile(r".{0,6}(批次|(认定|授予|命名|公布|入选|获批).{0,2}(年度|年份|时间|日期|年))")),
    (
        "functions",
        re.compile(
            r".{0,8}(功能|服务(类别|领域|方向|类型|内容))(?!.*名称).{0,6}|.{0,6}(平台|认定|申报|所属)类别"
        ),
    ),
    ("kind", re.compile(r".{0,6}平台(类型|性质)")),
    (
        "name",
        re.compile(
            r".{0,12}平台.{0,4}(名称|全称|名)((及|和|与|、|/)?(统一社会)?(信用代码|代码|网址|地址|联系方式))?"
        ),
    ),
    (
        "province",
        re.compile(
            r"(?!.*级).{0,6}(省|直辖市|自治区|计划单列市).{0,14}|.{0,4}(地区|区域|属地|推荐(单位|部门|机构)|主管部门|报送(单位|部门)|所在地).{0,4}"
        ),
    ),
    (
        "unit",
        re.compile(r"(?!.*(发证|批准|主管|联系)).{0,10}(单位|机构|企业|公司|法人|主体).{0,2}(名称|全称|名)?"),
    ),
    ("no", re.compile(r"总?序列?号?|顺序号?|号|№")),
)


def code_of(cell: str) -> str:
    """Which column a heading means; empty where it says none."""
    key = heading_key(cell)
    if not key or len(key) > LONGEST + 12:
        return ""
    bare = BRACKET.sub("", key)
    if code := KEYS.get(key) or KEYS.get(bare):
        return code
    # 河北省 and 浙江省经信厅 are what stands below such a heading.
    if not bare or len(bare) > LONGEST or key.isdecimal() or place_label(cell):
        return ""
    return next((code for code, sign in MEANT if sign.fullmatch(bare)), "")


def columns_of(rows: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """The columns with the unusual headings of this table as further words for them."""
    further: dict[str, list[str]] = {}
    for row in rows[:DEEPEST]:
        cells = [cell for cell in dict.fromkeys(row) if cell]
        codes = [code_of(cell) for cell in cells]
        sure = {KEYS.get(heading_key(cell)) for cell in cells} - {None}
        meant = len(set(filter(None, codes)))
        if meant < (2 if sure else 3) or codes.count("") * 2 > len(codes):
            continue
        for cell, code in zip(cells, codes, strict=True):
            if code and heading_key(cell) not in KEYS:
                further.setdefault(code, []).append(cell)
    return tuple(
        replace(column, synonyms=(*column.synonyms, *further.get(column.code, ()))) for column in COLUMNS
    )


def find_columns(rows: Sequence[Sequence[str]], chosen: Mapping[str, str] | None = None) -> Headings | None:
    """Where each column stands; None where no row of the table names a platform's or a unit's column."""
    found = find_headings(columns_of(rows), rows, chosen=chosen)
    if not found or not is_heading(found):
        return None
    _prefer_places(rows, found)
    return found


def is_heading(headings: Headings) -> bool:
    places = headings.places
    return ("name" in places or "unit" in places) and len(places) >= 2


def _prefer_places(rows: Sequence[Sequence[str]], headings: Headings) -> None:
    """Of several columns for a place, or of none, the one in which provinces stand."""
    at = headings.places.get("province")
    head = rows[headings.start - 1]
    taken = set(headings.places.values()) - {at}
    if at is not None and sum(code_of(cell) == "province" for cell in head) < 2:
        return
    best, most = at, _share(rows[headings.start :], at) if at is not None else 0.5
    for column in range(len(head)):
        if column not in taken and (share := _share(rows[headings.start :], column)) > most:
            best, most = column, share
    if best is not None and best != at:
        headings.places["province"] = best
        headings.strangers.pop(f"{column_letter(best)}{headings.start}", None)


def _share(rows: Iterable[Sequence[str]], at: int) -> float:
    cells = [row[at] for row in list(rows)[:60] if at < len(row) and row[at]]
    return sum(bool(place_label(cell)) for cell in cells) / len(cells) if cells else 0.0


def further_columns(rows: Sequence[Sequence[str]], headings: Headings, codes: tuple[str, ...]) -> list[int]:
    """Second columns of remarks, results and functions: none of them is dropped."""
    first = set(headings.places.values())
    return [
        at for at, cell in enumerate(rows[headings.start - 1]) if at not in first and code_of(cell) in codes
    ]


def function_columns(rows: Sequence[Sequence[str]], headings: Headings) -> dict[int, str]:
    """Columns that are headed by a function and hold nothing but ticks."""
    taken = set(headings.places.values())
    found = {}
    for at, cell in enumerate(rows[headings.start - 1]):
        below = [row[at] for row in rows[headings.start :] if at < len(row) and row[at]]
        if at not in taken and read_functions(cell).is_whole and all(map(is_tick, below)):
            found[at] = cell
    return found


def repeats_headings(cells: Sequence[str], head: Sequence[str]) -> bool:
    """On every page of a printed list."""
    filled = [cell for cell in dict.fromkeys(cells) if cell]
    if len(filled) > 1 and list(cells) == list(head):
        return True
    codes = [KEYS.get(heading_key(cell), "") for cell in filled]
    known = set(codes) - {""}
    return len(known) >= 2 and bool(known & {"name", "unit"}) and codes.count("") <= 1


def unknown_headings(table: Table, chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Columns of a list that no column here answers to: the cell of each and its words."""
    rows = [list(row) for row in table.rows]
    headings = find_columns(rows, chosen)
    if not headings or (headings.start > 4 and not table.letters):
        return
    cells, taken = rows[headings.start - 1], set(headings.places.values())
    told = {heading_key(cells[at]) for at in taken if at < len(cells)}
    taken |= set(function_columns(rows, headings))
    for at, words in enumerate(cells):
        key = heading_key(words)
        lost = at not in taken and code_of(words) not in ("no", "remark", "result", "functions")
        if key and lost and key not in told and chosen.get(key) != IGNORE:
            told.add(key)
            yield table.cell(headings.start - 1, at), words

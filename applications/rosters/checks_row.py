"""Checks of a row and of all rows together. A row holds only the cells that passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from applications.rosters.checks import ERROR, ROSTER, ROW, WARNING, RosterContext, declare
from portal.shared.names import compare_key

Row = dict
InRow = Iterator[tuple[str, dict]]  # the column at fault, words of the sentence
InRoster = Iterator[tuple[Row | None, str, dict]]


@declare(
    "title_unnamed",
    ROW,
    WARNING,
    "职称",
    problem="职称级别是“{level}”，职称名称没有填写",
    mend="请填写职称名称，如 工程师",
    only=("staff",),
)
def title_unnamed(row: Row, context: RosterContext) -> InRow:
    if row.get("title_level") not in (None, "", "无") and not row.get("title"):
        yield "title", {"level": row["title_level"]}


@declare(
    "title_without_level",
    ROW,
    WARNING,
    "职称",
    problem="填写了职称名称，职称级别是“无”",
    mend="请核对职称级别，影响专业人员占比",
    only=("staff",),
)
def title_without_level(row: Row, context: RosterContext) -> InRow:
    if row.get("title_level") == "无" and row.get("title") not in (None, "", "无"):
        yield "title_level", {}


@declare(
    "insured_longer",
    ROW,
    WARNING,
    "社保",
    problem="社保缴纳 {months} 个月，多于入职以来的月数",
    mend="请核对入职日期和社保缴纳月数",
    only=("staff",),
)
def insured_longer(row: Row, context: RosterContext) -> InRow:
    months, since = row.get("insured_months"), row.get("since")
    if isinstance(months, int) and since and context.today:
        start = date.fromisoformat(since)
        if months > (context.today.year - start.year) * 12 + context.today.month - start.month + 2:
            yield "insured_months", {"months": months}


@declare(
    "uninsured",
    ROW,
    WARNING,
    "社保",
    problem="专职人员社保缴纳月数为 0",
    mend="请核对是否专职",
    only=("staff",),
)
def uninsured(row: Row, context: RosterContext) -> InRow:
    if row.get("full_time") == "是" and row.get("insured_months") == 0:
        yield "insured_months", {}


@declare(
    "own_unit",
    ROW,
    ERROR,
    "服务对象",
    problem="服务对象是申报单位自己",
    mend="请删除这一行",
    only=("smes",),
)
def own_unit(row: Row, context: RosterContext) -> InRow:
    if context.own_code and row.get("uscc") == context.own_code:
        yield "uscc", {}


@declare(
    "year_future",
    ROW,
    ERROR,
    "服务年度",
    problem="服务年度晚于申报年度 {year}",
    mend="请核对服务年度",
    only=("smes",),
)
def year_future(row: Row, context: RosterContext) -> InRow:
    if context.year and (row.get("year") or 0) > context.year:
        yield "year", {"year": context.year}


@declare(
    "year_not_counted",
    ROW,
    WARNING,
    "服务年度",
    problem="服务年度不是 {before} 或者 {last}，不计入近两年",
    mend="可以删除这一行",
    only=("smes",),
)
def year_not_counted(row: Row, context: RosterContext) -> InRow:
    year = row.get("year")
    if context.year and year and (year < context.year - 2 or year == context.year):
        yield "year", {"before": context.year - 2, "last": context.year - 1}


@declare(
    "signed_later",
    ROW,
    ERROR,
    "签订日期",
    problem="签订日期晚于服务年度 {year}",
    mend="请核对签订日期和服务年度",
    only=("smes",),
)
def signed_later(row: Row, context: RosterContext) -> InRow:
    signed, year = row.get("signed_on"), row.get("year")
    if signed and year and int(signed[:4]) > year:
        yield "signed_on", {"year": year}


@declare(
    "signed_long_ago",
    ROW,
    WARNING,
    "签订日期",
    problem="签订日期比服务年度早 {years} 年",
    mend="请确认协议仍在有效期内",
    only=("smes",),
)
def signed_long_ago(row: Row, context: RosterContext) -> InRow:
    signed, year = row.get("signed_on"), row.get("year")
    if signed and year and year - int(signed[:4]) > 5:
        yield "signed_on", {"years": year - int(signed[:4])}


@declare(
    "unexplained",
    ROW,
    WARNING,
    "成效评价",
    problem="评价为“不满意”，成效评价没有填写",
    mend="请写明原因和改进情况",
    only=("smes",),
)
def unexplained(row: Row, context: RosterContext) -> InRow:
    if row.get("satisfied") == "不满意" and not row.get("effect"):
        yield "effect", {}


@declare(
    "value_zero",
    ROW,
    WARNING,
    "原值",
    problem="原值为 0",
    mend="请填写合计原值，单位万元；无偿取得的在用途中注明",
    only=("facilities",),
)
def value_zero(row: Row, context: RosterContext) -> InRow:
    if row.get("value") == 0:
        yield "value", {}


@declare(
    "value_in_yuan",
    ROW,
    WARNING,
    "原值",
    problem="原值超过 1 亿元",
    mend="单位是万元，请核对是否按元填写",
    only=("facilities",),
)
def value_in_yuan(row: Row, context: RosterContext) -> InRow:
    if (row.get("value") or 0) > 10_000:
        yield "value", {}


@declare(
    "person_twice",
    ROSTER,
    WARNING,
    "重复",
    problem="第 {row} 行与第 {first} 行姓名和证件号码相同",
    mend="重复的只计一次，请删除其中一行",
    only=("staff",),
)
def person_twice(rows: list[Row], context: RosterContext) -> InRoster:
    return _repeated(rows, "name", "name", "document")


@declare(
    "document_shared",
    ROSTER,
    WARNING,
    "证件号码",
    problem="第 {row} 行与第 {first} 行证件号码后六位相同，姓名不同",
    mend="请核对是否同一人（姓名用字不同）",
    only=("staff",),
)
def document_shared(rows: list[Row], context: RosterContext) -> InRoster:
    return _at_odds(rows, "document", "name", at="name")


@declare(
    "company_twice",
    ROSTER,
    WARNING,
    "重复",
    problem="第 {row} 行与第 {first} 行信用代码和服务年度相同",
    mend="重复的只计一家，请删除其中一行",
    only=("smes",),
)
def company_twice(rows: list[Row], context: RosterContext) -> InRoster:
    return _repeated(rows, "uscc", "uscc", "year")


@declare(
    "facility_twice",
    ROSTER,
    WARNING,
    "重复",
    problem="第 {row} 行与第 {first} 行名称、型号、购置日期和原值相同",
    mend="同一设备请合并为一行并写明数量",
    only=("facilities",),
)
def facility_twice(rows: list[Row], context: RosterContext) -> InRoster:
    return _repeated(rows, "name", "name", "model", "bought_on", "value")


def _repeated(rows: list[Row], at: str, *codes: str) -> InRoster:
    seen: dict[tuple, int] = {}
    for row in rows:
        key = tuple(
            compare_key(row[code]) if code == "name" and row.get(code) else row.get(code) for code in codes
        )
        if any(part in (None, "") for part in key):
            continue
        if key in seen:
            yield row, at, {"row": row["_row"], "first": seen[key]}
        else:
            seen[key] = row["_row"]


@declare(
    "two_names",
    ROSTER,
    WARNING,
    "名称与代码",
    problem="第 {row} 行与第 {first} 行信用代码相同，企业名称不同",
    mend="请按营业执照统一名称，或者更正代码",
    only=("smes",),
)
def two_names(rows: list[Row], context: RosterContext) -> InRoster:
    return _at_odds(rows, "uscc", "name", at="name")


@declare(
    "two_codes",
    ROSTER,
    WARNING,
    "名称与代码",
    problem="第 {row} 行与第 {first} 行企业名称相同，信用代码不同",
    mend="请核对是否同一企业，以代码计家数",
    only=("smes",),
)
def two_codes(rows: list[Row], context: RosterContext) -> InRoster:
    return _at_odds(rows, "name", "uscc", at="uscc")


@declare(
    "agreement_shared",
    ROSTER,
    WARNING,
    "协议编号",
    problem="第 {row} 行与第 {first} 行协议编号相同，企业不同",
    mend="每份协议应有自己的编号，请核对",
    only=("smes",),
)
def agreement_shared(rows: list[Row], context: RosterContext) -> InRoster:
    return _at_odds(rows, "agreement", "uscc", at="agreement")


def _at_odds(rows: list[Row], same: str, other: str, *, at: str) -> InRoster:
    """Rows alike in one column and unlike in another, each held against the first of its kind."""
    first: dict[str, Row] = {}
    for row in rows:
        if not row.get(same) or not row.get(other):
            continue
        before = first.setdefault(compare_key(str(row[same])), row)
        if compare_key(str(before[other])) != compare_key(str(row[other])):
            yield row, at, {"row": row["_row"], "first": before["_row"]}


@declare(
    "year_absent",
    ROSTER,
    WARNING,
    "服务年度",
    problem="没有 {year} 年度的服务企业",
    mend="须含近两年（{before}、{last}），用于计算增长",
    only=("smes",),
)
def year_absent(rows: list[Row], context: RosterContext) -> InRoster:
    if not context.year:
        return
    present = {row.get("year") for row in rows}
    for year in (context.year - 2, context.year - 1):
        if year not in present:
            yield None, "", {"year": year, "before": context.year - 2, "last": context.year - 1}


@declare(
    "none_rated",
    ROSTER,
    WARNING,
    "满意度",
    problem="全部企业“未评价”，无法计算满意度",
    mend="请填写已回收的评价",
    only=("smes",),
)
def none_rated(rows: list[Row], context: RosterContext) -> InRoster:
    answers = [row["satisfied"] for row in rows if row.get("satisfied")]
    if answers and set(answers) == {"未评价"}:
        yield None, "", {}


@declare(
    "one_day",
    ROSTER,
    WARNING,
    "签订日期",
    problem="{count} 份协议都在同一天（{day}）签订",
    mend="请核对是否误用了填充",
    only=("smes",),
)
def one_day(rows: list[Row], context: RosterContext) -> InRoster:
    days: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.get("signed_on"):
            days[row["signed_on"]] += 1
    if len(days) == 1 and sum(days.values()) >= 10:
        yield None, "", {"count": sum(days.values()), "day": next(iter(days))}


@declare(
    "no_full_time",
    ROSTER,
    WARNING,
    "是否专职",
    problem="名册中没有专职人员",
    mend="请核对“是否专职”一列",
    only=("staff",),
)
def no_full_time(rows: list[Row], context: RosterContext) -> InRoster:
    answers = {row.get("full_time") for row in rows if row.get("full_time")}
    if answers == {"否"}:
        yield None, "", {}

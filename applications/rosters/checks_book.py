"""Checks of the workbook as a whole: what it is, whose template, what a reader would not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from applications.rosters.checks import BOOK, ERROR, WARNING, RosterContext, declare
from applications.rosters.columns import TEMPLATE_VERSION, Roster
from portal.shared.sheets import SheetFacts, propose_column

SHOWN = 20
TEMPLATE = "请下载本系统的模板，把内容粘贴进去后上传"


@dataclass(frozen=True)
class Book:
    """`places` says in which column each code stands; `blank` rows lie between filled ones."""

    roster: Roster
    facts: SheetFacts
    context: RosterContext
    places: dict[str, int]
    strangers: dict[str, str] = field(default_factory=dict)
    blank: tuple[int, ...] = ()
    asides: dict[int, tuple[str, str]] = field(default_factory=dict)  # row: kind and first words


Found = Iterator[tuple[str, object, dict]]

# What ends the reading at once: raised by scan.py and read.py under these codes.
declare(
    "not_workbook",
    BOOK,
    ERROR,
    "文件无法读取",
    problem="文件不是有效的 Excel 工作簿",
    mend="请用 Excel 或者 WPS 另存为 .xlsx 后重新上传",
)(None)
declare(
    "no_sheet",
    BOOK,
    ERROR,
    "文件无法读取",
    problem="文件中没有可见的工作表",
    mend=TEMPLATE,
)(None)
declare(
    "too_far",
    BOOK,
    ERROR,
    "范围过大",
    problem="工作表用到了 {place} 单元格，超出 5000 行 × 50 列",
    mend="请删除名册以外的内容（含空白格式）后重新上传",
)(None)
declare(
    "too_heavy",
    BOOK,
    ERROR,
    "范围过大",
    problem="工作表内容过大",
    mend="请删除多余的行、列和图片后重新上传",
)(None)
declare(
    "unreadable",
    BOOK,
    ERROR,
    "文件无法读取",
    problem="工作表内容无法读取",
    mend="请用 Excel 或者 WPS 另存为 .xlsx 后重新上传",
)(None)
declare(
    "too_slow",
    BOOK,
    ERROR,
    "文件无法读取",
    problem="读取超过 {seconds} 秒",
    mend="请删除名册以外的内容后重新上传",
)(None)
declare(
    "other_template",
    BOOK,
    ERROR,
    "模板不对",
    problem="这是“{other}”的模板，不是“{title}”",
    mend=TEMPLATE,
)(None)
declare(
    "no_heading",
    BOOK,
    ERROR,
    "表头",
    problem="没有找到表头（{labels}……）",
    mend=f"{TEMPLATE}，不要删除表头",
)(None)
declare(
    "heading_missing",
    BOOK,
    ERROR,
    "表头",
    problem="缺少“{label}”列",
    mend="请在表头中补上这一列并逐行填写",
)(None)
declare(
    "heading_repeated",
    BOOK,
    ERROR,
    "表头",
    problem="“{label}”列出现了两次",
    mend="请删除多余的一列",
)(None)
declare(
    "no_rows",
    BOOK,
    ERROR,
    "没有内容",
    problem="名册没有内容",
    mend="请从第 3 行起填写，示例行不计",
)(None)


@declare(
    "no_meta",
    BOOK,
    WARNING,
    "模板",
    problem="文件不是由本系统模板填写的",
    mend="表头齐全，可以继续；下次请使用模板，有下拉列表",
)
def no_meta(book: Book) -> Found:
    if not book.facts.meta:
        yield "", "", {}


@declare(
    "old_template",
    BOOK,
    WARNING,
    "模板",
    problem="模板是第 {version} 版，现为第 {current} 版",
    mend="可以继续；下次请重新下载模板",
)
def old_template(book: Book) -> Found:
    version = book.facts.meta.get("version", "")
    if version and version != str(TEMPLATE_VERSION):
        yield "", "", {"version": version, "current": TEMPLATE_VERSION}


@declare(
    "other_year",
    BOOK,
    WARNING,
    "模板",
    problem="模板是 {year} 年度的",
    mend="请确认内容已更新为本年度（{current}）申报所需的数据",
)
def other_year(book: Book) -> Found:
    year = book.facts.meta.get("year", "")
    if year and book.context.year and year != str(book.context.year):
        yield "", "", {"year": year, "current": book.context.year}


@declare(
    "heading_unknown",
    BOOK,
    WARNING,
    "表头",
    problem="“{label}”列不在模板中，没有读取",
    mend="是名册的哪一列，请在右侧选择；不需要的列不用处理",
)
def heading_unknown(book: Book) -> Found:
    for cell, label in book.strangers.items():
        yield cell, label, {"label": label[:20], "headings": free_columns(book.roster, book.places, label)}


def free_columns(roster: Roster, places: Mapping[str, int], label: str) -> tuple[str, ...]:
    """The columns that no heading names, the likeliest first."""
    likely = propose_column(label, roster.columns, places)
    free = [column for column in roster.columns if column.code not in places]
    return tuple(column.label for column in sorted(free, key=lambda one: one.code != likely))


@declare(
    "aside",
    BOOK,
    WARNING,
    "不是名册内容",
    problem="第 {row} 行“{text}”是{what}，没有读取",
    mend="是名册内容的请改写第一格后重新上传",
)
def lines_aside(book: Book) -> Found:
    for number, (kind, text) in book.asides.items():
        what = "合计行" if kind == "totals" else "说明或者签字行"
        yield f"A{number}", text, {"row": number, "text": text[:12], "what": what}


@declare("formula", BOOK, WARNING, "公式", problem="单元格是公式", mend="请复制后选择性粘贴为数值")
def formula(book: Book) -> Found:
    for cell in book.facts.formulas[:SHOWN]:
        yield cell, "公式", {}


@declare(
    "error_value",
    BOOK,
    ERROR,
    "公式",
    problem="单元格是错误值（如 #N/A、#REF!）",
    mend="请改成实际内容",
)
def error_value(book: Book) -> Found:
    for cell in book.facts.broken[:SHOWN]:
        yield cell, "错误值", {}


@declare(
    "merged",
    BOOK,
    WARNING,
    "合并单元格",
    problem="有 {count} 处合并单元格，跨行合并的按每行相同内容读取",
    mend="请核对；内容不同的请取消合并，每格填写",
)
def merged(book: Book) -> Found:
    if book.facts.merged:
        yield book.facts.merged[0], "", {"count": len(book.facts.merged)}


@declare(
    "hidden_rows",
    BOOK,
    WARNING,
    "隐藏行列",
    problem="有 {count} 行被隐藏或者筛掉，同样计入",
    mend="请取消隐藏和筛选，核对后重新上传",
)
def hidden_rows(book: Book) -> Found:
    if book.facts.hidden_rows:
        yield "", "", {"count": book.facts.hidden_rows}


@declare(
    "hidden_columns",
    BOOK,
    WARNING,
    "隐藏行列",
    problem="第 {letters} 列被隐藏，同样读取",
    mend="请取消隐藏，核对后重新上传",
)
def hidden_columns(book: Book) -> Found:
    from_template = [n for n in book.facts.hidden_columns if n in book.places.values()]
    if from_template:
        yield "", "", {"letters": "、".join(chr(65 + n) for n in from_template[:5])}


@declare(
    "other_sheets",
    BOOK,
    WARNING,
    "其他工作表",
    problem="工作表“{name}”没有读取，只读“{read}”",
    mend="属于名册的内容请移到同一张工作表",
)
def other_sheets(book: Book) -> Found:
    for name in book.facts.other_sheets[:3]:
        yield "", "", {"name": name[:20], "read": book.facts.sheet[:20]}


@declare("blank_rows", BOOK, WARNING, "空行", problem="第 {row} 行是空行，已跳过", mend="请确认没有漏填")
def blank_rows(book: Book) -> Found:
    for row in book.blank[:SHOWN]:
        yield f"A{row}", "", {"row": row}

"""The workbooks that officials upload: their columns, their templates, every cell read and checked."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError

from platforms.functions import Function
from platforms.models.certificate import NUMBER
from portal.shared.sheets import SheetUnreadable, as_date, as_number, plain_text, read_table, scan_sheet
from portal.shared.validators import validate_uscc
from portal.shared.xlsx import write_rows

EXAMPLE = "示例"
CENT_NOISE = 1e-6  # a workbook keeps 12.3 as 12.300000000000001
STATUSES = ("有效", "已撤销", "已放弃", "复核不合格")
UNREADABLE = {
    "not_workbook": "文件不是有效的 Excel 工作簿，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。",
    "no_sheet": "文件中没有可见的工作表，请使用本系统的模板。",
    "too_heavy": "工作表内容过大，请删除多余的行、列和图片后重新上传。",
    "too_far": "工作表超出 5000 行 × 50 列，请删除名单以外的内容（含空白格式）后重新上传。",
    "too_slow": "读取时间过长，请删除名单以外的内容后重新上传。",
    "unreadable": "工作表内容无法读取，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。",
}


@dataclass(frozen=True)
class Column:
    """`kind`: text, number, year, date, amount, uscc, choice, functions."""

    code: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    limit: int = 100
    example: Any = ""


HISTORIC = (
    Column("number", "证书编号", "number", required=False, example=""),
    Column("platform", "平台名称", example="示例公共服务平台"),
    Column("organisation", "运营单位", example="示例服务中心有限公司"),
    Column("uscc", "统一社会信用代码", "uscc", required=False, example=""),
    Column("jurisdiction", "所在地区", limit=12, example="浙江"),
    Column("recommender", "推荐单位", required=False, limit=60, example="浙江省经济和信息化厅"),
    Column("functions", "服务功能", "functions", example="技术、质量"),
    Column(
        "kind", "平台类型", "choice", required=False, choices=("综合性平台", "专业平台"), example="专业平台"
    ),
    Column("year", "认定年度", "year", example=2012),
    Column("granted_on", "授予日期", "date", example="2012-11-20"),
    Column("review_year", "下次复核年度", "year", required=False, example=2015),
    Column("announcement", "公告标题", limit=200, example="关于公布 2012 年度名单的通告"),
    Column("document", "公告文号", required=False, limit=64, example="工信部企业〔2012〕566号"),
    Column("status", "状态", "choice", required=False, choices=STATUSES, example="有效"),
    Column("ended_on", "终止日期", "date", required=False),
    Column("end_reason", "终止原因或者公告", required=False, limit=200),
)
SUPPORT_KINDS = ("资金", "项目", "税收", "其他措施")
SUPPORT = (
    Column("number", "证书编号", required=False, limit=40, example="GJPT-2025-0001"),
    Column("uscc", "统一社会信用代码", "uscc", required=False),
    Column("platform", "平台名称", required=False, example=""),
    Column("year", "年度", "year", example=2025),
    Column("kind", "扶持方式", "choice", choices=SUPPORT_KINDS, example="资金"),
    Column("name", "扶持内容", limit=120, example="示例：服务能力提升补助"),
    Column("amount", "金额（万元）", "amount", required=False, example=30),
    Column("document", "依据文件", required=False, limit=120, example=""),
)
# Art. 18: what provinces have from before; the code identifies the unit.
PROVINCIAL = (
    Column("platform", "平台名称", example="示例公共服务平台"),
    Column("organisation", "运营单位", example="示例服务中心有限公司"),
    Column("uscc", "统一社会信用代码", "uscc", example=""),
    Column("year", "认定年度", "year", example=2023),
    Column("document", "文号", limit=64, example="浙经信企服〔2023〕88号"),
    Column("document_title", "公布文件", required=False, limit=200),
    Column("number", "编号", required=False, limit=40),
    Column("granted_on", "认定日期", "date", required=False, example="2023-11-20"),
    Column("valid_until", "有效期至", "date", required=False, example="2026-11-19"),
)
SHEETS = {"historic": HISTORIC, "support": SUPPORT, "provincial": PROVINCIAL}


@dataclass
class Line:
    """`cells` is what stands there as text, `findings` what is wrong, each with its cell.

    `places` says where this workbook has each column: people move them.
    """

    number: int
    places: dict[str, int] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    findings: list[dict[str, str]] = field(default_factory=list)

    def cell(self, code: str) -> str:
        return f"{letter(self.places.get(code, 0))}{self.number}"

    def wrong(self, code: str, problem: str, mend: str) -> None:
        self.findings.append({"cell": self.cell(code), "problem": problem, "mend": mend})

    def is_sound(self, *codes: str) -> bool:
        """Whether these cells are filled in and nothing is wrong with them so far."""
        bad = {finding["cell"] for finding in self.findings}
        return all(self.cells[code] and self.cell(code) not in bad for code in codes)


class Refused(Exception):
    """The workbook as a whole cannot be taken; the message is a sentence for the person who uploaded it."""


def template(kind: str) -> bytes:
    """An empty workbook with the headings and one example line, which the import passes over."""
    columns = SHEETS[kind]
    example = [column.example for column in columns]
    first = next(index for index, column in enumerate(columns) if column.kind == "text")
    example[first] = f"{EXAMPLE}（此行会被跳过）"
    out = io.BytesIO()
    write_rows(out, [column.label for column in columns], [example], title="名单", widths=[22] * len(columns))
    return out.getvalue()


def cells_of(content: BinaryIO) -> list[list]:
    return read_table(content, scan_sheet(content).sheet)


def read_lines(kind: str, content: BinaryIO) -> list[Line]:
    """Every line below the headings with all its findings at once. Raises Refused."""
    columns = SHEETS[kind]
    try:
        table = cells_of(content)
    except SheetUnreadable as error:
        raise Refused(UNREADABLE[error.code]) from error
    start, places = _headings(columns, table)
    lines = []
    for number, row in enumerate(table[start:], start=start + 1):
        texts = [plain_text(value) for value in row]
        if any(texts) and not next(text for text in texts if text).startswith(EXAMPLE):
            lines.append(_line(columns, places, number, texts))
    if not lines:
        raise Refused("名单没有内容，请从表头下一行起填写。")
    return lines


def letter(index: int) -> str:
    return chr(65 + index) if index < 26 else "A" + chr(39 + index)


def _headings(columns: Iterable[Column], table: list[list]) -> tuple[int, dict[str, int]]:
    for index, row in enumerate(table[:5]):
        labels = [plain_text(value) for value in row]
        places = {column.code: labels.index(column.label) for column in columns if column.label in labels}
        missing = [column.label for column in columns if column.required and column.code not in places]
        if not missing:
            return index + 1, places
    raise Refused(
        f"没有找到表头，请使用本系统的模板。必须有的列：{'、'.join(c.label for c in columns if c.required)}。"
    )


def _line(columns: Iterable[Column], places: dict[str, int], number: int, texts: list[str]) -> Line:
    line = Line(number, places)
    for column in columns:
        at = places.get(column.code)
        text = texts[at] if at is not None and at < len(texts) else ""
        line.cells[column.code] = text
        if not text:
            if column.required:
                line.wrong(column.code, f"{column.label}没有填写", f"请填写{column.label}")
            continue
        try:
            line.cells[column.code] = _checked(column, text)
        except ValueError as error:
            problem, _, mend = str(error).partition("|")
            line.wrong(column.code, problem, mend)
    return line


def _checked(column: Column, text: str) -> str:
    """The text in its one spelling. Raises ValueError("problem|how to mend")."""
    if column.kind == "number":
        text = text.upper()
        if not NUMBER.fullmatch(text):
            raise ValueError(f"{column.label}“{text}”不能核验|请写成 GJPT-2012-0001；由系统编号的留空")
    elif column.kind == "year":
        if not (text.isdecimal() and 2005 <= int(text) <= 2100):
            raise ValueError(f"{column.label}不是年度|请写四位数字，例如 2012")
    elif column.kind == "date":
        day = as_date(text)
        if day is None:
            raise ValueError(f"{column.label}不是有效日期|请写成 2012-11-20")
        return day.isoformat()
    elif column.kind == "amount":
        number = as_number(text)
        if number is None or not 0 <= number < 10**9:
            raise ValueError(f"{column.label}不是有效金额|请只填数字，单位万元")
        if abs(number - round(number, 2)) > CENT_NOISE:
            raise ValueError(f"{column.label}超过 2 位小数|请按万元填写，最多 2 位小数")
        return f"{number:.2f}"
    elif column.kind == "uscc":
        try:
            return validate_uscc(text)
        except ValidationError as error:
            raise ValueError(f"{error.messages[0].rstrip('。')}|请按营业执照填写 18 位代码") from error
    elif column.kind == "choice" and text not in column.choices:
        raise ValueError(f"{column.label}不在可选范围|请填 {'、'.join(column.choices)}")
    elif column.kind == "functions":
        return _functions(text)
    if len(text) > column.limit:
        raise ValueError(f"{column.label}超过 {column.limit} 字|请缩短")
    return text


def _functions(text: str) -> str:
    known = {label: code for code, label in Function.choices} | {"物流": Function.LOGISTICS.value}
    names = [
        name for name in text.replace("，", "、").replace(",", "、").replace(" ", "、").split("、") if name
    ]
    strange = [name for name in names if name not in known]
    if strange:
        raise ValueError(
            f"服务功能“{strange[0]}”不在第二条所列范围|请填 {'、'.join(dict(Function.choices).values())}"
        )
    return "、".join(dict.fromkeys(known[name] for name in names))

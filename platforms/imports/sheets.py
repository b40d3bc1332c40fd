"""The workbooks that officials upload: their columns, their templates, every cell read and checked."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError

from platforms.certificates.models import NUMBER
from platforms.functions import Function
from platforms.sheet_columns import HISTORIC, PROVINCIAL, SHEETS, SUPPORT, SUPPORT_KINDS, Column
from portal.shared import law
from portal.shared.names import tidy_name, tidy_text, unusable_character
from portal.shared.sheets import (
    Headings,
    SheetUnreadable,
    as_date,
    as_number,
    aside,
    column_letter,
    fill_merged,
    find_headings,
    is_month,
    plain_text,
    read_table,
    scan_sheet,
)
from portal.shared.validators import propose_uscc, reads_like_identity_number, validate_uscc
from portal.shared.xlsx import write_rows

__all__ = [
    "HISTORIC",
    "PROVINCIAL",
    "SHEETS",
    "SUPPORT",
    "SUPPORT_KINDS",
    "Column",
    "Line",
    "Refused",
    "Sheet",
    "read_sheet",
    "template",
]
EXAMPLE = "示例"
CENT_NOISE = 1e-6  # a workbook keeps 12.3 as 12.300000000000001
UNREADABLE = {
    "not_workbook": "文件不是有效的 Excel 工作簿，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。",
    "no_sheet": "文件中没有可见的工作表，请使用本系统的模板。",
    "too_heavy": "工作表内容过大，请删除多余的行、列和图片后重新上传。",
    "too_far": "工作表超出 5000 行 × 50 列，请删除名单以外的内容（含空白格式）后重新上传。",
    "too_slow": "读取时间过长，请删除名单以外的内容后重新上传。",
    "unreadable": "工作表内容无法读取，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。",
}


@dataclass
class Line:
    """`cells` is what stands there as text, `findings` what is wrong, each with its cell.

    `places` says where this workbook has each column: people move them.
    """

    number: int
    places: dict[str, int] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    findings: list[dict[str, str]] = field(default_factory=list)
    place: str = ""  # in a source without cells

    def cell(self, code: str) -> str:
        if self.place:
            return self.place
        return f"{column_letter(self.places.get(code, 0))}{self.number}"

    def wrong(self, code: str, problem: str, mend: str) -> None:
        self.findings.append({"cell": self.cell(code), "problem": problem, "mend": mend})

    def note(self, code: str, problem: str, mend: str = "") -> None:
        """What was read otherwise than it stands there: told, and no fault."""
        self.findings.append({"cell": self.cell(code), "problem": problem, "mend": mend, "level": "note"})

    @property
    def is_wrong(self) -> bool:
        return any(finding.get("level") != "note" for finding in self.findings)

    def is_sound(self, *codes: str) -> bool:
        """Whether these cells are filled in and nothing is wrong with them so far."""
        bad = {finding["cell"] for finding in self.findings if finding.get("level") != "note"}
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


@dataclass(frozen=True)
class Sheet:
    """A list as it was read: its lines, the headings nobody knows, and the lines that are none of the list."""

    lines: list[Line]
    headings: Headings
    asides: dict[int, str] = field(default_factory=dict)


def cells_of(content: BinaryIO) -> list[list]:
    facts = scan_sheet(content)
    return fill_merged(read_table(content, facts.sheet), facts.ranges)


def read_sheet(kind: str, content: BinaryIO, *, chosen: Mapping[str, str] | None = None) -> Sheet:
    """Every line below the headings with all its findings at once. Raises Refused.

    `chosen` is what a person has said of unknown headings: the heading's key to a column's code, or "-".
    """
    columns = SHEETS[kind]
    try:
        table = cells_of(content)
    except SheetUnreadable as error:
        raise Refused(UNREADABLE[error.code]) from error
    headings = _headings(columns, table, chosen)
    lines, asides = [], {}
    for number, row in enumerate(table[headings.start :], start=headings.start + 1):
        texts = [plain_text(value) for value in row]
        if not any(texts) or next(text for text in texts if text).startswith(EXAMPLE):
            continue
        if aside(texts):
            asides[number] = next(text for text in texts if text)[:40]
        else:
            lines.append(_line(columns, headings.places, number, texts, row))
    if not lines:
        raise Refused("名单没有内容，请从表头下一行起填写。")
    return Sheet(lines, headings, asides)


def _headings(columns: tuple[Column, ...], table: list[list], chosen) -> Headings:
    found = find_headings(columns, table, chosen=chosen)
    if found is None or len(found.places) < 2:
        raise Refused(
            f"没有找到表头，请使用本系统的模板。必须有的列：{'、'.join(c.label for c in columns if c.required)}。"
        )
    if found.repeated:
        raise Refused(f"“{found.repeated[0]}”列出现了两次，请删除多余的一列后重新上传。")
    missing = found.missing(columns)
    if missing and not found.strangers:
        raise Refused(f"表头缺少：{'、'.join(missing)}。请补上这些列后重新上传。")
    return found


def _line(
    columns: Iterable[Column], places: dict[str, int], number: int, texts: list[str], raw: list
) -> Line:
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
            line.cells[column.code] = _checked(column, text, line, raw[at])
        except ValueError as error:
            problem, _, mend = str(error).partition("|")
            line.wrong(column.code, problem, mend)
    return line


def _checked(column: Column, text: str, line: Line, raw: Any) -> str:
    """The text in its one spelling. Raises ValueError("problem|how to mend")."""
    text = tidy_name(text) if column.kind == "name" else tidy_text(text)
    reader = READERS.get(column.kind)
    if reader:
        text = reader(column, text, line, raw)
    if found := unusable_character(text):
        raise ValueError(
            f"{column.label}第 {found[0]} 个字符不是通用字符（U+{ord(found[1]):04X}）|请按营业执照改用标准字符"
        )
    if len(text) > column.limit:
        raise ValueError(f"{column.label}超过 {column.limit} 字|请缩短")
    return text


def _read_number(column: Column, text: str, line: Line, raw: Any) -> str:
    text = text.upper()
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{column.label}“{text}”不能核验|请写成 GJPT-2012-0001；公告没有编号的留空")
    return text


def _read_year(column: Column, text: str, line: Line, raw: Any) -> str:
    text = text.removesuffix("度").removesuffix("年")
    if not (text.isdecimal() and 2005 <= int(text) <= 2100):
        raise ValueError(f"{column.label}不是年度|请写四位数字，例如 2012")
    return text


def _read_date(column: Column, text: str, line: Line, raw: Any) -> str:
    day = as_date(text)
    if day is None or is_month(text):
        raise ValueError(f"{column.label}不是有效日期|请写成 2012-11-20")
    return day.isoformat()


def _read_amount(column: Column, text: str, line: Line, raw: Any) -> str:
    number = as_number(text)
    if number is None or not 0 <= number < 10**9:
        raise ValueError(f"{column.label}不是有效金额|请只填数字，单位万元")
    if abs(number - round(number, 2)) > CENT_NOISE:
        raise ValueError(f"{column.label}超过 2 位小数|请按万元填写，最多 2 位小数")
    return f"{number:.2f}"


def _read_uscc(column: Column, text: str, line: Line, raw: Any) -> str:
    if isinstance(raw, int | float) and abs(raw) >= 1e15:
        raise ValueError(f"{column.label}被当作数字保存，后几位已经丢失|请把该列设为文本格式后重新录入")
    if reads_like_identity_number(text):
        raise ValueError(f"{column.label}写的是个人身份证号码|请改填单位的统一社会信用代码，并删除个人号码")
    try:
        return validate_uscc(text)
    except ValidationError as error:
        fits = propose_uscc(text)
        mend = f"可能是 {fits}，请核对" if fits else "请按营业执照填写 18 位代码"
        raise ValueError(f"{error.messages[0].rstrip('。')}|{mend}") from error


def _read_choice(column: Column, text: str, line: Line, raw: Any) -> str:
    meant = text if text in column.choices else column.words.get(text, "")
    if not meant:
        raise ValueError(f"{column.label}不在可选范围|请填 {'、'.join(column.choices)}")
    if meant != text:
        line.note(column.code, f"{column.label}“{text}”按“{meant}”读取")
    return meant


COMPREHENSIVE = ("综合服务", "综合", "综合性", "综合性服务", "综合类")


def _read_functions(column: Column, text: str, line: Line, raw: Any) -> str:
    """综合服务 is a kind of platform and no function of Art. 2: the functions are still to be found out."""
    if text in COMPREHENSIVE:
        line.note(column.code, f"服务功能“{text}”不是{law.FUNCTIONS}所列功能，按综合性平台读取，功能待补")
        return ""
    return _functions(text)


READERS = {
    "number": _read_number,
    "year": _read_year,
    "date": _read_date,
    "amount": _read_amount,
    "uscc": _read_uscc,
    "choice": _read_choice,
    "functions": _read_functions,
}


def _functions(text: str) -> str:
    known = {label: code for code, label in Function.choices} | {"物流": Function.LOGISTICS.value}
    names = [
        name.removesuffix("服务").removesuffix("类") for name in re.split(r"[、，,；;/\s]+", text) if name
    ]
    strange = [name for name in names if name not in known]
    if strange:
        raise ValueError(
            f"服务功能“{strange[0]}”不在{law.FUNCTIONS}所列范围|请填 {'、'.join(dict(Function.choices).values())}"
        )
    return "、".join(dict.fromkeys(known[name] for name in names))

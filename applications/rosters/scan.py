"""A look at a workbook's sheet before any library opens it: a tiny file can claim a billion cells."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

MAX_ROWS, MAX_COLUMNS = 5002, 50
MAX_SHEET_BYTES = 60 * 1024 * 1024
CELL = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")


class SheetRefused(Exception):
    """The workbook cannot be read; the message is a sentence for the person who uploaded it."""


@dataclass
class SheetFacts:
    formulas: list[str]
    merged: int = 0
    hidden_rows: int = 0


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def scan_sheet(content: BinaryIO) -> SheetFacts:
    """Refuse what is too large by its cell references; count what a reader would not see."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as book:
            names = sorted(n for n in book.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n))
            if not names:
                raise SheetRefused("文件中没有工作表，请使用本系统的模板。")
            for name in names:
                if book.getinfo(name).file_size > MAX_SHEET_BYTES:
                    raise SheetRefused("工作表内容过大，请删除多余的行和列后重新上传。")
            facts = SheetFacts([])
            with book.open(names[0]) as sheet:
                _walk(sheet, facts)
            return facts
    except (
        zipfile.BadZipFile,
        ParseError,
        DefusedXmlException,
        KeyError,
        OSError,
        ValueError,
        RuntimeError,
    ) as error:
        raise SheetRefused(
            "文件不是有效的 Excel 工作簿，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。"
        ) from error


def _walk(sheet, facts: SheetFacts) -> None:
    reference = ""
    for event, element in iterparse(sheet, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "start":
            if name == "c":
                reference = element.get("r") or ""
                _check_reference(reference)
            elif name == "row" and element.get("hidden") in ("1", "true"):
                facts.hidden_rows += 1
            continue
        if name == "f" and len(facts.formulas) < 50:
            facts.formulas.append(reference)
        elif name == "mergeCell":
            facts.merged += 1
        if name in ("row", "c"):
            element.clear()


def _check_reference(reference: str) -> None:
    found = CELL.match(reference)
    if found and (int(found[2]) > MAX_ROWS or column_number(found[1]) > MAX_COLUMNS):
        raise SheetRefused(
            f"工作表用到了 {reference} 单元格，超出 5000 行 × 50 列。请删除名册以外的内容（含空白格式）后重新上传。"
        )

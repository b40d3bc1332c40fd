"""A look at a workbook before any library opens it: a tiny file can claim a billion cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

MAX_ROWS, MAX_COLUMNS = 5002, 50
MAX_SHEET_BYTES = 60 * 1024 * 1024
MAX_FORMATTED = 200_000  # empty cells beyond those limits: twelve rows that were formatted to their very end
MAX_NOTED = 50
CELL = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
GUIDE, META = "填表说明", "_meta"
TRAPS = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    expat.ExpatError,
    DefusedXmlException,
    KeyError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OverflowError,
    LookupError,
)


class SheetUnreadable(Exception):
    """The workbook cannot be read: a code (not_workbook, no_sheet, too_heavy, too_far, too_slow, unreadable)."""

    def __init__(self, code: str, **words):
        self.code, self.words = code, words
        super().__init__(code)


@dataclass
class SheetFacts:
    """What a reader of the cells' values would not see. Columns count from 0."""

    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    formulas: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)  # of merged cells, whole
    hidden_rows: int = 0
    hidden_columns: list[int] = field(default_factory=list)


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def look_at_sheet(content: BinaryIO) -> SheetFacts:
    """Refuse what is too large by its cell references; note formulas, merged and hidden parts."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as book:
            return _scan(book)
    except TRAPS as error:
        raise SheetUnreadable("not_workbook") from error


def _scan(book: zipfile.ZipFile) -> SheetFacts:
    sheets = _sheets(book)
    visible = [(name, path) for name, path, shown in sheets if shown]
    if not visible:
        raise SheetUnreadable("no_sheet")
    name, path = next((one for one in visible if one[0] == "名册"), visible[0])
    others = [other for other, _ in visible if other not in (name, GUIDE, META)]
    facts = SheetFacts(sheet=name, other_sheets=others)
    parts = [(other, part) for other, part, _ in sheets if part in book.namelist()]
    if sum(book.getinfo(part).file_size for _, part in parts) > MAX_SHEET_BYTES:
        raise SheetUnreadable("too_heavy")
    for other, part in parts:
        if other == META:
            facts.meta = _meta(book, part)
        # All are walked, since the workbook is opened whole when its cells are marked or mended.
        with book.open(part) as sheet:
            _walk(sheet, facts if part == path else SheetFacts())
    return facts


def _sheets(book: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
    """Name, part and whether it is visible, in the order of the tabs."""
    targets = {}
    with book.open("xl/_rels/workbook.xml.rels") as part:
        for _, element in iterparse(part):
            target = element.get("Target") or ""
            targets[element.get("Id")] = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
    found = []
    with book.open("xl/workbook.xml") as part:
        for _, element in iterparse(part):
            if element.tag.rpartition("}")[2] == "sheet":
                number = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), "")
                shown = element.get("state", "visible") == "visible"
                found.append((element.get("name") or "", targets.get(number, ""), shown))
    return found


def _meta(book: zipfile.ZipFile, path: str) -> dict[str, str]:
    """The hidden sheet that names template, version and year, one pair of cells a row."""
    strings = _strings(book)
    cells: dict[str, str] = {}
    with book.open(path) as part:
        for _, element in iterparse(part):
            if element.tag.rpartition("}")[2] != "c" or len(cells) > 20:
                continue
            text = "".join(element.itertext()).strip()
            if element.get("t") == "s" and text.isdigit():
                text = strings[int(text)] if int(text) < len(strings) else ""
            cells[element.get("r") or ""] = text[:40]
    pairs = {cells.get(f"A{row}", ""): cells.get(f"B{row}", "") for row in range(1, 6)}
    if cells.get("A1") not in ("template", "", None):  # the first version wrote code and version side by side
        return {"template": cells["A1"], "version": cells.get("B1", "")}
    return {key: value for key, value in pairs.items() if key}


def _strings(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    if book.getinfo("xl/sharedStrings.xml").file_size > MAX_SHEET_BYTES:
        raise SheetUnreadable("too_heavy")
    strings = []
    with book.open("xl/sharedStrings.xml") as part:
        for _, element in iterparse(part):
            if element.tag.rpartition("}")[2] == "si":
                strings.append("".join(element.itertext())[:40])
                element.clear()
    return strings


class _Walk:
    """Called by the parser for every element of the sheet: a tree of half a million cells is never built."""

    def __init__(self, facts: SheetFacts):
        self.facts, self.reference = facts, ""
        self.far, self.formatted = "", 0  # a cell beyond the limits, refused once it holds something

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name, facts = tag.rpartition(":")[2], self.facts
        if name == "c":
            self.reference = attributes.get("r", "")
            self.far = self.reference if _is_far(self.reference) else ""
            self.formatted += bool(self.far)
            if self.formatted > MAX_FORMATTED:
                raise SheetUnreadable("too_far", place=self.far)
            if attributes.get("t") == "e" and len(facts.broken) < MAX_NOTED:
                facts.broken.append(self.reference)
        elif name in ("v", "is", "f") and self.far:
            raise SheetUnreadable("too_far", place=self.far)
        elif name == "f" and len(facts.formulas) < MAX_NOTED:
            facts.formulas.append(self.reference)
        elif name == "row" and attributes.get("hidden") in ("1", "true"):
            facts.hidden_rows += 1
        elif name in ("mergeCell", "hyperlink"):
            # openpyxl makes a cell for every place of such a range.
            first, _, last = attributes.get("ref", "").partition(":")
            _check_reference(last or first)
            if name == "mergeCell" and len(facts.merged) < MAX_NOTED:
                facts.merged.append(first)
            if name == "mergeCell" and len(facts.ranges) < MAX_ROWS:
                facts.ranges.append(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            facts.hidden_columns += range(first - 1, min(last, MAX_COLUMNS))


def _refuse_doctype(*_) -> None:
    raise SheetUnreadable("not_workbook")


def _walk(sheet, facts: SheetFacts) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype  # no entities, so nothing can swell
    parser.StartElementHandler = _Walk(facts).start
    parser.ParseFile(sheet)


def _check_reference(reference: str) -> None:
    if _is_far(reference):
        raise SheetUnreadable("too_far", place=reference)


def _is_far(reference: str) -> bool:
    found = CELL.match(reference)
    return bool(found) and (int(found[2]) > MAX_ROWS or column_number(found[1]) > MAX_COLUMNS)

"""Rosters as other programs write them: quirks seen in genuine workbooks of WPS 表格, each made anew here."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

from openpyxl.utils import get_column_letter

CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
    "<vt:lpwstr>2052-12.1.0.16250</vt:lpwstr></property></Properties>"
)
PICTURES = '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>'
LINKS = (
    '<Relationship Id="rId99" Type="http://www.wps.cn/officeDocument/2020/cellImage" Target="cellimages.xml"/>'
    '<Relationship Id="rId98" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
    ' Target="sharedStrings.xml"/>'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CHINESE_DATES = (
    14,
    31,
    57,
)  # 57 and 31 are built-in formats of a Chinese Excel or WPS, with no code in the file


INLINE = re.compile(r'<c r="([A-Z]+)(\d+)"( s="\d+")? t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')


def as_wps(book: bytes, *, dates: str = "", beyond: bool = True) -> bytes:
    """The workbook as WPS saves it again: folders as entries, parts of its own, no dimension, shared texts in runs
    with their reading, and the first row formatted to column XFD. `dates` is a column whose texts become day numbers."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for folder in ("_rels/", "docProps/", "xl/", "xl/_rels/", "xl/worksheets/"):
            new.writestr(folder, "")
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text, strings = _sheet(text, dates, beyond)
                new.writestr("xl/sharedStrings.xml", strings)
            new.writestr(name, PARTS.get(name, lambda part: part)(text))
        new.writestr("docProps/custom.xml", CUSTOM)
        new.writestr("xl/cellimages.xml", PICTURES)
    return out.getvalue()


def _sheet(text: str, dates: str, beyond: bool) -> tuple[str, str]:
    strings: list[str] = []

    def shared(cell: re.Match) -> str:
        column, row, style, words = cell.groups()
        try:
            days = (date.fromisoformat(words) - date(1899, 12, 30)).days if column == dates else 0
        except ValueError:
            days = 0
        if days:
            return f'<c r="{column}{row}" s="{FIRST_STYLE + days % 3}"><v>{days}</v></c>'
        strings.append(_rich(words) if len(strings) % 2 else f"<si><t>{words}</t></si>")
        return f'<c r="{column}{row}"{style or ""} t="s"><v>{len(strings) - 1}</v></c>'

    text = INLINE.sub(shared, text)
    text = re.sub(r"<sheetPr>.*?</sheetPr>", "<sheetPr/>", re.sub(r"<dimension[^>]*/>", "", text))
    if beyond:
        empty = "".join(f'<c r="{get_column_letter(n)}1" s="1"/>' for n in range(51, 16385))
        text = text.replace("</row>", f"{empty}</row>", 1)
    return text, f'{HEAD}\n<sst xmlns="{MAIN}">{"".join(strings)}</sst>'


def _rich(words: str) -> str:
    """In runs, with the reading that the input method left behind."""
    if len(words) < 2 or "&" in words:
        return f"<si><t>{words}</t></si>"
    runs = f'<r><t>{words[0]}</t></r><r><rPr><sz val="11"/></rPr><t xml:space="preserve">{words[1:]}</t></r>'
    return f'<si>{runs}<rPh sb="0" eb="1"><t>dú</t></rPh><phoneticPr fontId="0"/></si>'


FIRST_STYLE = 60  # a gap, then one style for each of CHINESE_DATES


def _styles(text: str) -> str:
    found = re.search(r'<cellXfs count="(\d+)">', text)
    fill = "<xf/>" * (FIRST_STYLE - int(found[1]))
    dates = "".join(f'<xf numFmtId="{code}" applyNumberFormat="1"/>' for code in CHINESE_DATES)
    return text.replace("</cellXfs>", f"{fill}{dates}</cellXfs>").replace(found[0], "<cellXfs>")


STRINGS_TYPE = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.spreadsheetml.sharedStrings+xml"/>'
)
PARTS = {
    "xl/styles.xml": _styles,
    "xl/_rels/workbook.xml.rels": lambda text: text.replace("</Relationships>", f"{LINKS}</Relationships>"),
    "[Content_Types].xml": lambda text: text.replace("</Types>", f"{STRINGS_TYPE}</Types>"),
    "docProps/app.xml": lambda text: text.replace("Microsoft Excel", "WPS 表格"),
}


def not_for_openpyxl(book: bytes) -> bytes:
    """A style that the workbook does not have, as some writers leave behind: other programs pass over it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(
                name, text.replace('<c r="A1" s="1"', '<c r="A1" s="4000"') if "sheet1" in name else text
            )
    return out.getvalue()

"""The report as a Word document to draft offline: every section under its heading, and read back by these headings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from applications.dossiers.documents import words
from applications.editions import FieldSpec, FormSpec, SectionSpec, TableSpec
from portal.files.documents import Block, Line, read_document
from portal.shared.law import ordinal
from portal.shared.names import tidy_text

HEAD = ("项目", "填写内容", "说明")
SPARE_ROWS = 3
HOW_TO = (
    "本文件可以离线填写，也可以多人分节填写后合并。填好后在“申请报告”页点“从 Word 读入”，系统按标题逐节读出，请您核对后才保存。",
    "请不要改动各节的标题和表格第一列、第一行的文字；没有填写的保持空白，读入时不会清空已填的内容。",
)
SECTION = re.compile(r"[一二三四五六七八九十]+、(.+)")
DAY = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*")
YES, NO = ("是", "√", "有"), ("否", "×", "无")


def report_docx(
    form: FormSpec, data: Mapping[str, Mapping], *, title: str, notes: Sequence[str] = HOW_TO
) -> bytes:
    """The whole form with what is filled already."""
    import docx  # slow to load, and few processes ever write Word

    document = docx.Document()
    document.add_heading(title, 0)
    for line in notes:
        document.add_paragraph(line)
    for number, section in enumerate(form.sections, start=1):
        document.add_heading(f"{ordinal(number)}、{section.title}", 1)
        document.add_paragraph(section.intro)
        _write_section(document, section, data.get(section.code) or {})
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write_section(document, section: SectionSpec, values: Mapping[str, Any]) -> None:
    short = [one for one in section.fields if one.kind != "longtext"]
    if short:
        rows = [(_label(one), _plain(one, values.get(one.code)), _help(one)) for one in short]
        _write_table(document, HEAD, rows)
    for table in section.tables:
        document.add_paragraph(table.label)
        rows = [
            [_plain(one, row.get(one.code)) for one in table.columns] for row in values.get(table.code) or []
        ]
        blank = [("",) * len(table.columns)] * SPARE_ROWS
        _write_table(document, [_label(one) for one in table.columns], [*rows, *blank])
    for one in section.fields:
        if one.kind == "longtext":
            document.add_heading(one.label, 2)
            for line in str(values.get(one.code) or "").splitlines() or [""]:
                document.add_paragraph(line)


def _write_table(document, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    for line in (head, *rows):
        cells = table.rows[0].cells if line is head else table.add_row().cells
        for cell, text in zip(cells, line, strict=True):
            cell.text = text
    document.add_paragraph()


def _label(spec: FieldSpec) -> str:
    return f"{spec.label}（{spec.unit}）" if spec.unit else spec.label


def _plain(spec: FieldSpec, value: Any) -> str:
    """The value as one writes it into a cell, without its unit, which stands in the label."""
    if value is False:
        return ""
    return words(spec, value).removesuffix(f" {spec.unit}") if spec.unit else words(spec, value)


def _help(spec: FieldSpec) -> str:
    offered = "是、否" if spec.kind == "boolean" else "、".join(label for _, label in spec.choices)
    several = "可以填多项，用顿号隔开：" if spec.kind == "multichoice" else "填其中一项：" if offered else ""
    day = "写成 2026-04-01" if spec.kind == "date" else ""
    return "；".join(part for part in (f"{several}{offered}", spec.help, day) if part)


# --- reading back ---


def read_report(form: FormSpec, content: bytes, name: str) -> dict[str, dict[str, Any]]:
    """What was filled in, by section; only what is there. Raises DocumentUnreadable."""
    return filled_in(form, read_document(content, name))


def filled_in(form: FormSpec, read: Sequence[Block]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for section, blocks in _by_section(form, read):
        values = dict(_values(section, blocks))
        if values:
            found.setdefault(section.code, {}).update(values)
    return found


def absent_headings(form: FormSpec, read: Sequence[Block]) -> list[str]:
    """What the file no longer names as it was handed out: what stands there is not read, or with what is before it."""
    present: dict[str, list[Block]] = {}
    for section, blocks in _by_section(form, read):
        present.setdefault(section.code, []).extend(blocks)
    absent = []
    for number, section in enumerate(form.sections, start=1):
        named = f"{ordinal(number)}、{section.title}"
        blocks = present.get(section.code)
        absent += [named] if blocks is None else [f"{named}：{one}" for one in _absent_in(section, blocks)]
    return absent


def _absent_in(section: SectionSpec, blocks: Sequence[Block]) -> Iterator[str]:
    tables = [
        [[_bare(cell) for cell in row] for row in one.rows] for one in blocks if not isinstance(one, Line)
    ]
    lines = {_bare(one.text) for one in blocks if isinstance(one, Line)}
    fields = [rows for rows in tables if rows and tuple(rows[0][:2]) == HEAD[:2]]
    labels = {row[0] for rows in fields for row in rows[1:] if row}
    for one in section.fields:
        names = {_bare(one.label)} if one.kind == "longtext" else {_bare(one.label), _bare(_label(one))}
        if not names & (lines if one.kind == "longtext" else labels):
            yield one.label
    heads = [rows[0] for rows in tables if rows]
    for table in section.tables:
        if [_bare(_label(one)) for one in table.columns] not in heads:
            yield f"{table.label}的表头"


def _by_section(form: FormSpec, blocks: Sequence[Block]) -> Iterator[tuple[SectionSpec, list[Block]]]:
    titles = {_bare(section.title): section for section in form.sections}
    present, held = None, []
    for block in blocks:
        # With its ordinal only: the first section and its first long text have one name.
        heading = SECTION.fullmatch(block.text) if isinstance(block, Line) else None
        following = titles.get(_bare(heading[1])) if heading else None
        if following is None:
            held.append(block)
            continue
        if present:
            yield present, held
        present, held = following, []
    if present:
        yield present, held


def _values(section: SectionSpec, blocks: Sequence[Block]) -> Iterator[tuple[str, Any]]:
    texts = {_bare(one.label): one for one in section.fields if one.kind == "longtext"}
    open_text: FieldSpec | None = None
    written: dict[str, list[str]] = {}
    for block in blocks:
        if not isinstance(block, Line):
            rows = [[cell.strip() for cell in row] for row in block.rows]
            read = dict(_from_table(section, rows))
            if open_text and not read:  # words with wide gaps look like a table
                written[open_text.code] += ["　".join(cell for cell in row if cell) for row in rows]
            yield from read.items()
        elif _bare(block.text) in texts:
            open_text = texts[_bare(block.text)]
            written[open_text.code] = []
        elif open_text:
            written[open_text.code].append(block.raw.strip() or block.text)
    for code, lines in written.items():
        if lines:
            yield code, "\n".join(lines)


def _from_table(section: SectionSpec, rows: list[list[str]]) -> Iterator[tuple[str, Any]]:
    if not rows:
        return
    if tuple(rows[0][:2]) == HEAD[:2]:
        known = {_bare(label): one for one in section.fields for label in (one.label, _label(one))}
        for row in rows[1:]:
            spec = known.get(_bare(row[0]))
            value = value_of(spec, row[1]) if spec and len(row) > 1 else None
            if value not in (None, "", []):
                yield spec.code, value
        return
    head = [_bare(cell) for cell in rows[0]]
    for table in section.tables:
        if head == [_bare(_label(one)) for one in table.columns]:
            filled = [row for row in rows[1:] if any(row)]
            if filled:
                yield table.code, [_row_of(table, row) for row in filled]


def _row_of(table: TableSpec, row: Sequence[str]) -> dict[str, Any]:
    pairs = zip(table.columns, row, strict=False)
    return {spec.code: "" if (value := value_of(spec, cell)) is None else value for spec, cell in pairs}


def value_of(spec: FieldSpec, text: str) -> Any:
    """What the words of a cell mean for the field; what fits nothing stays as written, to be told on the page."""
    text = text.strip()
    codes = {label: code for code, label in spec.choices}
    if spec.kind == "boolean":
        return True if text in YES else False if text in NO else None
    if spec.kind == "multichoice":
        return [codes.get(one, one) for one in re.split(r"[、，,；;\s]+", text) if one]
    if spec.kind == "choice":
        return codes.get(text, text)
    if spec.kind == "date" and (day := DAY.fullmatch(text)):
        return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    return text.removesuffix(spec.unit).strip() if spec.unit else text


def _bare(label: str) -> str:
    return re.sub(r"\s", "", tidy_text(label))

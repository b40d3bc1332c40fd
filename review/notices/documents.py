"""Notices as documents that leave the portal: PDF and Word in the form of GB/T 9704, HTML that stands alone."""

from __future__ import annotations

import io

from django.template.loader import render_to_string

from portal.files.renditions import template_pdf
from portal.shared.xlsx import CONTROLS
from review.notices.sheet import break_title

BODY, TITLE, HEADING = "仿宋_GB2312", "方正小标宋简体", "黑体"
COLUMNS = (
    ("序号", "position"),
    ("平台名称", "platform"),
    ("运营单位", "organisation"),
    ("推荐单位", "recommender"),
)
OF_TITLES = (("服务功能", "functions"), ("证书编号", "number"))  # of what is granted, confirmed or ended
OUTCOME = ("结论", "outcome")  # of re-reviews
ENDS = ("本项截止", "ends")  # of a correction, whose lines end on days of their own
TYPE_AREA = 156  # millimetres between the margins
FIXED = {"position": 13, "functions": 20, "number": 37, "outcome": 22, "ends": 26}  # millimetres
SHARES = {"platform": 4, "organisation": 4, "recommender": 3}  # of what is left of the width


def columns_of(content: dict) -> tuple[tuple[str, str], ...]:
    """The columns of a notice's annex, in every form that it is handed out in; a province's own names its office."""
    office = content.get("office")
    first = tuple((office if office and key == "recommender" else label, key) for label, key in COLUMNS)
    more = OF_TITLES if content.get("titles") else ()
    outcome = (OUTCOME,) if content.get("outcomes") else ()
    return (
        *first,
        *more,
        *outcome,
        *((ENDS,) if any(item.get("ends") for item in content["items"]) else ()),
    )


def notice_pdf(title: str, content: dict) -> bytes:
    return template_pdf(
        "pdf/notice.html",
        {
            "title": title,
            "content": content,
            "title_lines": break_title(content["title"]),
            "annex_lines": break_title(content.get("annex") or ""),
        },
    )


def notice_html(notice, content: dict) -> str:
    """One file with everything in it, for whoever puts the notice on another site."""
    return render_to_string("review/notices/standalone.html", {"notice": notice, "content": content})


def notice_docx(content: dict) -> bytes:
    """Word, so that the office of documents can put it under its own head and number."""
    import docx
    from docx.enum.section import WD_SECTION
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    document = docx.Document()
    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.top_margin, sheet.bottom_margin, sheet.left_margin, sheet.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    _number_pages(sheet)
    document.core_properties.title = content["title"]
    document.core_properties.author = content["signature"]
    _line(
        document,
        "\n".join(break_title(content["title"])),
        font=TITLE,
        size=22,
        indent=0,
        align=WD_ALIGN_PARAGRAPH.CENTER,
        height=34,
    )
    if number := content.get("document_number"):
        _line(document, number, indent=0, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "")
    if content.get("addressee"):
        _line(document, f"{content['addressee']}：", indent=0)
    _line(document, content["opening"])
    for section in content["sections"]:
        _line(document, section["title"], font=HEADING).paragraph_format.keep_with_next = True
        for text in section["text"].splitlines():
            _line(document, text)
    end = [document.paragraphs[-1], _line(document, "")]
    if content["annex"]:
        end += [_line(document, f"附件：{content['annex']}"), _line(document, "")]
    end.append(_line(document, content["signature"], indent=0, align=WD_ALIGN_PARAGRAPH.RIGHT, right=64))
    for paragraph in end:  # the signature and its date never stand on a sheet alone
        paragraph.paragraph_format.keep_with_next = True
    _line(document, content.get("date", ""), indent=0, align=WD_ALIGN_PARAGRAPH.RIGHT, right=64)
    if content["annex"]:
        document.add_section(WD_SECTION.NEW_PAGE)
        _line(document, "附件", font=HEADING, indent=0)
        _line(
            document,
            "\n".join(break_title(content["annex"])),
            font=TITLE,
            size=22,
            indent=0,
            align=WD_ALIGN_PARAGRAPH.CENTER,
            height=34,
        )
        _line(document, "", indent=0, height=12)
        _table(document, content["items"], columns_of(content))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _number_pages(section) -> None:
    """— 1 — at the foot of each sheet, as a field that the word processor counts."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    section.footer_distance = section.bottom_margin // 2
    paragraph = _line(
        section.footer, "— ", font="宋体", size=14, indent=0, align=WD_ALIGN_PARAGRAPH.CENTER, height=16
    )
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = paragraph.add_run("1")
    field.append(run._element)
    paragraph._element.append(field)
    paragraph.add_run(" —")


def _line(where, text: str, *, font=BODY, size=16, indent=2, align=None, height=28.95, right=0):
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = where.add_paragraph()
    run = paragraph.add_run(CONTROLS.sub("", text))  # a line feed in it is a break of the line
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    shape = paragraph.paragraph_format
    shape.first_line_indent, shape.right_indent = Pt(size * indent), Pt(right)
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(height)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _table(document, items, columns) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    size = 10.5 if len(columns) > len(COLUMNS) else 12
    for cell, (label, _) in zip(table.rows[0].cells, columns, strict=True):
        _fill(cell, label, HEADING, size)
    for item in items:
        for cell, (_, name) in zip(table.add_row().cells, columns, strict=True):
            _fill(cell, str(item.get(name, "")), BODY, size)
    for column, width in zip(table.columns, _widths(columns), strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for row in table.rows:
        _mark(row, "w:cantSplit")
    _mark(table.rows[0], "w:tblHeader")  # repeated on each sheet


def _widths(columns) -> list[float]:
    """Millimetres per column: a number stays on one line, names share the rest."""
    names = [name for _, name in columns]
    left = TYPE_AREA - sum(FIXED.get(name, 0) for name in names)
    shares = sum(SHARES.get(name, 0) for name in names)
    return [FIXED.get(name) or left * SHARES[name] / shares for name in names]


def _mark(row, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _fill(cell, text: str, font: str, size: float) -> None:
    _line(cell, text, font=font, size=size, indent=0, height=20)
    cell._element.remove(cell.paragraphs[0]._element)

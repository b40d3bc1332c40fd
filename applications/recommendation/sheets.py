"""推荐表 as a workbook, for offices that file or copy it; the same facts as on the printed sheet."""

from __future__ import annotations

import io

from applications.dossiers.documents import recommendation_context
from applications.models import Application
from portal.kernel import clock
from portal.shared import law
from portal.shared.xlsx import set_text

VERDICTS = {"PASS": "符合", "GRANTED": "放宽", "WARN": "请注意"}
WIDTHS = {"A": 18, "B": 46, "C": 18, "D": 34}


def recommended_titles(context: dict) -> str:
    """认定或表彰 as the sheet prints it; an entry that the province's own register does not hold is told as such."""
    form, judged = context["form"], context["application"].assessment
    parts = []
    if form and form.recognised:
        parts.append("已获省级（协会）认定")
    if context["unproved"]:
        parts.append(f"（申报单位登记；{judged['register']}省级名录中没有此称号）")
    if form and form.commended:
        parts.append("已获省级表彰")
    parts.append(f"{form.recognition_document if form else ''}{context['number_note']}")
    parts += [(judged.get("provincial") or {}).get("words", "")]
    return " ".join(part for part in parts if part)


def recommendation_xlsx(application: Application) -> bytes:
    import openpyxl  # slow to load
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.properties import PageSetupProperties

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "推荐表"
    for number, line in enumerate(_lines(recommendation_context(application)), start=1):
        for at, text in enumerate(line, start=1):
            cell = sheet.cell(number, at)
            set_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1 or at % 2 == 1)
        if len(line) == 2:
            sheet.merge_cells(start_row=number, start_column=2, end_row=number, end_column=4)
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 9, 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(context: dict) -> list[tuple[str, ...]]:
    application, form, evaluation = context["application"], context["form"], context["evaluation"]
    platform, unit, office = application.platform, application.platform.organisation, application.recommender
    lines: list[tuple[str, ...]] = [
        (
            "国家中小企业公共服务示范平台推荐表",
            f"{application.cycle.year} 年度　受理编号 {application.number}",
        ),
        ("推荐单位", office.name),
        ("平台名称", platform.name),
        ("运营单位", unit.name, "信用代码", unit.uscc),
        ("单位性质", unit.get_kind_display(), "成立日期", f"{unit.established_on or ''}"),
        ("平台类型", platform.get_kind_display(), "服务功能", "、".join(platform.function_labels)),
        ("法定代表人", unit.legal_person, "联系人", f"{platform.contact} {platform.phone}"),
        ("推荐顺序", f"{application.rank or ''}", "认定或表彰", recommended_titles(context)),
    ]
    for row in context["criteria"]:
        said = f"{row.get('figure') or '—'}　{VERDICTS.get(row['verdict'], '不符合')}"
        lines.append((law.condition(row["item"]), f"{row['label']}{row.get('threshold', '')}", "核对", said))
    for label, row in context["relaxations"]:
        lines.append(("放宽", f"{label}：{row.area}；{row.reason}"))
    if evaluation:
        for label, part in (
            ("运营情况", "operation"),
            ("服务业绩", "performance"),
            ("示范性", "demonstration"),
        ):
            grade = getattr(evaluation, f"get_{part}_grade_display")()
            score = getattr(evaluation, f"{part}_score")
            lines.append(
                (label, f"{grade} {'' if score is None else score}　{getattr(evaluation, f'{part}_note')}")
            )
        lines.append(("测评方式", "、".join(context["methods"]) or "—"))
    if form:
        signed = (
            f"{form.signed_by.name}（系统签发 {clock.day_of(form.signed_at)}）"
            if form.signed_by
            else "（待签发）"
        )
        lines += [("示范性表述", form.demonstration), ("推荐意见", form.opinion), ("推荐单位负责人", signed)]
    return lines

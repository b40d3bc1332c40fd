"""A draft of the 三年工作总结 in Word, from what the annual summaries of the three years already say (Arts. 13, 14)."""

from __future__ import annotations

import io

from applications.models import Application
from applications.rereviews.prefill import YEARS, filed_summaries
from platforms.summaries.figures import FIGURES, TEXTS

FIRST_PARTS = ("一", "二", "三", "四", "五", "六")


def summary_draft(application: Application) -> bytes:
    """Figures side by side, then each text year by year; what no filed summary says is left to be written."""
    import docx  # slow to load, and few processes ever write Word

    years = list(range(application.cycle.year - YEARS, application.cycle.year))
    found = filed_summaries(application.designation, application.cycle.year)
    document = docx.Document()
    document.add_heading(f"{application.platform.name}三年工作总结（{years[0]}—{years[-1]} 年）", 0)
    document.add_paragraph(f"运营单位：{application.platform.organisation.name}")
    document.add_paragraph("草稿由已报送的年度总结汇成，请补充修改后另存为 PDF 上传。")
    document.add_heading("一、三年主要数据", 1)
    table = document.add_table(rows=1, cols=len(years) + 1, style="Table Grid")
    for cell, words in zip(table.rows[0].cells, ("指标", *(f"{year} 年" for year in years)), strict=True):
        cell.text = words
    for figure in FIGURES:
        values = (getattr(found.get(year), figure.code, None) for year in years)
        line = (
            f"{figure.label}（{figure.unit}）",
            *("" if value is None else f"{value}" for value in values),
        )
        for cell, words in zip(table.add_row().cells, line, strict=True):
            cell.text = words
    for ordinal, (code, label, hint) in zip(FIRST_PARTS[1:], TEXTS, strict=True):
        document.add_heading(f"{ordinal}、{label}", 1)
        told = [(year, getattr(found[year], code).strip()) for year in years if year in found]
        for year, text in told:
            document.add_paragraph(f"{year} 年：{text}" if text else f"{year} 年：（待补充）")
        if not told:
            document.add_paragraph(f"（待补充：{hint}）")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()

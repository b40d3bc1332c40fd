"""Workbooks of what is listed; every cell through the one writer."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import BinaryIO

from applications.models import Application, Material, Reporting
from applications.states import Procedure
from platforms.organisations.whereabouts import city_and_county
from portal.shared.xlsx import write_rows

RECOMMENDED = (
    "序号",
    "平台名称",
    "运营单位",
    "统一社会信用代码",
    "平台类型",
    "服务功能",
    "所在市县",
    "推荐渠道",
    "资产总额（万元）",
    "从业人数（人）",
    "专业人员占比（%）",
    "年服务中小企业数（家）",
    "满意度（%）",
    "已获认定文号",
    "放宽条件",
    "联系人",
    "联系电话",
    "受理编号",
    "备注",
)
EVALUATED = (
    "序号",
    "平台名称",
    "运营单位",
    "统一社会信用代码",
    "证书编号",
    "认定年度",
    "测评得分",
    "测评意见",
    "存在问题与整改要求",
    "联系人",
    "联系电话",
    "受理编号",
)


def reported_list(reporting: Reporting, out: BinaryIO) -> None:
    """推荐汇总表 in the recommended order, or 复核汇总表 with the evaluation and opinion of each (Art. 14)."""
    rows = reporting.applications.select_related(
        "platform__organisation",
        "platform__jurisdiction",
        "recommender",
        "designation",
        "evaluation",
        "recommendation",
    ).order_by("rank", "number")
    if reporting.procedure == Procedure.REREVIEW:
        header, cells, widths = EVALUATED, evaluated, (6, 22, 20, 21, 16, 8, 8, 9, 30, 9, 14, 15)
    else:
        widths = (6, 20, 18, 21, 8, 10, 14, 8, 9, 8, 9, 9, 8, 14, 8, 8, 14, 14, 8)
        header, cells = RECOMMENDED, partial(recommended, papers=_recognitions(rows))
    lines = (
        (
            row.rank or number,
            row.platform.name,
            row.platform.organisation.name,
            row.platform.organisation.uscc,
            *cells(row),
            row.platform.contact,
            row.platform.phone,
            row.number,
            *([""] if header is RECOMMENDED else []),
        )
        for number, row in enumerate(rows, start=1)
    )
    write_rows(
        out,
        header,
        lines,
        title=reporting.list_name,
        widths=widths,
        caption=_caption(reporting),
        totals=_totals(rows, header),
    )


def _caption(reporting: Reporting) -> tuple[str, ...]:
    """Title, unit, 文号 and day: what a list must say that is printed and filed."""
    day, number = f"{reporting.document_date:%Y-%m-%d}", reporting.document_number
    return (
        f"{reporting.cycle.year} 年度国家中小企业公共服务示范平台{reporting.list_name}",
        "　".join(
            part
            for part in (
                f"报送单位：{reporting.recommender.name}",
                number and f"文号：{number}",
                day and f"日期：{day}",
            )
            if part
        ),
    )


def _totals(rows, header: tuple[str, ...]) -> list:
    """How many, and the sum of the companies they serve."""
    found = list(rows)
    line: list = ["合计", f"{len(found)} 家"] + [""] * (len(header) - 2)
    if "年服务中小企业数（家）" in header:
        counts = [number_in(_figures(row).get("smes", "")) for row in found]
        line[header.index("年服务中小企业数（家）")] = sum(count for count in counts if count != "")
    return line


def _figures(row: Application) -> dict[str, str]:
    return {entry["code"]: entry["figure"] for entry in row.assessment.get("criteria", [])}


def number_in(figure: str) -> Decimal | str:
    """The number at the head of a figure in words: “1,250.5 万元” is 1250.5; empty without one."""
    found = re.match(r"\s*([\d,]+(?:\.\d+)?)", figure or "")
    return Decimal(found[1].replace(",", "")) if found else ""


def _channel(row: Application) -> str:
    form = getattr(row, "recommendation", None)
    if form and form.special_slot:
        return f"专项（{form.special_slot}：{form.special_ground}）"
    return "行业协会直报" if row.recommender.is_association else row.recommender.road


def _recognitions(rows) -> dict:
    """The 文号 of each applicant's recognitions, or their names where a paper has none."""
    found = Material.objects.filter(application__in=rows, code="honours").values_list(
        "application_id", "fields"
    )
    return {
        key: "；".join(
            line.get("document") or line.get("name", "")
            for line in fields.get("rows") or []
            if line.get("kind") == "recognition"
        )
        for key, fields in found
    }


def recommended(row: Application, *, papers: dict) -> tuple:
    figures, entries = _figures(row), row.assessment.get("criteria", [])
    relaxed = [
        entry.get("label", entry["code"])
        for entry in entries
        if entry.get("verdict") in ("RELAXABLE", "GRANTED")
    ]
    return (
        row.platform.get_kind_display(),
        "、".join(row.platform.function_labels),
        city_and_county(row.platform),
        _channel(row),
        *(number_in(figures.get(code, "")) for code in ("assets", "staff", "ratio", "smes", "satisfaction")),
        papers.get(row.pk, ""),
        "、".join(relaxed),
    )


def evaluated(row: Application) -> tuple:
    return (
        row.designation.number,
        row.designation.year,
        row.province_score,
        row.province_opinion,
        row.evaluation.problems or "无",
    )

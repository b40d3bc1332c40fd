"""Workbooks of what is listed; every cell through the one writer."""

from __future__ import annotations

from typing import BinaryIO

from applications.models import Application, Reporting
from applications.states import Procedure
from portal.shared.xlsx import write_rows

RECOMMENDED = (
    "序号", "平台名称", "运营单位", "统一社会信用代码", "服务功能", "推荐渠道", "资产总额", "从业人数", "年服务中小企业数", "满意度",
    "联系人", "联系电话", "受理编号",
)  # fmt: skip
EVALUATED = (
    "序号", "平台名称", "运营单位", "统一社会信用代码", "证书编号", "认定年度", "测评得分", "测评意见", "存在问题与整改要求",
    "联系人", "联系电话", "受理编号",
)  # fmt: skip


def reported_list(reporting: Reporting, out: BinaryIO) -> None:
    """推荐汇总表 in the recommended order, or 复核汇总表 with the evaluation and opinion of each (Art. 14)."""
    rows = reporting.applications.select_related(
        "platform__organisation", "recommender", "designation", "evaluation"
    ).order_by("rank", "number")
    if reporting.procedure == Procedure.REREVIEW:
        header, cells, widths = EVALUATED, evaluated, (6, 34, 30, 22, 18, 10, 10, 10, 40, 12, 18, 16)
    else:
        header, cells, widths = RECOMMENDED, recommended, (6, 34, 30, 22, 16, 14, 14, 12, 16, 10, 12, 18, 16)
    lines = (
        (row.rank or number, row.platform.name, row.platform.organisation.name, row.platform.organisation.uscc,
         *cells(row), row.platform.contact, row.platform.phone, row.number)
        for number, row in enumerate(rows, start=1)
    )  # fmt: skip
    write_rows(out, header, lines, title=reporting.list_name, widths=widths)


def recommended(row: Application) -> tuple:
    figures = {entry["code"]: entry["figure"] for entry in row.assessment.get("criteria", [])}
    return (
        "、".join(row.platform.function_labels),
        "行业协会直报" if row.recommender.is_association else "省级推荐",
        *(figures.get(code, "") for code in ("assets", "staff", "smes", "satisfaction")),
    )


def evaluated(row: Application) -> tuple:
    return (
        row.designation.number, row.designation.year, row.province_score, row.province_opinion,
        row.evaluation.problems or "无",
    )  # fmt: skip

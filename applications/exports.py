"""Workbooks of what is listed; every cell through the one writer."""

from __future__ import annotations

from typing import BinaryIO

from applications.models import Reporting
from portal.shared.xlsx import write_rows

HEADER = (
    "序号", "平台名称", "运营单位", "统一社会信用代码", "服务功能", "推荐渠道", "资产总额", "从业人数", "年服务中小企业数", "满意度",
    "联系人", "联系电话", "受理编号",
)  # fmt: skip


def recommended_list(reporting: Reporting, out: BinaryIO) -> None:
    """推荐汇总表, in the recommended order."""
    rows = reporting.applications.select_related("platform__organisation").order_by("rank", "number")
    channel = "行业协会直报" if reporting.recommender.is_association else "省级推荐"

    def lines():
        for number, row in enumerate(rows, start=1):
            figures = {entry["code"]: entry["figure"] for entry in row.assessment.get("criteria", [])}
            platform = row.platform
            yield (
                row.rank or number, platform.name, platform.organisation.name, platform.organisation.uscc,
                "、".join(platform.function_labels), channel, figures.get("assets", ""), figures.get("staff", ""),
                figures.get("smes", ""), figures.get("satisfaction", ""), platform.contact, platform.phone, row.number,
            )  # fmt: skip

    write_rows(
        out, HEADER, lines(), title="推荐汇总表", widths=(6, 34, 30, 22, 16, 14, 14, 12, 16, 10, 12, 18, 16)
    )

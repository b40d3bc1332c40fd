"""The filtered figures as a workbook, one line for each dossier."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.timezone import localtime

from portal.exports.services import Exporter, Progress, register_exporter
from portal.models import ExportJob
from portal.shared.xlsx import MIME, write_rows
from review.statistics.figures import days_taken, filtered

HEADER = (
    "年度",
    "受理编号",
    "平台名称",
    "运营单位",
    "推荐单位",
    "服务功能",
    "事项",
    "状态",
    "省级测评",
    "专家评审",
    "报送日期",
    "办结日期",
    "用时（工作日）",
)


def line_of(row) -> tuple:
    return (
        row.cycle.year,
        row.number,
        row.platform.name,
        row.platform.organisation.name,
        row.recommender.name,
        "、".join(row.platform.function_labels),
        row.get_procedure_display(),
        row.get_state_display(),
        row.province_score and float(row.province_score),
        row.review_score and float(row.review_score),
        f"{localtime(row.reported_at):%Y-%m-%d}",
        str(row.ended_on or ""),
        days_taken(row.reported_at, row.ended_on),
    )


def write_statistics(job: ExportJob, out: BinaryIO, progress: Progress) -> None:
    rows = filtered(job.requested_by, job.params)
    total = rows.count()

    def lines():
        for number, row in enumerate(rows.iterator(chunk_size=500), start=1):
            yield line_of(row)
            progress(number, total)

    write_rows(out, HEADER, lines(), title="申报统计")


register_exporter("statistics", Exporter(write_statistics, lambda job: "申报统计.xlsx", MIME))

"""Figures over the years from dossiers: by province, function, outcome, duration. One filter for page and export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import median
from typing import BinaryIO

from django.db.models import Max, Q
from django.utils.timezone import localtime

from applications.models import Application
from applications.states import ApplicationState, Procedure
from platforms.functions import Function
from platforms.models import Recommender
from portal.calendar import calendar
from portal.exporting import Exporter, Progress, register_exporter
from portal.models import ExportJob
from portal.shared.xlsx import MIME, write_rows

SUCCESSES = ("DESIGNATED", "CONFIRMED")
ENDED = (*SUCCESSES, "FAILED", "REJECTED", "REFUSED")
HEADER = (
    "年度", "受理编号", "平台名称", "运营单位", "推荐单位", "服务功能", "事项", "状态", "省级测评", "专家评审", "报送日期", "办结日期", "用时（工作日）",
)  # fmt: skip


def filtered(user, params: Mapping):
    """The dossiers that the address asks for, within what the user may see."""
    rows = Application.objects.for_user(user).filter(reported_at__isnull=False)
    if str(params.get("year", "")).isdigit():
        rows = rows.filter(cycle__year=params["year"])
    if params.get("procedure") in Procedure.values:
        rows = rows.filter(procedure=params["procedure"])
    if params.get("recommender"):
        rows = rows.filter(recommender__code=params["recommender"])
    if params.get("function") in Function.values:
        rows = rows.filter(platform__functions__contains=[params["function"]])
    ended = Max("notice_items__notice__published_on", filter=Q(notice_items__notice__kind="announcement"))
    return (
        rows.select_related("platform__organisation", "recommender", "cycle")
        .annotate(ended_on=ended)
        .order_by("-cycle__year", "recommender__order", "number")
    )


def days_taken(row) -> int | None:
    """Working days from the report to the announcement, both days included."""
    if row.reported_at is None or row.ended_on is None:
        return None
    return len(calendar().workdays_between(localtime(row.reported_at).date(), row.ended_on))


def summary(rows) -> dict:
    years = sorted({row.cycle.year for row in rows})
    states = Counter(row.state for row in rows)
    functions, won_functions = Counter(), Counter()
    for row in rows:
        functions.update(row.platform.function_labels)
        if row.state in SUCCESSES:
            won_functions.update(row.platform.function_labels)
    by_recommender = Counter(_label(row.recommender) for row in rows)
    won = Counter(_label(row.recommender) for row in rows if row.state in SUCCESSES)
    return {
        "total": len(rows),
        "by_year": [(str(year), sum(row.cycle.year == year for row in rows)) for year in years],
        "won_by_year": [
            (str(year), sum(row.cycle.year == year and row.state in SUCCESSES for row in rows))
            for year in years
        ],
        "outcomes": [(label, states[code]) for code, label in ApplicationState.choices if states[code]],
        "functions": [(label, count, won_functions[label]) for label, count in functions.most_common()],
        "recommenders": [(label, count, won[label]) for label, count in by_recommender.most_common()],
        "tiles": dict(by_recommender),
        "durations": _durations(rows, years),
        "stages": _funnel(rows),
        "scores": _scores(rows, years),
    }


def _label(recommender: Recommender) -> str:
    return "行业协会" if recommender.is_association else recommender.label


def _durations(rows, years) -> list[tuple[str, list[int]]]:
    found = []
    for year in years:
        taken = sorted(
            days for row in rows if row.cycle.year == year and (days := days_taken(row)) is not None
        )
        if taken:
            found.append((f"{year}（中位 {median(taken):g}）", taken))
    return found


def _scores(rows, years) -> list[tuple[str, list[float]]]:
    lines = []
    for year in years:
        scores = [float(r.review_score) for r in rows if r.cycle.year == year and r.review_score is not None]
        if scores:
            lines.append((f"{year} 年度", scores))
    return lines


def _funnel(rows) -> list[dict]:
    reviewed = [row for row in rows if row.review_score is not None]
    listed = [row for row in rows if row.state in (*SUCCESSES, "PUBLICISED", "PROPOSED")]
    won = [row for row in rows if row.state in SUCCESSES]
    return [
        {"label": label, "count": len(group), "url": "", "current": False}
        for label, group in (
            ("报送", rows),
            ("完成评审", reviewed),
            ("拟定及以上", listed),
            ("授予或确认", won),
        )
    ]


def line_of(row) -> tuple:
    return (
        row.cycle.year, row.number, row.platform.name, row.platform.organisation.name, row.recommender.name,
        "、".join(row.platform.function_labels), row.get_procedure_display(), row.get_state_display(),
        row.province_score and float(row.province_score), row.review_score and float(row.review_score),
        f"{localtime(row.reported_at):%Y-%m-%d}", str(row.ended_on or ""), days_taken(row),
    )  # fmt: skip


def write_statistics(job: ExportJob, out: BinaryIO, progress: Progress) -> None:
    rows = filtered(job.requested_by, job.params)
    total = rows.count()

    def lines():
        for number, row in enumerate(rows.iterator(chunk_size=500), start=1):
            yield line_of(row)
            progress(number, total)

    write_rows(out, HEADER, lines(), title="申报统计")


register_exporter("statistics", Exporter(write_statistics, lambda job: "申报统计.xlsx", MIME))

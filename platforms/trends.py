"""The figures of the annual summaries over the years: of one title, of one recommender, of all."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum

from platforms.figures import FIGURES, Figure
from platforms.models import AnnualSummary
from platforms.states import SummaryState

FILED = (SummaryState.FILED, SummaryState.ACKNOWLEDGED)
PICTURED = ("smes_served", "public_services", "commissioned_tasks", "mobilised_institutions")


def of_title(summaries: QuerySet[AnnualSummary]) -> list[dict]:
    """One entry per pictured figure with the values of the filed years, oldest first."""
    rows = list(summaries.filter(state__in=FILED).order_by("year"))
    return [
        {"figure": figure, "rows": [(str(row.year), getattr(row, figure.code) or 0) for row in rows]}
        for figure in FIGURES
        if figure.code in PICTURED and rows
    ]


def totals(summaries: QuerySet[AnnualSummary]) -> list[dict]:
    """Per year: how many were due, filed and acknowledged, and the sums of what was acknowledged."""
    acknowledged = Q(state=SummaryState.ACKNOWLEDGED)
    sums = {f"sum_{f.code}": Sum(f.code, filter=acknowledged) for f in FIGURES if f.adds_up}
    rows = (
        summaries.order_by()
        .values("year")
        .annotate(
            due=Count("pk"),
            filed=Count("pk", filter=Q(state__in=FILED)),
            read=Count("pk", filter=acknowledged),
            **sums,
        )
        .order_by("year")
    )
    return [{**row, "sums": [(figure, row[f"sum_{figure.code}"] or 0) for figure in added()]} for row in rows]


def added() -> list[Figure]:
    return [figure for figure in FIGURES if figure.adds_up]


def by_recommender(summaries: QuerySet[AnnualSummary]) -> list[dict]:
    """The same sums of one year's summaries, a row per recommender in the official order."""
    acknowledged = Q(state=SummaryState.ACKNOWLEDGED)
    sums = {f"sum_{f.code}": Sum(f.code, filter=acknowledged) for f in added()}
    rows = (
        summaries.order_by()
        .values("recommender__label", "recommender__name")
        .annotate(
            due=Count("pk"),
            filed=Count("pk", filter=Q(state__in=FILED)),
            read=Count("pk", filter=acknowledged),
            **sums,
        )
        .order_by("recommender__order")
    )
    return [
        {
            "label": row["recommender__label"],
            "name": row["recommender__name"],
            "due": row["due"],
            "filed": row["filed"],
            "read": row["read"],
            "sums": [(figure, row[f"sum_{figure.code}"] or 0) for figure in added()],
        }
        for row in rows
    ]

"""The figures of the annual summaries over the years: of one title, of one recommender, of all (Art. 13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.db.models import Aggregate, Count, F, FloatField, Min, Q, QuerySet, Sum

from platforms.models import AnnualSummary
from platforms.states import SummaryState
from platforms.summaries.figures import FIGURES, Figure

FILED = (SummaryState.FILED, SummaryState.ACKNOWLEDGED)
PICTURED = (
    "smes_served",
    "satisfaction",
    "public_services",
    "commissioned_tasks",
    "mobilised_institutions",
)
LIMITED = ("smes_served", "satisfaction")  # what the edition gives a lower limit for
Limits = Callable[[], Mapping[str, Decimal]]
_limits: list[Limits] = []


def provides_limits(function: Limits) -> Limits:
    """Register where the lower limits come from: figure → number, by the edition in force."""
    _limits.append(function)
    return function


def limits() -> dict[str, Decimal]:
    return {code: number for provider in _limits for code, number in provider().items() if code in LIMITED}


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    name = "median"
    output_field = FloatField()
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def of_title(summaries: QuerySet[AnnualSummary]) -> list[dict]:
    """One entry per pictured figure with the values of the filed years, oldest first."""
    rows = list(summaries.filter(state__in=FILED).order_by("year"))
    lower = limits() if rows else {}
    return [
        {
            "figure": figure,
            "limit": lower.get(figure.code),
            "rows": [(str(row.year), getattr(row, figure.code)) for row in rows],
        }
        for figure in pictured()
        if rows
    ]


def per_platform(summaries: QuerySet[AnnualSummary]) -> list[dict]:
    """What one platform reaches in each year: the middle one, the least, and how many stay below the limit."""
    lower, read = limits(), summaries.filter(state=SummaryState.ACKNOWLEDGED).order_by().values("year")
    found = []
    for figure in limited():
        limit = lower.get(figure.code)
        below = Q(pk=None) if limit is None else Q(**{f"{figure.code}__lt": limit})
        rows = (
            read.annotate(
                count=Count(figure.code),
                middle=Median(figure.code),
                least=Min(figure.code),
                below=Count(1, filter=below),
            )
            .filter(count__gt=0)
            .order_by("year")
        )
        found.append({"figure": figure, "limit": limit, "years": list(rows)})
    return [
        {**entry, "rows": [(str(row["year"]), row["middle"]) for row in entry["years"]]}
        for entry in found
        if entry["years"]
    ]


def totals(summaries: QuerySet[AnnualSummary]) -> list[dict]:
    """Per year: how many were due, filed and acknowledged, and the sums of what was acknowledged."""
    return [_with_sums(row) for row in _counted(summaries, "year").order_by("year")]


def by_recommender(summaries: QuerySet[AnnualSummary]) -> list[dict]:
    """The same of one year's summaries, a row per recommender in the official order, with the middle platform's."""
    acknowledged, lower = Q(state=SummaryState.ACKNOWLEDGED), limits()
    middles = {f"middle_{code}": Median(code, filter=acknowledged) for code in LIMITED}
    below = {
        f"below_{code}": Count(1, filter=acknowledged & Q(**{f"{code}__lt": number}))
        for code, number in lower.items()
    }
    rows = _counted(summaries, label=F("recommender__label"), name=F("recommender__name"))
    return [
        {
            **_with_sums(row),
            "middles": [(row[f"middle_{code}"], row.get(f"below_{code}")) for code in LIMITED],
        }
        for row in rows.annotate(**middles, **below).order_by("recommender__order")
    ]


def _counted(summaries: QuerySet[AnnualSummary], *keys: str, **named: F):
    acknowledged = Q(state=SummaryState.ACKNOWLEDGED)
    sums = {f"sum_{f.code}": Sum(f.code, filter=acknowledged) for f in added()}
    return (
        summaries.order_by()
        .values(*keys, **named)
        .annotate(
            due=Count("*"),
            filed=Count(1, filter=Q(state__in=FILED)),
            read=Count(1, filter=acknowledged),
            **sums,
        )
    )


def _with_sums(row: dict) -> dict:
    return {**row, "sums": [(figure, row[f"sum_{figure.code}"] or 0) for figure in added()]}


def added() -> list[Figure]:
    return [figure for figure in FIGURES if figure.adds_up]


def pictured() -> list[Figure]:
    return [figure for figure in FIGURES if figure.code in PICTURED]


def limited() -> list[Figure]:
    return [figure for figure in FIGURES if figure.code in LIMITED]

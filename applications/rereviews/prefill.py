"""What a re-review knows beforehand: Annex 3 begins with the annual summaries of its three years (Arts. 13, 14)."""

from __future__ import annotations

from platforms.models import AnnualSummary, Designation
from platforms.states import UNFILED

YEARS = 3
# column of Annex 3 → figure of the annual summary
COLUMNS = {
    "staff": "staff",
    "service_income": "income",
    "service_expense": "expenses",
    "smes": "smes_served",
    "services": "services",
    "satisfaction": "satisfaction",
    "public_services": "public_services",
    "entrusted": "commissioned_tasks",
    "partners": "mobilised_institutions",
}
TEXTS = {"goals_text": "overview", "demonstration_text": "mobilised", "next_text": "plan"}
LONGEST = 2000  # characters of a long text of the form


def filed_summaries(title: Designation, year: int) -> dict[int, AnnualSummary]:
    """The three years before the round, without what is still a draft."""
    rows = AnnualSummary.objects.filter(title=title, year__in=range(year - YEARS, year))
    return {row.year: row for row in rows.exclude(state__in=UNFILED)}


def rereview_data(title: Designation, year: int) -> dict[str, dict]:
    """Sections of the report; what no summary says stays empty, and everything can be changed."""
    wanted = range(year - YEARS, year)
    found = filed_summaries(title, year)
    if not found:
        return {}
    rows = [{"year": str(one), **_figures(found.get(one))} for one in wanted]
    goals = {field: _joined(found, source) for field, source in TEXTS.items()}
    return {"years": {"years": rows}, "goals": {field: text for field, text in goals.items() if text}}


def _figures(summary: AnnualSummary | None) -> dict[str, str]:
    if summary is None:
        return {}
    values = {column: getattr(summary, source) for column, source in COLUMNS.items()}
    return {
        column: f"{value:f}" if hasattr(value, "as_tuple") else str(value)
        for column, value in values.items()
        if value is not None
    }


def _joined(found: dict[int, AnnualSummary], source: str) -> str:
    """The plan is the last year's; what was done is told year by year."""
    years = sorted(found)[-1:] if source == "plan" else sorted(found)
    parts = [f"{year} 年：{text}" for year in years if (text := getattr(found[year], source).strip())]
    return "\n".join(parts)[:LONGEST]

"""What a roster's reading shows: findings by kind, what may be mended at once, what changed."""

from __future__ import annotations

from applications.models import Material, MaterialFile
from applications.rosters import CHECKS, ROSTERS
from portal.pages.lists import page_of

SHOWN = 50


def roster_context(request, material: Material, current: list[MaterialFile]) -> dict:
    """`?kind=` shows one kind of finding; fifty on a page."""
    spec = material.application.spec(material.code)
    roster = ROSTERS[spec.roster]
    kind = request.GET.get("kind", "")
    kept = [f for f in material.findings if not kind or f["kind"] == kind]
    page = page_of(request, kept, SHOWN)
    page.lines = [_line(roster, finding) for finding in page]
    totals = {
        level: sum(row["count"] for row in material.tally if row["level"] == level)
        for level in ("error", "warning")
    }
    return {
        "roster": roster,
        "findings": page,
        "kind": kind,
        "errors_count": totals["error"],
        "warnings_count": totals["warning"],
        "unlisted": sum(totals.values()) - len(material.findings),
        "difference": current[0].difference if current else {},
        "is_mendable": any(line["column"] or line["drop"] or line["headings"] for line in page.lines),
    }


def _line(roster, finding: dict) -> dict:
    """A finding with what the page offers: another value for the cell, which column a heading is, or leaving out a repeated row."""
    column = roster.column(finding["column"]) if finding.get("column") and finding["cell"] else None
    is_repeat = CHECKS[finding["code"]].kind == "重复" if finding.get("code") in CHECKS else False
    return {
        **finding,
        "column": column,
        "drop": finding.get("row") if is_repeat else None,
        "headings": finding.get("headings", ()),
    }

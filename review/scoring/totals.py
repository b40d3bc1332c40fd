"""Totals and spreads of experts' sheets. Pure, in exact decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from applications.editions.model import Dimension

CENT = Decimal("0.01")
MEANINGFUL = 3


def total_of(sheet: Mapping[str, Mapping], rubric: Sequence[Dimension]) -> Decimal | None:
    """The weighted total of a complete sheet, out of 100; None while a score is missing."""
    total = Decimal(0)
    for dimension in rubric:
        score = (sheet.get(dimension.code) or {}).get("score")
        if score is None:
            return None
        total += Decimal(str(score)) * dimension.weight
    return (total / 100).quantize(CENT, ROUND_HALF_UP)


def running(sheet: Mapping[str, Mapping], rubric: Sequence[Dimension]) -> dict:
    """What the parts scored so far come to: weighted points, the most they could be, how many parts of how many."""
    scored = [(row.weight, (sheet.get(row.code) or {}).get("score")) for row in rubric]
    done = [(weight, score) for weight, score in scored if score is not None]
    points = sum((Decimal(str(score)) * weight for weight, score in done), Decimal(0))
    return {
        "points": (points / 100).quantize(CENT, ROUND_HALF_UP),
        "most": sum(weight for weight, _ in done),
        "done": len(done),
        "parts": len(scored),
    }


def mean(totals: Sequence[Decimal]) -> Decimal | None:
    return (sum(totals, Decimal(0)) / len(totals)).quantize(CENT, ROUND_HALF_UP) if totals else None


FAR_APART = Decimal(15)  # points between two sheets of one dossier (an operating rule)


def z_scores(totals: Sequence[Decimal]) -> list[Decimal | None]:
    """How far each total lies from the expert's own mean, in the expert's own deviations.

    None where that says nothing: fewer than three sheets, or all of them alike.
    """
    if len(totals) < MEANINGFUL or len(set(totals)) == 1:
        return [None] * len(totals)
    centre = sum(totals, Decimal(0)) / len(totals)
    deviation = (sum(((total - centre) ** 2 for total in totals), Decimal(0)) / len(totals)).sqrt()
    return [((total - centre) / deviation).quantize(CENT, ROUND_HALF_UP) for total in totals]


def spread(totals: Sequence[Decimal]) -> Decimal:
    """How far apart the highest and the lowest total are."""
    return max(totals) - min(totals) if len(totals) > 1 else Decimal(0)

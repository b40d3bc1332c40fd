"""Words that several acts share."""

from __future__ import annotations


def basis_of(objects) -> str:
    return "第十条" if objects[0].procedure == "DESIGNATION" else "第十四条"


def items_of(objects) -> list[list[str]]:
    """One line per dossier: number, platform, unit, recommender, scores."""
    return [
        [
            row.number or "",
            row.platform.name,
            row.platform.organisation.name,
            row.recommender.name,
            "" if row.review_score is None else f"{row.review_score:.2f}",
        ]
        for row in objects
    ]

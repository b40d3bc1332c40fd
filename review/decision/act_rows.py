"""Words that several acts share."""

from __future__ import annotations

from portal.shared import law

BASIS = {"DESIGNATION": law.ANNOUNCEMENT, "REREVIEW": law.REREVIEW, "PROVINCIAL": law.PROVINCES}


def basis_of(objects) -> str:
    return BASIS[objects[0].procedure]


# Whose act it is: the ministry's, or of the province whose own round the dossier was filed in (Art. 18).
OF_ROUND = "cycle.programme.recommender_id"


def _score_of(row):
    """The experts' score; a province's own round knows only its evaluation (Art. 18)."""
    return row.province_score if row.procedure == "PROVINCIAL" else row.review_score


def items_of(objects) -> list[list[str]]:
    """One line per dossier: number, platform, unit, recommender, the score that its round decides by."""
    return [
        [
            row.number or "",
            row.platform.name,
            row.platform.organisation.name,
            row.recommender.name,
            "" if _score_of(row) is None else f"{_score_of(row):.2f}",
        ]
        for row in objects
    ]


def text_rows(opening: str, sections) -> list[list[str]]:
    """The document that will be published, word for word, for the second person."""
    return [["正文", opening], *([section["title"], section["text"]] for section in sections)]


def by_label(objects, label_of) -> list[list[str]]:
    """Which dossiers stand under which word, in the order of their first: what a second person signs, by name."""
    names: dict[str, list[str]] = {}
    for row in objects:
        names.setdefault(label_of(row), []).append(row.platform.name)
    return [[label, "、".join(group)] for label, group in names.items()]

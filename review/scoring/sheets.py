"""Score sheets as forms: reading what was typed, and what stands beside each part of the rubric."""

from __future__ import annotations

from collections.abc import Mapping

from applications.editions.model import Dimension
from applications.models import Application
from review.scoring.pins import MOST, pins_of, with_addresses

LONGEST, COMMENT = 1000, 2000


def read_sheet(posted, application: Application) -> tuple[dict, list[str]]:
    """Scores are whole points from 0 to 100; what does not fit is said and kept out."""
    sheet, wrong = {}, []
    for dimension in application.cycle.edition.rubric:
        text = posted.get(f"score_{dimension.code}", "").strip()
        entry: dict = {"reason": posted.get(f"reason_{dimension.code}", "").strip()[:LONGEST]}
        if text:
            if text.isascii() and text.isdigit() and int(text) <= 100:
                entry["score"] = int(text)
            else:
                wrong.append(f"“{dimension.name}”应为 0 到 100 的整数。")
        places = _places(posted, dimension.code)
        pins, all_found = pins_of(application, places)
        if pins:
            entry["pins"] = pins
        if not all_found:
            wrong.append(f"“{dimension.name}”引用的页不在此件材料中，请重新引用。")
        if len(places) > MOST:
            wrong.append(f"“{dimension.name}”最多引用 {MOST} 处。")
        sheet[dimension.code] = entry
    return sheet, wrong


def _places(posted, code: str) -> list[str]:
    """The pins of one part as they stand in the form, with the one that a button adds or takes away."""
    places = posted.getlist(f"pin_{code}")
    if posted.get("pin") == code:
        places.append(posted.get("at", ""))
    gone = posted.get("unpin", "").partition("|")
    return [place for place in dict.fromkeys(places) if place and (code, place) != (gone[0], gone[2])]


def lines_of(rubric, sheet: Mapping, typed=None) -> list[dict]:
    """Each part of the rubric with what stands in the sheet, or what was typed and could not be kept."""
    lines = []
    for dimension in rubric:
        entry = sheet.get(dimension.code) or {}
        score = entry.get("score")
        shown = "" if score is None else score
        lines.append(
            {
                "dimension": dimension,
                "shown": typed.get(f"score_{dimension.code}", "") if typed else shown,
                "reason": entry.get("reason", ""),
                "pins": with_addresses(entry)["pins"],
                "bands": bands_of(dimension, score),
                "band": next((one["band"] for one in bands_of(dimension, score) if one["lit"]), ""),
            }
        )
    return lines


def bands_of(dimension: Dimension, score: int | None) -> list[dict]:
    """The bands of a part, with their ends as numbers and the one in which the score lies lit."""
    bands = []
    for band, words in dimension.anchors:
        low, high = (int(end) for end in band.split("—"))
        lit = score is not None and low <= score <= high
        bands.append({"band": band, "words": words, "low": low, "high": high, "lit": lit})
    return bands


def own_sheets(rows) -> dict:
    """The expert's own scores beside each other, to weigh them alike: one line per dossier, one range per part."""
    sheets = [row for row in rows if row.total is not None]
    if not sheets:
        return {}
    rubric = sheets[0].application.cycle.edition.rubric
    parts = []
    for dimension in rubric:
        scores = [(row.sheet.get(dimension.code) or {}).get("score") for row in sheets]
        parts.append((dimension.name, [score for score in scores if score is not None]))
    lines = [
        (row, [(row.sheet.get(dimension.code) or {}).get("score") for dimension in rubric])
        for row in sorted(sheets, key=lambda row: -row.total)
    ]
    return {
        "dimensions": rubric,
        "lines": lines,
        "parts": [*parts, ("总分", [float(r.total) for r in sheets])],
    }

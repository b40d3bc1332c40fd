"""差一点 in words for letters and pages: what is not met, the smallest change, the place."""

from __future__ import annotations

from applications.eligibility import FAIL, RELAXABLE
from portal.templatetags.ui import near_words


def unmet_lines(assessment: dict) -> list[str]:
    """One sentence per condition of Art. 5 that is not met."""
    return [
        f"（{row['item']}）{row['sentence']}{near_words(assessment, row)}。".replace("。。", "。")
        for row in assessment.get("criteria", [])
        if row["verdict"] in (FAIL, RELAXABLE)
    ]

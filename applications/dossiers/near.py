"""差一点 in words for letters and pages: what is not met, the smallest change, the place."""

from __future__ import annotations

from applications.eligibility import FAIL, PASS, RELAXABLE
from portal.templatetags.ui import near_words


def unmet_lines(assessment: dict) -> list[str]:
    """One sentence per condition of Art. 5 that is not met."""
    return [
        f"（{row['item']}）{row['sentence']}{near_words(assessment, row)}。".replace("。。", "。")
        for row in assessment.get("criteria", [])
        if row["verdict"] in (FAIL, RELAXABLE)
    ]


def barely_lines(assessment: dict) -> list[str]:
    """One sentence per condition that is met with little to spare, and how little."""
    return [
        f"（{row['item']}）{row['label']}{row['figure']}，符合，但余量不大：{near_words(assessment, row)}。"
        for row in assessment.get("criteria", [])
        if row["verdict"] == PASS and row.get("near")
    ]

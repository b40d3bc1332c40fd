"""What the rosters prove: headcount, the four shares, companies served per year, satisfaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import floor

from portal.shared.names import compare_key
from portal.shared.rounding import round_share

EDUCATED = {"博士", "硕士", "本科", "大专"}
TITLED = {"正高", "副高", "中级"}


def figures_of(code: str, rows: Iterable[dict]) -> dict:
    return {"staff": _staff, "smes": _smes, "facilities": _facilities}[code](list(rows))


def _distinct(rows: list[dict], *codes: str) -> list[dict]:
    found: dict[tuple, dict] = {}
    for row in rows:
        key = tuple(row.get(code) or row["_row"] for code in codes)
        found.setdefault(tuple(compare_key(one) if isinstance(one, str) else one for one in key), row)
    return list(found.values())


def _staff(rows: list[dict]) -> dict:
    people = _distinct(rows, "name", "document")
    educated = {n for n, row in enumerate(people) if row.get("education") in EDUCATED}
    titled = {n for n, row in enumerate(people) if row.get("title_level") in TITLED}
    return {
        "staff": len(people),
        "educated": len(educated),
        "titled": len(titled),
        "either": len(educated | titled),
        "both": len(educated & titled),
    }


def _smes(rows: list[dict]) -> dict:
    by_year: Counter[int] = Counter()
    for row in _distinct(rows, "uscc", "year"):
        if row.get("uscc") and row.get("year"):
            by_year[row["year"]] += 1
    last = max(by_year, default=None)
    rated = [
        row["satisfied"]
        for row in rows
        if row.get("year") == last and row.get("satisfied") not in (None, "未评价")
    ]
    pleased = sum(answer in ("满意", "基本满意") for answer in rated)
    return {
        "by_year": {str(year): count for year, count in sorted(by_year.items())},
        "last_year": last,
        "smes_last": by_year.get(last, 0) if last else 0,
        "smes_before": by_year.get(last - 1, 0) if last else 0,
        "rated": len(rated),
        "pleased": pleased,
        "satisfaction": _satisfaction(pleased, len(rated)),
    }


def _satisfaction(pleased: int, rated: int) -> float | None:
    """In percent, two places; the next whole percent is a limit, so that 79.996 never reads as 80."""
    if not rated:
        return None
    value = Fraction(pleased * 100, rated)
    return float(round_share(value, places=2, limit=floor(value) + 1))


def _facilities(rows: list[dict]) -> dict:
    return {
        "count": sum(row.get("quantity") or 0 for row in rows),
        "value": round(sum(row.get("value") or 0 for row in rows), 2),
    }


def summary_of(code: str, figures: dict) -> str:
    """One factual line for the task list."""
    if code == "staff":
        return f"{figures['staff']} 人，学历或职称符合 {figures['either']} 人"
    if code == "smes":
        rate = f"，满意度 {figures['satisfaction']}%" if figures["satisfaction"] is not None else ""
        return f"上年去重后 {figures['smes_last']} 家{rate}"
    return f"{figures['count']} 台（套），原值 {figures['value']:g} 万元"

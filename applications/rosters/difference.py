"""What changed between two readings of a roster: added, removed and changed rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from applications.rosters.columns import ROSTERS, Roster

SHOWN = 60
NAMED_BY = {"staff": ("name", "document"), "smes": ("uscc", "year"), "facilities": ("name", "model")}
UNIT = {"staff": "人", "smes": "行", "facilities": "行"}


def difference_of(code: str, before: Iterable[dict], after: Iterable[dict]) -> dict[str, Any]:
    """Counts and the first lines, with masked values; rows that repeat are told apart by their order."""
    roster = ROSTERS[code]
    old, new = _named(code, before), _named(code, after)
    lines, counts = [], Counter()
    for key, row in new.items():
        if key not in old:
            counts["added"] += 1
            lines.append({"what": "新增", "name": _title(row), "column": "", "before": "", "after": ""})
            continue
        for column in roster.columns:
            was, now = old[key].get(column.code, ""), row.get(column.code, "")
            if was != now:
                counts["changed"] += 1
                lines.append(
                    {
                        "what": "修改",
                        "name": _title(row),
                        "column": column.label,
                        "before": column.shown(was)[:60],
                        "after": column.shown(now)[:60],
                    }
                )
    for key, row in old.items():
        if key not in new:
            counts["removed"] += 1
            lines.append({"what": "删除", "name": _title(row), "column": "", "before": "", "after": ""})
    return {
        "sentence": sentence_of(roster, counts),
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
    }


def sentence_of(roster: Roster, counts: Counter) -> str:
    if not counts:
        return "内容与上一版相同"
    unit = UNIT[roster.code]
    return f"新增 {counts['added']} {unit}，删除 {counts['removed']} {unit}，修改 {counts['changed']} 处"


def _title(row: dict) -> str:
    return str(row.get("name") or "（未命名）")[:40]


def _named(code: str, rows: Iterable[dict]) -> dict[tuple, dict]:
    found: dict[tuple, dict] = {}
    seen: Counter[tuple] = Counter()
    for row in rows:
        key = tuple(str(row.get(part, "")) for part in NAMED_BY[code])
        seen[key] += 1
        found[(*key, seen[key])] = row
    return found

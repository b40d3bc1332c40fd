"""The experts' rubric of a year: an operating rule that is part of the year's edition and frozen with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from applications.editions.model import Dimension

BANDS = ("0—59", "60—74", "75—89", "90—100")
MOST = 10  # dimensions


def dimensions_from(stored: Iterable[Mapping]) -> tuple[Dimension, ...]:
    """Raises ValueError with the first thing that does not fit."""
    rows = tuple(
        Dimension(row["code"], row["name"], int(row["weight"]), tuple(tuple(pair) for pair in row["anchors"]))
        for row in stored
    )
    problems = problems_of(rows)
    if problems:
        raise ValueError(problems[0])
    return rows


def to_json(rows: Iterable[Dimension]) -> list[dict]:
    return [
        {
            "code": row.code,
            "name": row.name,
            "weight": row.weight,
            "anchors": [list(pair) for pair in row.anchors],
        }
        for row in rows
    ]


def problems_of(rows: Iterable[Dimension]) -> list[str]:
    """What keeps a rubric from being used, as sentences."""
    rows, found = list(rows), []
    if not 1 <= len(rows) <= MOST:
        found.append(f"评分维度应为 1 到 {MOST} 个，现为 {len(rows)} 个。")
    if len({row.name for row in rows}) != len(rows):
        found.append("评分维度的名称不能重复。")
    found += [
        f"请填写“{row.name}”的全部分档说明。" for row in rows if not all(words for _, words in row.anchors)
    ]
    if rows and sum(row.weight for row in rows) != 100:
        found.append(f"各维度权重合计应为 100%，现为 {sum(row.weight for row in rows)}%。")
    return found

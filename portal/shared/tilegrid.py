"""Figures per recommender on a grid of equal tiles."""

from __future__ import annotations

# Column and row of each tile: a distribution, not a map; no outline, no neighbourhood is claimed.
TILES = {
    "黑龙江": (7, 0),
    "新疆": (0, 1),
    "内蒙古": (5, 1),
    "吉林": (7, 1),
    "甘肃": (1, 2),
    "宁夏": (2, 2),
    "北京": (5, 2),
    "天津": (6, 2),
    "辽宁": (7, 2),
    "青海": (1, 3),
    "陕西": (3, 3),
    "山西": (4, 3),
    "河北": (5, 3),
    "山东": (6, 3),
    "西藏": (0, 4),
    "四川": (1, 4),
    "重庆": (2, 4),
    "湖北": (3, 4),
    "河南": (4, 4),
    "安徽": (5, 4),
    "江苏": (6, 4),
    "上海": (7, 4),
    "云南": (1, 5),
    "贵州": (2, 5),
    "湖南": (3, 5),
    "江西": (4, 5),
    "浙江": (5, 5),
    "广西": (2, 6),
    "广东": (3, 6),
    "福建": (4, 6),
    "海南": (2, 7),
    "大连": (0.5, 8.15),
    "宁波": (1.5, 8.15),
    "厦门": (2.5, 8.15),
    "青岛": (3.5, 8.15),
    "深圳": (4.5, 8.15),
    "兵团": (5.5, 8.15),
    "行业协会": (6.5, 8.15),
}
OUTSIDE = {"台湾": (6, 6), "澳门": (3, 7), "香港": (4, 7)}


def drawn(counts: dict[str, int]) -> dict:
    """What the template draws: each tile with its figure and its level from 0 to 4."""
    top = max(counts.values(), default=0)
    edges = sorted({max(1, round(top * share)) for share in (0.25, 0.5, 0.75)})
    tiles = []
    for label, (column, row) in TILES.items():
        value = counts.get(label, 0)
        level = 0 if not value else 1 + sum(value > edge for edge in edges)
        tiles.append({"label": label, "value": value, "level": level, **_tile(column, row)})
    outside = [{"label": label, **_tile(column, row)} for label, (column, row) in OUTSIDE.items()]
    return {"tiles": tiles, "outside": outside, "steps": _steps(edges, top)}


def _steps(edges: list[int], top: int) -> list[tuple[int, str]]:
    """Each level that the figures reach, with the numbers it stands for."""
    starts = [1, *(edge + 1 for edge in edges)]
    ends = [*(min(edge, top) for edge in edges), top]
    return [
        (level, f"{first}" if first == last else f"{first}—{last}")
        for level, (first, last) in enumerate(zip(starts, ends, strict=True), 1)
        if first <= last
    ]


def _tile(column: float, row: float) -> dict[str, str]:
    """Places as text, so that no locale puts a comma into an SVG attribute."""
    x, y = column * 46, row * 38
    return {"x": f"{x:g}", "y": f"{y:g}", "cx": f"{x + 21.5:g}", "ty": f"{y + 15:g}", "vy": f"{y + 29:g}"}

"""Small pictures drawn on the server as SVG, each read out by its label and twinned by a table beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from portal.shared import chartwords
from portal.shared import tilegrid as grid

register = template.Library()
WIDE = 1000  # of the line on which a row's values lie; the page stretches it


@register.inclusion_tag("ui/dotranges.html")
def dotranges(
    rows: Sequence[tuple[str, Sequence[float]]], low: float = 0, high: float = 100, mark: float | None = None
):
    """Dot-and-range: a line from the least to the greatest of each row's values, a stroke for each of them.

    A table, so that names are whole and values are read; `mark` draws a threshold through all rows.
    """

    def x(value: float) -> str:
        share = (float(value) - low) / ((high - low) or 1)
        return f"{min(1, max(0, share)) * WIDE:.1f}"

    lines = []
    for label, values in rows:
        ends = (min(values), max(values)) if values else ()
        lines.append(
            {
                "label": label,
                "words": "—".join(f"{float(end):g}" for end in dict.fromkeys(ends)) or "无",
                "x1": x(ends[0]) if ends else "",
                "x2": x(ends[1]) if ends else "",
                "dots": [x(value) for value in values],
            }
        )
    marked = x(mark) if mark is not None else ""
    return {"lines": lines, "low": f"{low:g}", "high": f"{high:g}", "mark": marked, "mark_label": mark}


@register.inclusion_tag("ui/funnel.html")
def funnel(stages):
    """`stages` are dicts with label, count, url and current; the widest bar is the largest count."""
    top = max((stage["count"] for stage in stages), default=0) or 1
    return {"stages": [{**stage, "width": round(stage["count"] * 100 / top)} for stage in stages]}


@register.inclusion_tag("ui/bars.html")
def bars(rows):
    top = max((value for _, value in rows), default=0) or 1
    return {"rows": [(label, value, f"{value * 100 / top:.1f}") for label, value in rows]}


@register.filter
def plain(value) -> str:
    """A number without zeros that say nothing; a dash for none."""
    if value is None:
        return "—"
    return str(value) if isinstance(value, int) else f"{float(value):.1f}".removesuffix(".0")


@register.inclusion_tag("ui/columns.html")
def columns(rows, limit=None):
    """Columns by year: (label, value); the last one is emphasised. `limit` draws a lower limit across them."""
    rows = [(label, value or 0, plain(value)) for label, value in rows]
    top = float(max((value for _, value, _ in rows), default=0) or 1)
    width = 340
    if limit is not None:
        top, width = max(top, float(limit)), 286  # the limit is named at the right
    step = width / max(len(rows), 4)  # a year or two are columns too, not walls

    def height(value) -> float:
        return float(value) * 70 / top

    bars_ = [
        {
            "label": label,
            "value": words,
            "x": f"{n * step + step * 0.14:.1f}",
            "mid": f"{n * step + step / 2:.1f}",
            "w": f"{step * 0.72:.1f}",
            "h": f"{height(value):.1f}",
            "y": f"{90 - height(value):.1f}",
            "ty": f"{85 - height(value):.1f}",
            "last": n == len(rows) - 1,
        }
        for n, (label, value, words) in enumerate(rows)
    ]
    mark = None
    if limit is not None:
        y = 90 - height(limit)
        mark = {"y": f"{y:.1f}", "ty": f"{y + 4:.1f}", "words": plain(limit)}
    return {"bars": bars_, "mark": mark, "says": chartwords.change(rows, plain)}


@register.inclusion_tag("ui/dotplot.html")
def dotplot(lines, label: str):
    """Dots against a threshold, one line per condition: `at` and `x` are places from 0 to 100."""
    left, width, step = 190, 560, 44

    def place(value) -> str:
        return f"{left + float(value) * width / 100:.1f}"

    drawn = [
        {
            "label": line.label,
            "threshold": line.threshold,
            "at": place(line.at),
            "y": n * step + 4,
            "dots": [
                {"x": place(dot.x), "name": dot.name, "figure": dot.figure, "kind": dot.kind}
                for dot in line.dots
            ],
        }
        for n, line in enumerate(lines)
    ]
    return {
        "lines": drawn,
        "height": len(drawn) * step + 4,
        "label": label,
        "says": chartwords.shortfalls(lines),
    }


@register.inclusion_tag("ui/tilegrid.html")
def tilegrid(counts: dict[str, int]):
    """Figures per recommender on a grid of equal tiles, with the same figures as a table."""
    return grid.drawn(counts)

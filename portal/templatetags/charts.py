"""Small pictures drawn on the server as SVG, each read out by its label and twinned by a table beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

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

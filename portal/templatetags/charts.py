"""Small pictures drawn on the server as SVG, each read out by its label and twinned by a table beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

register = template.Library()
LEFT, RIGHT, ROW = 92, 330, 24


@register.inclusion_tag("ui/dotranges.html")
def dotranges(
    rows: Sequence[tuple[str, Sequence[float]]], low: float = 0, high: float = 100, mark: float | None = None
):
    """Dot-and-range: a line from the least to the greatest of each row's values, a dot for each of them.

    `mark` draws a threshold through all rows.
    """

    def x(value: float) -> str:
        share = (float(value) - low) / ((high - low) or 1)
        return f"{LEFT + min(1, max(0, share)) * (RIGHT - LEFT):.1f}"

    lines = []
    for number, (label, values) in enumerate(rows):
        values = [float(value) for value in values]
        words = f"{min(values):g} 至 {max(values):g}" if values else "无"
        lines.append(
            {
                "label": label, "words": words, "y": f"{number * ROW + 14}", "ty": f"{number * ROW + 18}",
                "x1": x(min(values)) if values else "", "x2": x(max(values)) if values else "",
                "dots": [x(value) for value in values],
            }
        )  # fmt: skip
    return {
        "lines": lines, "height": len(lines) * ROW + 20, "foot": len(lines) * ROW + 15, "left": LEFT, "right": RIGHT,
        "low": f"{low:g}", "high": f"{high:g}", "mark": x(mark) if mark is not None else "", "mark_label": mark,
        "mark_height": len(lines) * ROW,
    }  # fmt: skip

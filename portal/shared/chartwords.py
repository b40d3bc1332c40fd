"""What a chart shows, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def change(rows: Sequence[tuple], told: Callable[..., str]) -> str:
    """The last column in words, against the one before it; `told` writes a number."""
    if len(rows) < 2:
        return ""
    (before, earlier, _), (label, value, words) = rows[-2:]
    apart = value - earlier
    if not apart:
        return f"{label}：{words}，与 {before} 相同。"
    return f"{label}：{words}，比 {before} {'多' if apart > 0 else '少'} {told(abs(apart))}。"


def shortfalls(lines) -> str:
    """How many of those drawn meet every lower limit, and where most fall short."""
    names = {dot.name for line in lines for dot in line.dots}
    short = {line.label: {dot.name for dot in line.dots if dot.kind == "bad"} for line in lines}
    failing = set().union(*short.values())
    if not failing:
        return f"{len(names)} 家的各项数值都不低于下限，或者拟放宽、已放宽。"
    worst = max(short, key=lambda label: len(short[label]))
    return f"{len(names)} 家中 {len(failing)} 家有不符合的项目，最多的是“{worst}”，{len(short[worst])} 家。"

"""The order that the scores give, and what was decided against it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

SKIPPED, LIFTED = "线上未列入", "线下列入"


@dataclass(frozen=True)
class OutOfOrder:
    key: str
    rank: int
    what: str


def out_of_order(ranked: Sequence[str], picked: Collection, cut: int) -> list[OutOfOrder]:
    """Whoever stands above the line and was not picked, or below it and was."""
    return [
        OutOfOrder(key, rank, SKIPPED if rank <= cut else LIFTED)
        for rank, key in enumerate(ranked, start=1)
        if (rank <= cut) != (key in picked)
    ]


def tally(labels: Iterable[str]) -> list[tuple[str, int]]:
    """Labels with their numbers, the most frequent first, equal ones in the order they came."""
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])

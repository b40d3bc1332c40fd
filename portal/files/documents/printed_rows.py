"""Rows of a printed list without rules: where one ends and the next begins, and what stands in which column.

A cell over several lines stands above and below its row's number, or only below it: the widest gap between two
numbers parts their rows. A province that is printed once for several rows stands in their middle or at their top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from portal.files.documents.blocks import joined
from portal.files.documents.printed import Grid, Printed, Word

NEAR = 0.6  # of a row's height: how far the middle of a group may be from its province
UNSAID = 8.0  # points that a group without a province costs


def rows_of(lines: Sequence[Printed], grid: Grid) -> Iterator[list[str]]:
    words = [word for line in lines for word in line.words]
    if not words:
        return
    anchors = [one for line in lines if grid.numbers is not None and (one := grid.number_in(line))]
    if not anchors:
        edges = _edges_by_gaps(words)
    else:
        if grid.below is None:
            above = min(word.top for word in words)
            grid.below = above > anchors[0].top - anchors[0].height * 0.4
        places = sum(grid.column(word) == grid.place for word in words)
        grid.shared = 0 < places < len(anchors)
        edges = _edges(words, anchors, grid)
    bands = list(pairwise([float("-inf"), *edges, float("inf")]))
    parts = [[word for word in words if upper <= word.middle < lower] for upper, lower in bands]
    parts = [part for part in parts if part]
    given = _spread(parts, grid)
    for number, part in enumerate(parts):
        cells = _cells(part, grid)
        if given:
            cells[grid.place] = given[number]
        if any(cells):
            yield cells
    grid.begun = True


def _edges_by_gaps(words: Sequence[Word]) -> list[float]:
    """Without numbers: the gaps between rows are wider than those between the lines of a cell."""
    gaps, reached = [], None
    for word in sorted(words, key=lambda one: one.top):
        if reached is not None and word.top > reached:
            gaps.append((word.top - reached, (word.top + reached) / 2))
        reached = max(word.bottom, reached or word.bottom)
    if not gaps:
        return []
    least, most = min(gap for gap, _ in gaps), max(gap for gap, _ in gaps)
    bound = (least + most) / 2 if most > least * 1.6 + 1 else 0
    return [at for gap, at in gaps if gap > bound]


def _edges(words: Sequence[Word], anchors: Sequence[Word], grid: Grid) -> list[float]:
    edges = []
    first = anchors[0]
    if rest := [word for word in words if word.bottom < first.top]:
        # Above the first number: the end of the last row of the page before, or the beginning of this one.
        gap, at = _widest(words, min(word.top for word in rest), first.top, grid)
        if grid.below or gap > first.height * 0.8:
            edges.append(first.top - 0.5 if grid.below else at)
    for one, other in pairwise(anchors):
        edges.append(_widest(words, one.bottom, other.top, grid)[1])
    return edges


def _widest(words: Sequence[Word], upper: float, lower: float, grid: Grid) -> tuple[float, float]:
    """The widest gap over the whole width between two heights; of equal ones the last where rows only grow downwards.

    A province printed once for several rows stands in the gaps between them, and counts for none.
    """
    kept = [word for word in words if not grid.shared or grid.column(word) != grid.place]
    spans = sorted((word.top, word.bottom) for word in kept if word.bottom > upper and word.top < lower)
    gaps, reached = [], upper
    for top, bottom in [*spans, (lower, lower)]:
        if top > reached:
            gaps.append((round(top - reached, 1), (top + reached) / 2))
        reached = max(reached, bottom)
    if not gaps:
        return 0.0, lower - 0.5 if grid.below else (upper + lower) / 2
    widest = max(gap for gap, _ in gaps)
    near = [(gap, at) for gap, at in gaps if gap >= widest - 0.6]
    middle = (upper + lower) / 2
    return near[-1] if grid.below else min(near, key=lambda one: abs(one[1] - middle))


def _cells(words: Sequence[Word], grid: Grid) -> list[str]:
    cells: list[list[str]] = [[] for _ in grid.labels]
    for word in sorted(words, key=lambda one: (round(one.top), one.left)):
        cells[grid.column(word)].append(word.text)
    return [joined(" ".join(parts)) for parts in cells]


def _spread(parts: Sequence[Sequence[Word]], grid: Grid) -> list[str]:
    """The province of each row where one is printed for several; nothing where each row has its own."""
    if grid.place is None or grid.place == grid.numbers:
        return []
    letters = [
        word for part in parts for word in part if grid.column(word) == grid.place and len(word.text) == 1
    ]
    if len(letters) < len(parts) and all(
        any(grid.column(word) == grid.place for word in part) for part in parts
    ):
        return []
    said = _entries([word for part in parts for word in part if grid.column(word) == grid.place])
    own = [[word for word in part if grid.column(word) != grid.place] for part in parts]
    if not said or len(said) >= len(parts) or not all(own):
        return []
    spans = [(min(word.top for word in part), max(word.bottom for word in part)) for part in own]
    centred, groups = _best(spans, [at for _, at in said], grid.begun, top=False)
    at_top, tops = _best(spans, [at for _, at in said], grid.begun, top=True)
    height = sum(bottom - top for top, bottom in spans) / len(spans)
    if min(centred, at_top) > NEAR * height * len(said):
        return []
    groups = groups if centred < at_top else tops
    made = [""] * len(parts)
    for number, (first, last) in enumerate(groups):
        made[first : last + 1] = [said[number][0]] * (last + 1 - first)
    return made


def _entries(words: list[Word]) -> list[tuple[str, float]]:
    """Words of the column, those of one province (also one letter below another) put together, with their middle."""
    made: list[list[Word]] = []
    letters = sum(len(word.text) == 1 for word in words) * 2 > len(words)
    for word in sorted(words, key=lambda one: (round(one.top), one.left)):
        last = made[-1][-1] if made else None
        gap = word.top - last.bottom if last else 0
        whole = bool(made) and _is_whole("".join(one.text for one in made[-1]))
        if last and (gap < 1 or gap < word.height * (0.8 if letters else 0 if whole else 1.2)):
            made[-1].append(word)
        else:
            made.append([word])
    return [("".join(one.text for one in part), (part[0].top + part[-1].bottom) / 2) for part in made]


def _is_whole(text: str) -> bool:
    return text.endswith(("省", "市", "区", "团", "会", "）", ")"))


def _best(spans, middles, begun: bool, *, top: bool) -> tuple[float, list[tuple[int, int]]]:
    """Rows shared out among the provinces in their order, so that each stands at the middle (or top) of its rows."""
    rows, count = len(spans), len(middles)
    none: tuple[float, list[tuple[int, int]]] = (float("inf"), [])
    best = {(at, 0): (0.0 if at == 0 or begun else at * UNSAID, []) for at in range(rows)}
    for number, middle in enumerate(middles):
        for end in range(number + 1, rows + 1):
            found = none
            for first in range(number, end):
                cost, groups = best.get((first, number), none)
                if top:
                    at = (spans[first][0] + spans[first][1]) / 2
                else:
                    at = (spans[first][0] + spans[end - 1][1]) / 2
                if cost + abs(at - middle) < found[0]:
                    found = (cost + abs(at - middle), [*groups, (first, end - 1)])
            best[end, number + 1] = found
    ends = [(best.get((end, count), none), (rows - end) * UNSAID) for end in range(count, rows + 1)]
    return min(((cost + more, groups) for (cost, groups), more in ends), key=lambda one: one[0])

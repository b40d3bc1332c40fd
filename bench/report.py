"""What a run found: medians of per-round ratios, and docs/performance.md written from them."""

from __future__ import annotations

import itertools
import json
import os
import platform as machine
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.pages import Page
from bench.site import Cost

ROOT = Path(__file__).resolve().parent.parent
SHOWN = ROOT / "docs/performance.md"
NAMES = {"list": "floor: list of 50"}


@dataclass
class Found:
    sizes: list[int]
    pages: tuple[Page, ...]
    costs: dict[tuple[int, str], list[Cost]] = field(default_factory=dict)
    queries: dict[int, dict[str, int]] = field(default_factory=dict)
    rows: dict[int, dict[str, int]] = field(default_factory=dict)
    peaks: dict[int, list[int]] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)

    def add(self, size: int, name: str, cost: Cost) -> None:
        self.costs.setdefault((size, name), []).append(cost)

    def cost(self, size: int, name: str) -> Cost:
        costs = self.costs[size, name]
        return Cost(
            median(one.worker_ms for one in costs), median(one.postgres_ms for one in costs), costs[0].size
        )

    def keep(self, path: Path, of: list) -> None:
        """The rounds so far, for a run that goes on where this one was broken off."""
        costs = [
            [size, name, [astuple(cost) for cost in costs]] for (size, name), costs in self.costs.items()
        ]
        path.write_text(json.dumps({"of": of, "costs": costs}))

    def read(self, path: Path, of: list) -> int:
        """How many whole rounds of the same there are already."""
        kept = json.loads(path.read_text()) if path.exists() else {}
        if kept.get("of") != of:
            return 0
        self.costs = {(size, name): [Cost(*one) for one in costs] for size, name, costs in kept["costs"]}
        return self.rounds

    @property
    def rounds(self) -> int:
        return min((len(costs) for costs in self.costs.values()), default=0)

    def ratio(self, size: int, page: Page) -> float:
        """Median over the rounds of the page's CPU beside what it is set against in the same round."""
        beside = self.costs[size, NAMES.get(page.beside, page.beside)]
        return median(
            a.total / max(b.total, 0.01) for a, b in zip(self.costs[size, page.name], beside, strict=True)
        )

    def growth(self, small: int, large: int, page: Page) -> float:
        rounds = zip(self.costs[large, page.name], self.costs[small, page.name], strict=True)
        return median(a.total / max(b.total, 0.01) for a, b in rounds)

    @property
    def judged(self) -> int:
        """The size that the goals are set at."""
        return 10_000 if 10_000 in self.sizes else max(self.sizes)


def table(found: Found) -> list[str]:
    sizes, goal_at = found.sizes, found.judged
    heads = [f"CPU ms at {size:,} (web + pg)" for size in sizes]
    grown = [f"{b // 1000}k / {a // 1000}k" for a, b in itertools.pairwise(sizes)]
    lines = [
        "| "
        + " | ".join(
            ["page", *heads, *grown, "beside", "ratio", "goal", "queries", "goal", f"KB at {goal_at:,}"]
        )
        + " |",
        "|---|" + "---:|" * (len(sizes) + len(grown)) + "---|---:|---:|---:|---:|---:|",
    ]
    for page in found.pages:
        costs = [found.cost(size, page.name) for size in sizes]
        cells = [page.name, *(f"{c.total:.1f} ({c.worker_ms:.1f} + {c.postgres_ms:.1f})" for c in costs)]
        for small, large in itertools.pairwise(sizes):
            grows = found.growth(small, large, page)
            most = 0 if page.is_floor else page.growth if large <= 10_000 else max(page.growth, 1.3)
            cells.append(marked(f"{grows:.2f}", bool(most) and grows > most))
        if page.is_floor:
            cells += ["", "", "", "", ""]
        else:
            ratio = found.ratio(goal_at, page)
            numbers = [found.queries[size][page.name] for size in sizes]
            asked = str(numbers[0]) if len(set(numbers)) == 1 else " → ".join(map(str, numbers))
            late = (page.queries and max(numbers) > page.queries) or len(set(numbers)) > 1
            cells += [page.beside, marked(f"{ratio:.2f}", bool(page.goal) and ratio > page.goal)]
            cells += [f"{page.goal:g}" if page.goal else "", marked(asked, bool(late))]
            cells += [str(page.queries or "")]
        cells.append(f"{found.cost(goal_at, page.name).size / 1024:.0f}")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def marked(figure: str, is_late: bool) -> str:
    return f"**{figure}**" if is_late else figure


def missed(found: Found, slack: float) -> list[str]:
    """Goals that are missed by more than the slack: ratios, growth, queries that differ between sizes."""
    late = []
    for page in (page for page in found.pages if not page.is_floor):
        ratio = found.ratio(found.judged, page)
        if page.goal and ratio > page.goal * slack:
            late.append(f"{page.name}: {ratio:.2f} × {page.beside}, goal {page.goal:g}")
        for small, large in zip(found.sizes, found.sizes[1:], strict=False):
            grows = found.growth(small, large, page)
            if grows > (page.growth if large <= 10_000 else max(page.growth, 1.3)) * slack:
                late.append(f"{page.name}: grows {grows:.2f} from {small:,} to {large:,}")
        if len({found.queries[size][page.name] for size in found.sizes}) > 1:
            late.append(f"{page.name}: the number of queries depends on the size")
    return late


def write(found: Found, requests: int) -> None:
    day = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    lines = [
        "# Performance",
        "",
        "Written by `bin/bench`: the portal and a bare Django app without middleware (the floor) on the same Postgres, the same",
        "rows and the same gunicorn line, in interleaved rounds. CPU is that of the web workers and of all of Postgres; ratios are",
        "medians of per-round ratios, so that a machine that others use too does not change them much. Bold misses its goal.",
        "",
        f"{day}, {os.cpu_count()} cores, {machine.machine()}, Python {machine.python_version()}, load {load}; {found.rounds} {'round' if found.rounds == 1 else 'rounds'} of {requests} requests.",
        "",
        *table(found),
        "",
        "## What the databases hold",
        "",
        "The demonstration's dossiers, filed through the services, multiplied with all that hangs on them (`bench/seed.py`); files,",
        "rows of rosters and events in full up to 10,000 dossiers and for one in ten beyond.",
        "",
        "| | " + " | ".join(f"{size:,}" for size in found.sizes) + " |",
        "|---|" + "---:|" * len(found.sizes),
        *(
            f"| {name} | " + " | ".join(f"{found.rows[size][name]:,}" for size in found.sizes) + " |"
            for name in found.rows[found.sizes[0]]
        ),
        "| web workers at their peak, MB | "
        + " | ".join(", ".join(map(str, found.peaks[size])) for size in found.sizes)
        + " |",
        "",
        *found.extra,
        "",
    ]
    kept = SHOWN.read_text("utf-8").partition("\n## By hand\n")[2] if SHOWN.exists() else ""
    SHOWN.write_text("\n".join(lines) + (f"\n## By hand\n{kept}" if kept else ""), encoding="utf-8")

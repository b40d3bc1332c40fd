"""bin/bench: the portal beside a bare Django app in interleaved rounds, written to docs/performance.md.

bin/bench                           1,000 and 10,000 dossiers, three rounds
bin/bench --sizes 1000 10000 100000 all three sizes
bin/bench --gate                    growth and ratios alone, with half again as much slack; fails when one is missed
bin/bench --keep FOLDER             all sizes that are seeded there; rounds stay too, and the next run goes on with them
bin/bench --only "officer list"     pages whose name begins so, printed and not written
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench import files
from bench.pages import PAGES, Page
from bench.report import Found, missed, table, write
from bench.site import Site, peaks
from portal.embedded.place import TABLES, fingerprint
from portal.embedded.postgres import Postgres

SLACK = 1.5


@dataclass(frozen=True)
class Plan:
    """What a run measures: `keep` is the folder of what the next run uses again, `minutes` the most that rounds take."""

    sizes: list[int]
    pages: tuple[Page, ...]
    requests: int
    rounds: int
    keep: Path | None
    minutes: float
    whole: bool

    def describe(self) -> list:
        """Rounds of one commit and one plan belong together."""
        return [commit(), self.sizes, self.requests, [page.name for page in self.pages]]


def measure(plan: Plan) -> Found:
    folder = plan.keep or Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    cluster, is_ours = begin_cluster(folder / "pg")
    sites: dict[int, Site] = {}
    try:
        make_sites(cluster, folder, plan.sizes, sites)
        for site in sites.values():
            site.find_places()
            site.start(plan.pages)
        found = Found(plan.sizes, plan.pages)
        for count, site in sites.items():
            found.rows[count], found.queries[count] = site.rows, site.queries(plan.pages)
        take_rounds(plan, found, sites, folder / "rounds.json")
        found.peaks = {count: peaks(site.web.pid) for count, site in sites.items()}
        if plan.whole:
            tell("files")
            found.extra = files.lines()
        return found
    finally:
        for site in sites.values():
            site.stop()
        if is_ours:
            cluster.stop()
        if not plan.keep:
            shutil.rmtree(folder, ignore_errors=True)


def take_rounds(plan: Plan, found: Found, sites: dict[int, Site], kept_rounds: Path) -> None:
    """A B A B: a machine that slows down slows all. What an earlier run of the same commit has measured is gone on with."""
    done = found.read(kept_rounds, plan.describe()) if plan.keep else 0
    began, longest = time.monotonic(), 0.0
    for number in range(done, plan.rounds):
        spent = time.monotonic() - began
        if number > done and spent + longest > plan.minutes * 60:
            return
        tell(f"round {number + 1}")
        for page in plan.pages:
            for count, site in sites.items():
                found.add(count, page.name, site.measure(page, how_often(page, plan.requests)))
        longest = max(longest, time.monotonic() - began - spent)
        if plan.keep:
            found.keep(kept_rounds, plan.describe())


def how_often(page: Page, requests: int) -> int:
    if page.few:
        return max(2, requests // 5)
    return requests * (5 if page.again or page.is_floor else 1)


def commit() -> str:
    """With what is not committed, rounds are of one run alone; the page that a run writes is no code."""
    said, changed = (
        subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for words in (
            ["describe", "--always"],
            ["status", "--porcelain", "-uno", "--", ".", ":!docs/performance.md"],
        )
    )
    return f"{said}{time.time()}" if changed or not said else said


def begin_cluster(folder: Path) -> tuple[Postgres, bool]:
    """The cluster and whether it was started here: a kept one may run already."""
    cluster = Postgres(folder)
    port = cluster.running_port()
    if port and cluster.is_running():
        cluster.port = port
        return cluster, False
    return cluster.start(), True


def make_sites(cluster: Postgres, folder: Path, sizes: list[int], sites: dict[int, Site]) -> None:
    """The databases that are not kept, each a copy of the demonstration."""
    names = {count: f"bench_{count}" for count in sizes}
    if any(not (folder / f"{name}.json").exists() for name in names.values()):
        tell("demonstration")
        source = Site(cluster, folder, "bench")
        if not source.note.exists():
            source.begin_kept(kept_place())
            source.keep()
    for count, name in names.items():
        tell(f"seeding {count}")
        site = sites[count] = Site(cluster, folder, name, "bench")
        site.seed(count)
    site.manage("collectstatic", "--noinput", "-v0")


def seeded(folder: Path | None) -> list[int]:
    """The sizes whose databases are kept whole."""
    notes = folder.glob("bench_*.json") if folder else ()
    return [int(note.stem.partition("_")[2]) for note in notes]


def keep_seeds(sizes: list[int], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    cluster, is_ours = begin_cluster(folder / "pg")
    try:
        make_sites(cluster, folder, sizes, {})
    finally:
        if is_ours:
            cluster.stop()


def kept_place() -> Path:
    """The filled demonstration, kept for the next run with the same tables and the same story."""
    return Path(tempfile.gettempdir()) / f"portal-bench-kept-{fingerprint(*TABLES, 'training/**/*.py')[:16]}"


def tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[])
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60, help="no further round that would end later")
    parser.add_argument(
        "--keep", type=Path, help="folder for the seeded databases, used again by the next run"
    )
    parser.add_argument("--seed-only", action="store_true", help="make what --keep keeps and measure nothing")
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    sizes = sorted(options.sizes or seeded(options.keep) or [1000, 10000])
    if options.seed_only:
        keep_seeds(sizes, options.keep)
        return 0
    pages = tuple(
        page
        for page in PAGES
        if not options.only
        or page.is_floor
        or page.name == "officer list"
        or page.name.startswith(tuple(options.only))
    )
    plan = Plan(
        sizes,
        pages,
        options.requests,
        options.rounds,
        options.keep,
        options.minutes,
        whole=not (options.only or options.gate),
    )
    found = measure(plan)
    print("\n".join(table(found)))
    if options.gate:
        late = missed(found, SLACK)
        print("\n".join(late) or "every goal is kept, with slack")
        return 1 if late else 0
    if not options.only:
        write(found, options.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())

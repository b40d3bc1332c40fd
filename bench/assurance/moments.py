"""G9: the database's disk is lost while people write; what base backup and archived WAL give back, and how soon.

python -m bench.assurance.moments [--megabytes 500] [--times 5]

The disk goes at the worst moment: the server has ended a piece, and nothing of it stands in the archive yet. Scripts and settings
are production's. A further time goes on where the last restore ended.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

from bench.assurance.filing import migrated_cluster
from bench.site import tree
from portal.embedded.postgres import Postgres, _as_server_user, binaries, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PIECE_EVERY = int(re.search(r"archive_timeout=(\d+)", (ROOT / "docker-compose.yml").read_text("utf-8"))[1])
MOST_LOST, MOST_TAKEN = 60, 30 * 60  # seconds; the goal's minutes are for 10 GB
FILL = """CREATE TABLE bulk AS SELECT number, repeat(md5(number::text), 30) AS words FROM generate_series(1, {rows}) AS number;
CREATE TABLE beats (at timestamptz NOT NULL)"""


class Beats(threading.Thread):
    """Somebody who writes twice a second; `last` is what was acknowledged last."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.last, self.count, self.ended = address, 0.0, 0, False

    def run(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as link:
            while not self.ended:
                at = time.time()
                try:
                    link.execute("INSERT INTO beats VALUES (to_timestamp(%s))", (at,))
                except psycopg.OperationalError:  # the disk is gone
                    return
                self.last, self.count = at, self.count + 1
                time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--times", type=int, default=1, help="how often the disk is lost")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="portal-moments-"))
    cluster, status = migrated_cluster(folder), 0
    try:
        cluster._psql("portal", FILL.format(rows=options.megabytes * 1000))
        scripts, archive = prepare(folder, cluster)
        for number in range(options.times):
            place = folder / f"restored-{number}"
            cluster, held = lose_once(cluster, place, scripts, archive)
            status = status or int(not held)
        return status
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def lose_once(cluster: Postgres, place: Path, scripts: Path, archive: Path) -> tuple[Postgres, bool]:
    """Backed up, written to, lost and restored; the cluster in its place, and whether that was good enough."""
    cluster._psql("portal", "TRUNCATE beats")
    rows = int(cluster._psql("portal", "SELECT count(*) FROM bulk"))
    base, began = place.with_suffix(".tar"), time.monotonic()
    size = back_up(cluster, base)
    packed = time.monotonic() - began
    beats = Beats(cluster.url("postgres", "portal"))
    beats.start()
    wait_for_the_worst_moment(cluster, archive)
    lose(cluster)
    beats.join(10)
    began = time.monotonic()
    there = restore(base, place, scripts, archive)
    taken = time.monotonic() - began
    base.unlink()
    return there, judge(there, beats, rows, size, packed, taken)


def prepare(folder: Path, cluster: Postgres) -> tuple[Path, Path]:
    """Archiving as in compose, its scripts where the server's account reaches them."""
    scripts, archive = folder / "scripts", folder / "archive"
    for place in (scripts, archive):
        place.mkdir()
        place.chmod(0o777)
    for name in ("archive_wal", "restore_to"):
        shutil.copy(ROOT / "deploy" / name, scripts)
        (scripts / name).chmod(0o755)
    command = f'{scripts}/archive_wal "%p" "{archive}/%f"'
    for setting in (
        "archive_mode = on",
        f"archive_timeout = {PIECE_EVERY}",
        f"archive_command = '{command}'",
        "fsync = on",
    ):
        cluster._psql("postgres", f"ALTER SYSTEM SET {setting}")
    cluster.stop()
    cluster.start()
    return scripts, archive


def back_up(cluster: Postgres, base: Path) -> int:
    command = [str(binaries() / "bin/pg_basebackup"), "-d", cluster.url("postgres", "postgres")]
    with base.open("wb") as out:
        subprocess.run([*command, "-D", "-", "-Ft", "-X", "fetch", "-c", "fast"], stdout=out, check=True)
    return base.stat().st_size


def wait_for_the_worst_moment(cluster: Postgres, archive: Path) -> None:
    """Everything up to a piece that people wrote is archived; then the next one has ended, and its copy has not begun."""
    status = cluster.data / "pg_wal/archive_status"

    def waiting() -> bool:
        return any(status.glob("*.ready"))

    while waiting():
        time.sleep(0.2)
    known = pieces(archive)
    while pieces(archive) <= known or waiting():
        time.sleep(0.1)
    archiver = cluster._psql("postgres", "SELECT pid FROM pg_stat_activity WHERE backend_type = 'archiver'")
    os.kill(int(archiver), signal.SIGSTOP)  # or it would be faster than the loss
    while not waiting():
        time.sleep(0.02)


def pieces(archive: Path) -> set[str]:
    return {one.name for one in archive.iterdir() if len(one.name) == 24}


def lose(cluster: Postgres) -> None:
    for pid in tree(int((cluster.data / "postmaster.pid").read_text().split()[0])):
        os.kill(pid, signal.SIGKILL)
    time.sleep(1)
    shutil.rmtree(cluster.data)


def restore(base: Path, place: Path, scripts: Path, archive: Path) -> Postgres:
    there = Postgres(place)
    there.folder.mkdir()
    there.folder.chmod(0o777)
    env = {**os.environ, "PGDATA": str(there.data), "WAL_ARCHIVE": str(archive)}
    with base.open("rb") as packed:
        subprocess.run(
            _as_server_user([str(scripts / "restore_to")]), stdin=packed, env=env, cwd="/", check=True
        )
    there.port = free_port()
    options = ["-D", str(there.data), "-l", str(there.folder / "log"), "-w", "-t", "900"]
    there._run("pg_ctl", *options, "-o", there._options(), "start")
    while there._psql("postgres", "SELECT pg_is_in_recovery()").strip() != "f":
        time.sleep(0.2)
    return there


def judge(there: Postgres, beats: Beats, rows: int, size: int, packed: float, taken: float) -> bool:
    found = there._psql(
        "portal", "SELECT extract(epoch FROM max(at)), count(*), (SELECT count(*) FROM bulk) FROM beats"
    )
    last, kept, whole = found.strip().replace("|", " ").split()
    lost = beats.last - float(last)
    print(
        f"disk lost before the copy of a piece began: {lost:.1f} s of writing lost ({beats.count - int(kept)} of {beats.count} writes); "
        f"{size / 1e9:.2f} GB back in {taken:.0f} s (packed in {packed:.0f} s), 10 GB would take {taken * 1e10 / size / 60:.0f} minutes so",
        flush=True,
    )
    return int(whole) == rows and lost <= MOST_LOST and taken * 1e10 / size <= MOST_TAKEN


if __name__ == "__main__":
    sys.exit(main())

"""bin/test: pytest on an ephemeral cluster of its own, so that several runs never meet.

Migrating costs more than most tests, so a migrated cluster is kept, named by what it was made from, and
every run works on a copy of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.place import ROOT, TABLES, fingerprint, use
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

ROOM = 2 * 1024**3  # bytes of shared memory that make a cluster in RAM worth it
KEEP = 24 * 3600  # seconds that a cluster of other migrations, or of a run that was killed, is kept


def main() -> int:
    with servers():
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], check=False).returncode


@contextmanager
def servers() -> Iterator[None]:
    """A cluster and a broker that nobody else uses, while it lasts; this process and its children find them."""
    shelf = shelf_of_clusters()
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir=shelf))
    cluster, broker = Postgres(folder / "pg", lasting=False), Valkey(folder / "valkey")
    folder.chmod(0o755)
    try:
        copy_cluster(prepared_cluster(shelf), folder / "pg")
        use(cluster.start())
        os.environ["REDIS_URL"] = broker.start().url
        yield
    finally:
        broker.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def shelf_of_clusters() -> Path:
    """In memory where there is room."""
    memory = Path("/dev/shm")
    roomy = memory.exists() and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else Path(tempfile.gettempdir())


def prepared_cluster(shelf: Path) -> Path:
    """The stopped cluster with every migration and the reference data, made when there is none."""
    ready = shelf / f"portal-prepared-{fingerprint(*TABLES)}"
    if ready.exists():
        return ready
    for old in (*shelf.glob("portal-prepar*"), *shelf.glob("portal-test-*")):
        if time.time() - old.stat().st_mtime > KEEP:
            shutil.rmtree(old, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix="portal-preparing-", dir=shelf))
    scratch.chmod(0o755)
    cluster = Postgres(scratch, lasting=False).start()
    try:
        environment = {
            **os.environ,
            "DATABASE_URL": cluster.url(),
            "DATABASE_OWNER_URL": cluster.url("portal_owner"),
        }
        for command in ("migrate", "load_reference"):
            subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), command, "--verbosity", "0"],
                check=True,
                env=environment,
                stdout=subprocess.DEVNULL,
            )
    finally:
        cluster.stop()
    try:
        scratch.rename(ready)
    except OSError:  # somebody else was faster
        shutil.rmtree(scratch, ignore_errors=True)
    return ready


def copy_cluster(source: Path, target: Path) -> None:
    """With its owner: the server runs as another account when this process is root's."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


if __name__ == "__main__":
    sys.exit(main())

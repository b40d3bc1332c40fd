"""bin/manage: a management command with the embedded database running, left as it was found.

A fresh database is given its tables and reference data first, so that a command of ours finds what it reads.
`runserver` is the developer's mode: the debug page, reload, static files as they lie in static/.
"""

from __future__ import annotations

import os
import subprocess
import sys

from portal.embedded.place import ROOT, running_or_started, use_as_demo
from portal.embedded.postgres import Postgres

# Commands that make the tables themselves, or need none.
OF_THEMSELVES = {
    "migrate",
    "makemigrations",
    "makeguards",
    "write_documents",
    "check_schema",
    "collectstatic",
    "showmigrations",
    "sqlmigrate",
    "restore",
}

# Commands that read files, or nothing at all: no database is started for them.
OF_FILES = {"version", "help", "--help", "inspect", "read_notice"}


def manage(*arguments: str, quiet: bool = False) -> int:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        check=False,
        stdout=subprocess.DEVNULL if quiet else None,
    ).returncode


def prepare(cluster: Postgres, command: str) -> None:
    """Tables and reference data for a database that has none."""
    if command in OF_THEMSELVES or not cluster.is_empty():
        return
    print("数据库还是空的，先建立数据表和基础数据……", file=sys.stderr, flush=True)
    if manage("migrate", "--verbosity", "0") or manage("load_reference", quiet=True):
        sys.exit("数据表未能建立，请先执行：bin/manage migrate")


def main() -> int:
    arguments = sys.argv[1:]
    command = arguments[0] if arguments else "help"
    cluster, started = None, False
    if command == "runserver":
        os.environ.setdefault("DEBUG", "true")
    if command in OF_FILES:
        return manage(*arguments)
    if not os.environ.get("DATABASE_URL"):
        cluster, started = running_or_started()
        use_as_demo(cluster)
    try:
        if cluster:
            prepare(cluster, command)
        return manage(*arguments)
    except KeyboardInterrupt:
        return 130
    finally:
        if started:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())

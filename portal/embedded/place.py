"""Where the embedded servers keep their data, and the environment that points the portal at them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from portal.embedded.postgres import OWNER, Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
ORIGIN = "sme-platforms.demo/log"
# What the tables and the reference data are made from.
TABLES = (
    "*/migrations/*.py",
    "*/management/commands/load_reference.py",
    "platforms/recommenders/reference.py",
    "portal/kernel/guards.py",
    "portal/operations/schema.py",
    "portal/shared/workingdays.py",
    "requirements.txt",
)


def var_dir() -> Path:
    """`PORTAL_VAR`, else var/ in the checkout."""
    return Path(os.environ.get("PORTAL_VAR") or ROOT / "var")


def postgres_folder() -> Path:
    """Beside the files; for root in the system's temporary area, since the server runs as nobody there.

    A note beside the files names that area: a checkout that is deleted and cloned anew must not find the rows
    of files that went with it.
    """
    var = var_dir()
    if os.geteuid() != 0:
        return var / "postgres"
    note = var / "postgres.path"
    if not note.exists():
        var.mkdir(parents=True, exist_ok=True)
        note.write_text(tempfile.mkdtemp(prefix="portal-data-"))
    return Path(note.read_text())


def running_or_started() -> tuple[Postgres, bool]:
    """The demo's cluster, and whether this call started it."""
    cluster = Postgres(postgres_folder())
    port = cluster.running_port()
    if port and cluster.is_running():
        cluster.port = port
        return cluster, False
    return cluster.start(), True


def use(cluster: Postgres) -> None:
    """Point this process and its children at the cluster."""
    os.environ["DATABASE_URL"] = cluster.url()
    os.environ["DATABASE_OWNER_URL"] = cluster.url(OWNER)


def use_as_demo(cluster: Postgres) -> None:
    """And at the demo's public log: by another name its checkpoints would be nobody's."""
    use(cluster)
    os.environ.setdefault("LOG_ORIGIN", ORIGIN)


def fingerprint(*patterns: str) -> str:
    """Names what was made from these files, so that it is made anew only when one of them changes.

    What Python compiled beside them is another on every machine.
    """
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]

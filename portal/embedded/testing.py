"""bin/test: pytest on an ephemeral cluster of its own, so that several runs never meet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.embedded.place import use
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

ROOM = 2 * 1024**3  # bytes of shared memory that make a cluster in RAM worth it


def main() -> int:
    memory = Path("/dev/shm")
    roomy = memory.exists() and shutil.disk_usage(memory).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir=memory if roomy else None))
    cluster, broker = Postgres(folder / "pg", lasting=False), Valkey(folder / "valkey")
    folder.chmod(0o755)
    try:
        use(cluster.start())
        os.environ["REDIS_URL"] = broker.start().url
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], check=False).returncode
    finally:
        broker.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

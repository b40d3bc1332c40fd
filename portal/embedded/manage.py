"""bin/manage: a management command with the embedded database running, left as it was found."""

from __future__ import annotations

import os
import subprocess
import sys

from portal.embedded.place import ROOT, running_or_started, use


def main() -> int:
    cluster, started = None, False
    if not os.environ.get("DATABASE_URL"):
        cluster, started = running_or_started()
        use(cluster)
    try:
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *sys.argv[1:]], check=False
        ).returncode
    finally:
        if started:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())

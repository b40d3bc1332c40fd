"""bin/backup: a backup of the demo's cluster or of DATABASE_URL; --verify restores it into an empty place and compares."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from portal.embedded.place import ROOT, running_or_started, use_as_demo, var_dir
from portal.embedded.postgres import Postgres, binaries


def manage(*arguments: str, **environment: str) -> int:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def verify(target: Path, key: Path, tools: str) -> int:
    """In a cluster and a folder that were not there before and are gone afterwards. Keys are in no backup: the log's
    is the one in use, as at a real restore, or its checkpoints would be nobody's.
    """
    log_key = os.environ.get("LOG_KEY_FILE") or str(var_dir() / "log.key")
    with tempfile.TemporaryDirectory(prefix="portal-empty-") as folder:
        Path(folder).chmod(0o755)
        place = Postgres(Path(folder) / "pg", lasting=False).start()
        try:
            return manage(
                "restore",
                str(target),
                "--key",
                str(key),
                "--tools",
                tools,
                DATABASE_URL=place.url("postgres"),
                PORTAL_VAR=f"{folder}/var",
                S3_ENDPOINT="",
                LOG_DIR=f"{folder}/var/public-log",
                LOG_KEY_FILE=log_key,
            )
        finally:
            place.stop()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bin/backup", description="备份数据库、文件和公开日志；--verify 随即恢复到空处核对。"
    )
    parser.add_argument("--verify", action="store_true", help="恢复到一个空的地方并逐项核对")
    parser.add_argument(
        "--key", type=Path, default=var_dir() / "backup.key", help="密钥文件（没有时新建）；请与备份分开保管"
    )
    parser.add_argument("--target", type=Path, help="备份文件，默认 var/backups/ 下以时间命名")
    options = parser.parse_args()
    target = options.target or var_dir() / "backups" / f"portal-{time.strftime('%Y%m%d-%H%M%S')}.vault"
    target.parent.mkdir(parents=True, exist_ok=True)
    tools, cluster, started = str(binaries() / "bin"), None, False
    if not os.environ.get("DATABASE_URL"):
        cluster, started = running_or_started()
        use_as_demo(cluster)
    try:
        new = [] if options.key.exists() else ["--new-key"]
        status = manage("backup", str(target), "--key", str(options.key), *new, "--tools", tools)
    finally:
        if started:
            cluster.stop()
    if status or not options.verify:
        return status
    return verify(target, options.key, tools)


if __name__ == "__main__":
    sys.exit(main())

"""bin/upgrade-check: every released version's data under today's code, and two faults that must be refused."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded import kept
from portal.embedded.place import ORIGIN, ROOT
from portal.embedded.postgres import OWNER, Postgres
from portal.operations.releases import digest_migrations, find_touched, read_released

REFUSED = 3  # as check_schema ends
STEPS = (
    ("能接着升级", ("check_schema", "--before-migrating")),
    ("升级", ("migrate", "--verbosity", "0")),
    ("与程序相符", ("check_schema",)),
    ("基础数据", ("load_reference",)),
    ("操作记录", ("verify_audit",)),
    ("静态文件", ("collectstatic", "--noinput", "--verbosity", "0")),
    ("各角色的主要页面", ("walk_pages",)),
)
# (what is done to the database, what must be said of it, how it is undone)
PLANTED = (
    (
        "改过的迁移",
        "UPDATE portal_migrationdigest SET digest = reverse(digest) WHERE app = 'review' AND name = '0001_initial'",
        "review.0001_initial 与本程序不符",
        "UPDATE portal_migrationdigest SET digest = reverse(digest) WHERE app = 'review' AND name = '0001_initial'",
    ),
    (
        "缺少的列",
        "ALTER TABLE platforms_platform RENAME COLUMN website TO taken_away",
        "缺少程序所需的 1 列（platforms_platform.website）",
        "ALTER TABLE platforms_platform RENAME COLUMN taken_away TO website",
    ),
)


class Place:
    """An empty cluster and data folder that commands run in."""

    def __init__(self, folder: Path):
        self.var = folder / "var"
        self.var.mkdir()
        self.cluster = Postgres(folder / "pg", lasting=False).start()

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": self.cluster.url(),
            "DATABASE_OWNER_URL": self.cluster.url(OWNER),
            "PORTAL_VAR": str(self.var),
            "SITE_ORIGIN": "http://127.0.0.1:8000",
            "LOG_ORIGIN": ORIGIN,
        }
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def empty_place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="portal-upgrade-") as folder:
        Path(folder).chmod(0o755)
        place = Place(Path(folder))
        try:
            yield place
        finally:
            place.cluster.stop()


def last_line(done: subprocess.CompletedProcess) -> str:
    lines = (done.stdout if done.returncode == 0 else done.stdout + done.stderr).strip().splitlines()
    return lines[-1] if lines else ""


def upgrade(place: Place, archive: Path) -> bool:
    """Whether that release's data come through every step."""
    kept.restore(archive, place.cluster.url("postgres"), place.var)
    for name, command in STEPS:
        began = time.monotonic()
        done = place.manage(*command)
        print(f"  {name}：{last_line(done) or '完成'}（{time.monotonic() - began:.0f} 秒）", flush=True)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            return False
    return True


def refuses_what_is_planted(place: Place) -> bool:
    """Whether each planted fault is refused with its sentence, and nothing is when it is undone."""
    for name, plant, sentence, undo in PLANTED:
        place.cluster.execute(plant)
        done = place.manage("check_schema")
        refused = done.returncode == REFUSED and sentence in done.stderr
        print(f"  {name}：{'已拒绝' if refused else '没有被拒绝'}——{done.stderr.strip()}", flush=True)
        place.cluster.execute(undo)
        if not refused or place.manage("check_schema").returncode:
            return False
    return True


def check_release(archive: Path) -> bool:
    print(f"{archive.name}（{archive.stat().st_size / 1e6:.1f} MB）：", flush=True)
    with empty_place() as place:
        return upgrade(place, archive) and refuses_what_is_planted(place)


def check_without_release() -> bool:
    print("还没有已发布版本的数据，只核对两处有意做的改动：", flush=True)
    with empty_place() as place:
        return place.manage("migrate", "--verbosity", "0").returncode == 0 and refuses_what_is_planted(place)


def main() -> int:
    began, archives = time.monotonic(), kept.archives()
    if touched := find_touched(read_released(), digest_migrations()):
        print(f"已发布的迁移被改动：{'、'.join(touched)}。请恢复原文，改动另写一项迁移。", file=sys.stderr)
        return 1
    passed = all(map(check_release, archives)) if archives else check_without_release()
    verdict = "全部通过" if passed else "没有通过"
    print(f"{len(archives)} 个已发布版本，{verdict}，用时 {time.monotonic() - began:.0f} 秒。", flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())

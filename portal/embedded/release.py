"""bin/release: what makes a version of the working tree; the commit and its tag are left to whoever releases.

From then on the migrations in the tree are history: makeguards and people only add.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from portal.embedded import kept, upgrade
from portal.embedded.place import ROOT
from portal.operations.releases import digest_migrations, find_touched, read_released, write_released

VERSION_LINE = re.compile(r'^version = "(.+)"$', re.MULTILINE)
NEXT = """
已备好 {version}。接着执行：
  git add -A && git commit -m 'Release {version}' && git tag v{version}
放弃：git checkout -- . && git clean -f releases
"""


def parts(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def find_obstacles(version: str) -> list[str]:
    """Sentences of what stands against releasing this tree as that version."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        return [f"{version} 不是版本号，应如 1.0.0。"]
    found = []
    names = [kept.version(), *(path.name.removesuffix(".tar.xz") for path in kept.archives())]
    newest = max((parts(one) for one in names if re.fullmatch(r"[\d.]+", one)), default=[])
    if newest >= parts(version):
        found.append(f"{version} 不比已发布的 {'.'.join(map(str, newest))} 新。")
    if changed := git("status", "--porcelain", "--untracked-files=no"):
        found.append(f"还有未提交的改动：\n{changed}")
    if touched := find_touched(read_released(), digest_migrations()):
        found.append(f"已发布的迁移被改动：{'、'.join(touched)}。")
    if manage("makemigrations", "--check", "--dry-run", "--verbosity", "0"):
        found.append("模型有改动还没有迁移，请先执行：bin/manage makemigrations")
    return found


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def manage(*arguments: str) -> int:
    """Of commands that need no database that answers."""
    nowhere = "postgres://nobody@127.0.0.1:1/nowhere"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": nowhere,
        "DATABASE_OWNER_URL": nowhere,
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments], env=environment, check=False
    ).returncode


def write_version(version: str) -> None:
    project = ROOT / "pyproject.toml"
    text = VERSION_LINE.sub(f'version = "{version}"', project.read_text("utf-8"), count=1)
    project.write_text(text, "utf-8")
    changes = ROOT / "CHANGELOG.md"
    heading = f"## [Unreleased]\n\n## [{version}] - {datetime.now(UTC):%Y-%m-%d}\n"
    changes.write_text(changes.read_text("utf-8").replace("## [Unreleased]\n", heading, 1), "utf-8")


def take_draft(draft: Path, version: str) -> bool:
    """Use what `bin/demo --keep` wrote, when it is this tree's to the last migration."""
    manifest = kept.read_manifest(draft) if draft.exists() else None
    if not manifest or manifest["story"] != kept.describe_story():
        return False
    if manifest["migrations"] != digest_migrations():
        return False
    target = draft.replace(kept.archive_of(version))
    print(f"演示数据：{target}。", flush=True)
    return True


def fill_for(version: str) -> bool:
    demo = [sys.executable, "-m", "portal.embedded.demo", "--keep"]
    return not subprocess.run(demo, cwd=ROOT, check=False).returncode and take_draft(kept.draft(), version)


def release(version: str, *, with_data: bool) -> int:
    if obstacles := find_obstacles(version):
        print("不能发布：", *obstacles, sep="\n  ", file=sys.stderr)
        return 1
    draft = kept.draft()
    write_version(version)
    print(f"版本号 {version}，冻结 {write_released()} 项迁移。", flush=True)
    if with_data and not take_draft(draft, version) and not fill_for(version):
        return 1
    if upgrade.main():
        return 1
    print(NEXT.format(version=version))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bin/release",
        description="备好一个版本：版本号、迁移的摘要、演示数据（releases/），并核对升级。约五分钟；先执行 bin/demo --keep 则一分钟。",
    )
    parser.add_argument("version", help="如 1.0.0")
    parser.add_argument("--without-data", action="store_true", help="不重新写入演示数据")
    options = parser.parse_args()
    return release(options.version, with_data=not options.without_data)


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.operations import backup
from portal.shared.vault import VaultDamaged, read_key


class Command(BaseCommand):
    help = "Restore a backup into an empty place, and compare it with the backup's figures."

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path)
        parser.add_argument("--key", type=Path, required=True)
        parser.add_argument("--tools", type=Path, help="the folder of pg_restore")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *, source: Path, key: Path, tools: Path | None, json: bool, **options):
        if "portal_auditevent" in connection.introspection.table_names():
            raise CommandError("这个数据库不是空的。恢复只写入空库，请另建一个数据库。")
        connection.close()
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="portal-restore-") as folder:
            try:
                figures = backup.unpack(source, read_key(key), Path(folder))
                backup.restore_database(Path(folder) / backup.DUMP, connection.settings_dict, tools=tools)
            except (backup.BackupFailed, VaultDamaged, FileNotFoundError) as error:
                raise CommandError(str(error)) from error
            restore_files(Path(folder))
        restored = time.monotonic() - began
        differences = backup.compare(figures)
        if json:
            self.stdout.write(as_json(figures, differences, restored))
        for sentence in differences:
            self.stderr.write(sentence)
        if differences:
            raise CommandError(f"恢复后有 {len(differences)} 处与备份不符，不要启用。")
        if not json:
            self.stdout.write(
                f"已恢复并核对：{sum(figures['rows'].values())} 行、{figures['files']} 个文件、操作记录各链，全部相符；"
                f"恢复 {restored:.1f} 秒，核对 {time.monotonic() - began - restored:.1f} 秒。"
            )


def restore_files(folder: Path) -> None:
    """Into the store that the settings name; a key that is there already holds the same content by its name."""
    root = folder / "files"
    for path in sorted(root.rglob("*")) if root.exists() else ():
        name = path.relative_to(root).as_posix()
        if path.is_file() and not default_storage.exists(name):
            with path.open("rb") as content:
                default_storage.save(name, content)
    if (folder / backup.LOG).exists() and not Path(settings.LOG_DIR).exists():
        shutil.copytree(folder / backup.LOG, settings.LOG_DIR)


def as_json(figures: dict, differences: list[str], seconds: float) -> str:
    rows = {"figures": figures, "differences": differences, "seconds": round(seconds, 1)}
    return json.dumps(rows, ensure_ascii=False, indent=1)

from __future__ import annotations

import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.operations.backup import BackupFailed, make_backup
from portal.shared.vault import VaultDamaged, read_key, write_key


class Command(BaseCommand):
    help = "Write database, private files and the published log into one encrypted file."

    def add_arguments(self, parser):
        parser.add_argument("target", type=Path)
        parser.add_argument(
            "--key", type=Path, required=True, help="the key's file; keep it apart from the backups"
        )
        parser.add_argument("--new-key", action="store_true", help="make the key's file first")
        parser.add_argument("--tools", type=Path, help="the folder of pg_dump")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *, target: Path, key: Path, new_key: bool, tools: Path | None, json: bool, **options):
        began = time.monotonic()
        try:
            if new_key:
                write_key(key)
            figures = make_backup(target, read_key(key), tools=tools)
        except FileExistsError as error:
            raise CommandError(f"{error.filename} 已存在，不会覆盖。") from error
        except FileNotFoundError as error:
            raise CommandError(f"找不到 {error.filename}。第一次备份请加 --new-key 建立密钥文件。") from error
        except (BackupFailed, VaultDamaged) as error:
            target.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        if json:
            self.stdout.write(as_json(figures))
            return
        rows, seconds = sum(figures["rows"].values()), time.monotonic() - began
        self.stdout.write(
            f"已备份到 {target}：{rows} 行、{figures['files']} 个文件，{target.stat().st_size / 1e6:.1f} MB，用时 {seconds:.1f} 秒。"
        )
        for missing in figures["missing_files"]:
            self.stderr.write(f"文件存储中缺少：{missing}")


def as_json(figures: dict) -> str:
    return json.dumps(figures, ensure_ascii=False, indent=1)

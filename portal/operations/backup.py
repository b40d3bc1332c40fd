"""A backup of everything of record in one encrypted file: database, private files, the published log, and what they come to.

The figures are taken in the snapshot that pg_dump reads, so that a restored place can be compared with them exactly.
Keys (SECRET_KEY, the seal, the backup's own) are no part of it: who finds a backup must not find them.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from portal.models import AuditEvent, StoredFile
from portal.shared.storage import open_private
from portal.shared.vault import VaultReader, VaultWriter
from portal.trail.verification import verify_trail

DUMP, LOG, MANIFEST, FILES = "database.dump", "public-log", "manifest.json", "files/"
BLOCK = 1024 * 1024


class BackupFailed(RuntimeError):
    """With a sentence for whoever started it."""


def make_backup(target: Path, key: bytes, *, tools: Path | None = None) -> dict:
    """Write the backup and return its figures; a file that is there already is not overwritten."""
    with tempfile.TemporaryDirectory(prefix="portal-backup-") as folder, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        dump = Path(folder) / DUMP
        dump_database(dump, snapshot, tools)
        figures = {**count_everything(), "made_at": timezone.now().isoformat(), "version": settings.VERSION}
        with target.open("xb") as out:
            vault = VaultWriter(out, key)
            with tarfile.open(fileobj=vault, mode="w|") as archive:
                archive.add(dump, DUMP)
                if Path(settings.LOG_DIR).exists():
                    archive.add(settings.LOG_DIR, LOG)
                figures["missing_files"] = list(add_files(archive))
                add_bytes(archive, MANIFEST, json.dumps(figures, ensure_ascii=False, indent=1).encode())
            vault.close()
    return figures


def dump_database(dump: Path, snapshot: str, tools: Path | None) -> None:
    with conninfo(connection.settings_dict) as address:
        run_tool(
            [
                find_tool("pg_dump", tools),
                "--format=custom",
                f"--snapshot={snapshot}",
                f"--file={dump}",
                f"--dbname={address}",
            ]
        )


@contextmanager
def conninfo(database: dict) -> Iterator[str]:
    """The address for PostgreSQL's programs; the password stands in a file that its owner alone reads, not in the command."""
    with tempfile.NamedTemporaryFile("w", prefix="portal-pass-", encoding="utf-8") as passwords:
        password = (database.get("PASSWORD") or "").replace("\\", "\\\\").replace(":", "\\:")
        passwords.write(f"*:*:*:*:{password}\n")
        passwords.flush()
        names = {"host": "HOST", "user": "USER", "dbname": "NAME"}
        where = {**{name: database[key] for name, key in names.items()}, "port": database["PORT"] or 5432}
        where["passfile"] = passwords.name
        options = {
            name: value for name, value in database.get("OPTIONS", {}).items() if name.startswith("ssl")
        }
        yield make_conninfo(**where, **options)


def find_tool(name: str, tools: Path | None) -> str:
    found = str(tools / name) if tools else shutil.which(name)
    if not found or not Path(found).exists():
        raise BackupFailed(
            f"找不到 {name}：请安装与数据库同版本的 PostgreSQL 客户端，或用 --tools 指明所在目录。"
        )
    return found


def run_tool(command: list[str]) -> None:
    done = subprocess.run([*command, "--no-password"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(f"{Path(command[0]).name} 未能完成：{done.stderr.strip()[-500:]}")


def count_everything() -> dict:
    """What a restored place must come to: rows of every table, the trail's heads, the files' digests."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        rows = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            rows[table] = cursor.fetchone()[0]
    heads = (
        AuditEvent.objects.order_by("stream", "-sequence").distinct("stream").values_list("stream", "hash")
    )
    trail = hashlib.sha256("\n".join(f"{stream} {head}" for stream, head in heads).encode()).hexdigest()
    files = StoredFile.objects.order_by("key").values_list("key", "sha256", "size")
    digest = hashlib.sha256("\n".join(f"{key} {sha}" for key, sha, _ in files).encode()).hexdigest()
    return {
        "rows": rows,
        "trail": trail,
        "files": len(files),
        "files_digest": digest,
        "bytes": sum(row[2] for row in files),
    }


def add_files(archive: tarfile.TarFile) -> Iterator[str]:
    """Every private file once; yields the keys that the store does not have."""
    for key, size in StoredFile.objects.order_by("key").values_list("key", "size").distinct():
        try:
            with open_private(key) as content:
                information = tarfile.TarInfo(FILES + key)
                information.size = size
                archive.addfile(information, content)
        except FileNotFoundError:
            yield key


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    information = tarfile.TarInfo(name)
    information.size = len(content)
    archive.addfile(information, io.BytesIO(content))


def unpack(source: Path, key: bytes, folder: Path) -> dict:
    """Lay the backup out in a folder (dump, public log, files/) and return its figures."""
    with source.open("rb") as packed, tarfile.open(fileobj=VaultReader(packed, key), mode="r|") as archive:
        archive.extractall(folder, filter="data")
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def restore_database(dump: Path, url: dict, *, tools: Path | None = None) -> None:
    """Into an empty database whose roles exist (deploy/roles.sh)."""
    with conninfo(url) as address:
        run_tool([find_tool("pg_restore", tools), "--exit-on-error", f"--dbname={address}", str(dump)])


def compare(figures: dict) -> list[str]:
    """This place against a backup's figures, its chains and the content of every file: sentences of what differs."""
    here = count_everything()
    differences = [
        f"数据表 {table}：备份时 {figures['rows'].get(table)} 行，这里 {here['rows'].get(table)} 行"
        for table in sorted({*figures["rows"], *here["rows"]})
        if figures["rows"].get(table) != here["rows"].get(table)
    ]
    if here["trail"] != figures["trail"]:
        differences.append("操作记录各链的末端与备份时不同")
    if here["files_digest"] != figures["files_digest"]:
        differences.append("文件清单与备份时不同")
    differences += [
        f"{found.stream} 第 {found.sequence} 条：{found.sentence}" for found in verify_trail().breaks
    ]
    missing = set(figures["missing_files"])
    for key, sha256 in StoredFile.objects.order_by("key").values_list("key", "sha256").distinct():
        if key not in missing and digest_of(key) != sha256:
            differences.append(f"文件 {key} 缺失或内容不同")
    return differences


def digest_of(key: str) -> str:
    digest = hashlib.sha256()
    try:
        with open_private(key) as content:
            while block := content.read(BLOCK):
                digest.update(block)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()

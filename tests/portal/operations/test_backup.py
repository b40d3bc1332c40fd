"""A backup restores into an empty place to the letter; what is cut, altered or missing is said."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from portal.embedded.postgres import Postgres, binaries
from portal.models import StoredFile
from portal.operations import backup
from portal.shared.storage import store_private
from portal.shared.vault import PIECE, VaultDamaged, VaultReader, VaultWriter, read_key, write_key
from tests.conftest import ROOT
from tests.factories import people
from tests.test_state_guards import connected_to

KEY = bytes(range(32))


def sealed(content: bytes) -> bytes:
    out = io.BytesIO()
    vault = VaultWriter(out, KEY)
    for start in range(0, len(content), 70_000):
        vault.write(content[start : start + 70_000])
    vault.close()
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_what_is_sealed_is_read_again(size):
    content = os.urandom(size)
    assert VaultReader(io.BytesIO(sealed(content)), KEY).read() == content


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c[:-1],
        lambda c: c[: len(c) - PIECE - 16],
        lambda c: c[:100] + bytes([c[100] ^ 1]) + c[101:],
        lambda c: c + b"x",
    ],
    ids=["cut", "a piece less", "a bit turned", "more"],
)
def test_what_was_altered_is_refused(damage):
    content = sealed(os.urandom(2 * PIECE))
    with pytest.raises(VaultDamaged, match="不完整、被改动"):
        VaultReader(io.BytesIO(damage(content)), KEY).read()
    with pytest.raises(VaultDamaged):
        VaultReader(io.BytesIO(content), bytes(32)).read()


def test_a_key_is_made_once_and_for_its_owner(tmp_path):
    path = tmp_path / "key"
    write_key(path)
    assert path.stat().st_mode & 0o777 == 0o600 and len(read_key(path)) == 32
    with pytest.raises(FileExistsError):
        write_key(path)


@pytest.fixture
def filled(database_copy, django_db_blocker, settings, tmp_path):
    """A database of its own with a file in the store."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    with django_db_blocker.unblock(), connected_to(database_copy):
        content = b"filed"
        digest = hashlib.sha256(content).hexdigest()
        StoredFile.objects.create(
            owner_model="portal.exportjob",
            owner_id="0" * 32,
            name="a.txt",
            extension="txt",
            content_type="text/plain",
            size=len(content),
            key=store_private(io.BytesIO(content), sha256=digest),
            sha256=digest,
            sm3="0" * 64,
            scan="clean",
            uploaded_by=people.user(),
            uploaded_at="2026-04-01T00:00Z",
        )
        yield tmp_path


@pytest.fixture
def empty_place():
    # Not below pytest's own folder: each run that begins closes that one to the server's account again.
    folder = Path(tempfile.mkdtemp(prefix="portal-empty-"))
    folder.chmod(0o755)
    place = Postgres(folder / "pg", lasting=False).start()
    yield place
    place.stop()
    shutil.rmtree(folder, ignore_errors=True)


def restore(filled, place, *more: str) -> subprocess.CompletedProcess:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": place.url("postgres"),
        "PORTAL_VAR": str(filled / "restored"),
    }
    command = [sys.executable, "manage.py", "restore", str(filled / "b.vault"), "--key", str(filled / "key")]
    tools = ["--tools", str(binaries() / "bin")]
    return subprocess.run(
        [*command, *tools, *more], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_there_and_back(filled, empty_place):
    tools = binaries() / "bin"
    call_command(
        "backup", filled / "b.vault", key=filled / "key", new_key=True, tools=tools, stdout=io.StringIO()
    )
    assert b"filed" not in (filled / "b.vault").read_bytes()
    done = restore(filled, empty_place, "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["differences"] == [] and told["figures"]["files"] == 1
    assert [path.read_bytes() for path in (filled / "restored/files").rglob("*") if path.is_file()] == [
        b"filed"
    ]
    assert "不是空的" in restore(filled, empty_place).stderr
    with pytest.raises(CommandError, match="已存在，不会覆盖"):
        call_command("backup", filled / "b.vault", key=filled / "key", tools=tools)
    with psycopg.connect(empty_place.url("postgres")) as link:
        assert link.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal").fetchone()[0] > 10


def test_what_differs_is_named(filled):
    figures = {**backup.count_everything(), "missing_files": []}
    assert backup.compare(figures) == []
    figures["rows"]["portal_user"] += 1
    figures["trail"] = ""
    [path] = (path for path in (filled / "files").rglob("*") if path.is_file())
    path.chmod(0o600)
    path.write_bytes(b"other")
    differences = backup.compare(figures)
    assert [words[:8] for words in differences[:2]] == ["数据表 port", "操作记录各链的末"]
    assert len(differences) == 3 and differences[2].endswith("缺失或内容不同")


def test_without_the_tools_it_is_said(filled, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="找不到 pg_dump：请安装"):
        call_command("backup", filled / "c.vault", key=filled / "key", new_key=True)
    assert not (filled / "c.vault").exists()


@pytest.mark.slow
def test_a_backup_is_verified_in_an_empty_place_with_its_log(filled, database_copy, settings):
    """The log's key is in no backup: the place takes the one in use."""
    settings.LOG_ORIGIN, settings.LOG_DIR = "backup.test/log", str(filled / "public-log")
    settings.LOG_KEY_FILE, settings.LOG_WITNESSES = str(filled / "log.key"), []
    call_command("publish_log", stdout=io.StringIO())
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": database_copy,
        "PORTAL_VAR": str(filled),
        "LOG_ORIGIN": "backup.test/log",
    }
    done = subprocess.run(
        [sys.executable, "-m", "portal.embedded.backup", "--verify"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]

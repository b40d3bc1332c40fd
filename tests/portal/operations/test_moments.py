"""A database restored to a moment, by the very scripts of the production place; the list of what an image carries."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from portal.embedded.postgres import OWNER, Postgres, _as_server_user, binaries, free_port
from tests.conftest import ROOT


def as_server(command: list[str], *, stdin=None, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        _as_server_user(command),
        cwd="/",
        stdin=stdin,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def archiving():
    """A cluster as compose starts it, with its scripts where the server's account reaches them."""
    folder = Path(
        tempfile.mkdtemp(prefix="portal-moments-")
    )  # pytest's own folders are closed to that account
    folder.chmod(0o755)
    archive, scripts = folder / "archive", folder / "scripts"
    archive.mkdir()
    archive.chmod(0o777)
    scripts.mkdir()
    for name in ("archive_wal", "restore_to"):
        (scripts / name).write_bytes((ROOT / "deploy" / name).read_bytes())
        (scripts / name).chmod(0o755)
    place = Postgres(folder / "pg").start()
    for statement in (
        "ALTER SYSTEM SET archive_mode = on",
        f'ALTER SYSTEM SET archive_command = \'{scripts}/archive_wal "%p" "{archive}/%f"\'',
    ):
        place._psql("postgres", statement)
    place.stop()
    place.start()
    yield place, archive, scripts, folder
    place.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_back_to_the_moment_before_a_mistake(archiving):
    place, archive, scripts, folder = archiving
    place._psql("portal", f"SET ROLE {OWNER}; CREATE TABLE receipts AS SELECT 1 AS number")
    base = folder / "base.tar"
    with base.open("wb") as out:
        command = [str(binaries() / "bin/pg_basebackup"), "-d", place.url("postgres", "postgres")]
        subprocess.run([*command, "-D", "-", "-Ft", "-X", "fetch", "-c", "fast"], stdout=out, check=True)
    place._psql("portal", "INSERT INTO receipts VALUES (2)")
    time.sleep(1)
    moment = datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(sep=" ")
    time.sleep(1)
    place._psql("portal", "DELETE FROM receipts")
    place._psql("postgres", "SELECT pg_switch_wal()")
    place._psql("postgres", "CHECKPOINT")
    place.stop()

    for name, asked, kept in (("to-the-end", "", []), ("to-a-moment", moment, ["1", "2"])):
        there = Postgres(folder / name)
        there.folder.mkdir()
        there.folder.chmod(0o777)
        where = {"PGDATA": str(there.data), "WAL_ARCHIVE": str(archive)}
        for status in (0, 1):  # a second time the folder is no longer empty
            with base.open("rb") as packed:
                done = as_server([str(scripts / "restore_to"), asked], stdin=packed, **where)
            assert done.returncode == status, done.stderr
        assert "不是空的" in done.stderr
        assert rows_of(there) == kept


def rows_of(there: Postgres) -> list[str]:
    """Started as the container would be, and read when it has replayed what it was given."""
    there.port = free_port()
    options = ["-D", str(there.data), "-l", str(there.folder / "log"), "-w", "-t", "60"]
    there._run("pg_ctl", *options, "-o", there._options(), "start")
    try:
        for _ in range(50):
            if there._psql("postgres", "SELECT pg_is_in_recovery()").strip() == "f":
                break
            time.sleep(0.2)
        return there._psql("portal", "SELECT number FROM receipts ORDER BY 1").split()
    finally:
        there.stop()


def test_an_archived_piece_is_never_written_over(tmp_path):
    one, other, kept = (tmp_path / name for name in ("one", "other", "kept"))
    one.write_text("first")
    other.write_text("second")
    asked = [
        subprocess.run([ROOT / "deploy/archive_wal", source, kept], check=False).returncode
        for source in (one, one, other)
    ]
    assert asked[:2] == [0, 0] and asked[2] != 0 and kept.read_text() == "first"


def test_compose_leaves_time_to_copy_a_piece_within_the_minute():
    postgres = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]["postgres"]
    words = " ".join(postgres["command"])
    assert "archive_mode=on" in words and int(re.search(r"archive_timeout=(\d+)", words)[1]) <= 45
    assert "/deploy/archive_wal" in words and "wal:/archive" in postgres["volumes"]


def test_what_an_image_carries():
    done = subprocess.run(
        [sys.executable, ROOT / "deploy/sbom.py"], capture_output=True, text=True, check=True
    )
    listed = json.loads(done.stdout)
    locked = set(
        re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    )
    assert listed["bomFormat"] == "CycloneDX" and {row["name"] for row in listed["components"]} == locked
    django = next(row for row in listed["components"] if row["name"] == "django")
    assert django["purl"] == f"pkg:pypi/django@{django['version']}" and "BSD" in str(django["licenses"])

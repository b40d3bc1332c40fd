"""The kept demonstration: there and back with its files and its log, and never beside another story."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest

from portal.embedded import demo, kept
from portal.embedded import place as places
from portal.embedded.postgres import Postgres


@pytest.fixture
def place():
    folder = Path(
        tempfile.mkdtemp(prefix="portal-kept-")
    )  # pytest's own folders are closed to the server's account
    folder.chmod(0o755)
    made = Postgres(folder / "pg", lasting=False).start()
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_what_python_compiled_beside_the_story_is_no_part_of_it(tmp_path, monkeypatch):
    """Else the archive would fit on no machine but the one that made it."""
    monkeypatch.setattr(places, "ROOT", tmp_path)
    (tmp_path / "story/__pycache__").mkdir(parents=True)
    (tmp_path / "story/__init__.py").write_text("A = 1", encoding="utf-8")
    fresh = places.fingerprint("story/**/*")
    (tmp_path / "story/__pycache__/__init__.cpython-311.pyc").write_bytes(b"compiled")
    assert places.fingerprint("story/**/*") == fresh
    (tmp_path / "story/__init__.py").write_text("A = 2", encoding="utf-8")
    assert places.fingerprint("story/**/*") != fresh


@pytest.mark.slow
def test_there_and_back(database_copy, place, tmp_path, monkeypatch):
    var, other = tmp_path / "var", tmp_path / "other"
    for name, content in (
        ("files/sha256/a", "a file"),
        ("witnesses/one/key", "a key"),
        ("log.key", "private x"),
    ):
        (var / name).parent.mkdir(parents=True, exist_ok=True)
        (var / name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "releases")
    with psycopg.connect(database_copy) as link:
        link.execute("INSERT INTO portal_trainingclock (id, \"offset\") VALUES (1, '-10 days')")
    archive = kept.save(database_copy, var)
    assert kept.archives() == [archive] and kept.newest_fitting() == archive
    assert archive == kept.draft()
    later(archive, days=30)
    other.mkdir()
    assert demo.take_kept(place, other) == archive
    assert demo.unfinished(place.folder / "prepared").exists()  # until everything is prepared
    assert (other / "files/sha256/a").read_text("utf-8") == "a file" and (other / "log.key").exists()
    counts = []
    for address in (database_copy, place.url("postgres")):
        with psycopg.connect(address) as link:
            rows = link.execute("SELECT count(*) FROM platforms_recommender").fetchone()
            edges = link.execute("SELECT count(*) FROM portal_stateedge").fetchone()
        counts.append((rows, edges))
    assert counts[0] == counts[1] and counts[0][0][0] > 30
    with psycopg.connect(place.url("postgres")) as link:
        offset = link.execute('SELECT "offset" FROM portal_trainingclock').fetchone()[0]
    assert round(offset / timedelta(days=1), 2) == -40  # the story's day is what it was when it was kept
    assert demo.take_kept(place, other) is None  # never over what is there


def later(archive, *, days: int) -> None:
    """As if it had lain there so long."""
    with tarfile.open(archive, "r:xz") as opened:
        opened.extractall(archive.parent / "again", filter="data")
    described = archive.parent / "again" / kept.MANIFEST
    manifest = json.loads(described.read_text("utf-8"))
    manifest["saved"] = (datetime.fromisoformat(manifest["saved"]) - timedelta(days=days)).isoformat()
    described.write_text(json.dumps(manifest), "utf-8")
    with tarfile.open(archive, "w:xz") as packed:
        packed.add(described, kept.MANIFEST)
        for path in sorted((archive.parent / "again").iterdir()):
            if path != described:
                packed.add(path, path.name)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A kept one with nothing in it but what it says of itself."""
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    monkeypatch.setattr(kept, "run", lambda program, *arguments: (tmp_path / "made").touch())
    monkeypatch.setattr(kept.tarfile.TarFile, "add", lambda *arguments, **options: None)
    return kept.save("postgres://nowhere", tmp_path)


def test_another_story_is_as_good_as_none(archive, monkeypatch):
    assert kept.newest_fitting() == archive
    monkeypatch.setattr(kept, "fingerprint", lambda *patterns: "of another story")
    assert kept.newest_fitting() is None


def test_an_edited_migration_makes_it_none_and_an_added_one_does_not(archive, monkeypatch):
    today = kept.digest_migrations()
    monkeypatch.setattr(kept, "digest_migrations", lambda: {**today, "review.0099_added": "new"})
    assert kept.newest_fitting() == archive
    monkeypatch.setattr(kept, "digest_migrations", lambda: {**today, "review.0001_initial": "edited"})
    assert kept.newest_fitting() is None


def test_a_released_versions_archive_is_never_written_again(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "version", lambda: "1.0.0")
    kept.archive_of("1.0.0").write_bytes(b"released")
    later = kept.save("postgres://nowhere", tmp_path)
    assert kept.archive_of("1.0.0").read_bytes() == b"released"
    assert later in kept.archives() and later != kept.archive_of("1.0.0")


def test_a_torn_archive_is_none(archive):
    archive.write_bytes(archive.read_bytes()[:40])
    assert kept.newest_fitting() is None


def test_releases_stand_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    for name in ("1.10.0", "1.9.0", "1.2.0"):
        (tmp_path / f"{name}.tar.xz").touch()
    assert [path.name for path in kept.archives()] == ["1.2.0.tar.xz", "1.9.0.tar.xz", "1.10.0.tar.xz"]


def test_a_demo_that_took_the_kept_one_fills_nothing(archive, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(demo, "manage", lambda *arguments, **options: asked.append(arguments[0]) or 0)
    monkeypatch.setattr(demo, "collect_static", lambda: asked.append("collectstatic") or Mock())
    demo.prepare(stamp=tmp_path / "prepared", taken=archive)
    assert asked == ["collectstatic"] and (tmp_path / "prepared").exists()
    asked.clear()
    today = kept.digest_migrations()
    monkeypatch.setattr(kept, "digest_migrations", lambda: {**today, "review.0099_added": "new"})
    demo.prepare(stamp=tmp_path / "later", taken=archive)
    assert asked == ["check_schema", "migrate", "collectstatic"]
    asked.clear()
    demo.prepare(stamp=tmp_path / "other")
    assert "fill_demo" in asked

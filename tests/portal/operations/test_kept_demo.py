"""The kept demonstration: there and back with its files and its log, and never beside another code."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from portal.embedded import demo, kept
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


@pytest.mark.slow
def test_there_and_back(database_copy, place, tmp_path, monkeypatch):
    var, other, archive = tmp_path / "var", tmp_path / "other", tmp_path / "kept.tar.xz"
    for name, content in (
        ("files/sha256/a", "a file"),
        ("witnesses/one/key", "a key"),
        ("log.key", "private x"),
    ):
        (var / name).parent.mkdir(parents=True, exist_ok=True)
        (var / name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(kept, "KEPT", archive)
    assert kept.save(database_copy, var) > 1000 and kept.fits()
    other.mkdir()
    assert demo.take_kept(place, other) is True
    assert demo.unfinished(place.folder / "prepared").exists()  # until everything is prepared
    assert (other / "files/sha256/a").read_text("utf-8") == "a file" and (other / "log.key").exists()
    counts = []
    for address in (database_copy, place.url("postgres")):
        with psycopg.connect(address) as link:
            rows = link.execute("SELECT count(*) FROM platforms_recommender").fetchone()
            edges = link.execute("SELECT count(*) FROM portal_stateedge").fetchone()
        counts.append((rows, edges))
    assert counts[0] == counts[1] and counts[0][0][0] > 30
    assert demo.take_kept(place, other) is False  # never over what is there


def test_another_code_or_a_torn_archive_is_as_good_as_none(tmp_path, monkeypatch):
    archive = tmp_path / "kept.tar.xz"
    monkeypatch.setattr(kept, "KEPT", archive)
    assert not kept.fits()
    monkeypatch.setattr(kept, "run", lambda program, *arguments: (tmp_path / "made").touch())
    monkeypatch.setattr(kept.tarfile.TarFile, "add", lambda *arguments, **options: None)
    kept.save("postgres://nowhere", tmp_path)
    assert kept.fits()
    monkeypatch.setattr(kept, "key_of_code", lambda: "of another code")
    assert not kept.fits()
    archive.write_bytes(archive.read_bytes()[:40])
    assert not kept.fits()


def test_a_demo_that_took_the_kept_one_fills_nothing(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(demo, "manage", lambda *arguments, **options: asked.append(arguments[0]) or 0)
    demo.prepare(stamp=tmp_path / "prepared", kept_is_here=True)
    assert asked == ["check_schema", "collectstatic"] and (tmp_path / "prepared").exists()
    asked.clear()
    demo.prepare(stamp=tmp_path / "other")
    assert "fill_demo" in asked

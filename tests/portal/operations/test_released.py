"""What was released stays as it was, and what is added goes on beside the version that still runs."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from contextlib import redirect_stdout

import pytest
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from portal.embedded import release
from portal.operations import releases
from portal.operations.schema import own_migrations
from tests.conftest import ROOT

PACKAGE = "portal_added_in_a_test"
FIRST = """from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.CreateModel("Probe", [("id", models.AutoField(primary_key=True))])]
"""
ADDED = """from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]
    operations = [migrations.AddField("Probe", "added", models.CharField(max_length=9{default}))]
"""


def test_a_released_migration_is_never_edited():
    assert releases.find_touched(releases.read_released(), releases.digest_migrations()) == []


def test_the_tree_is_read_as_django_reads_it():
    ours = {f"{app}.{name}": digest for (app, name), digest in own_migrations(MigrationLoader(None)).items()}
    assert releases.digest_migrations() == ours


def test_an_edited_and_a_removed_one_are_named(tmp_path):
    folder = tmp_path / "review" / "migrations"
    folder.mkdir(parents=True)
    for name in ("0001_initial", "0002_guards", "0003_more"):
        (folder / f"{name}.py").write_text(f"operations = ['{name}']\n", encoding="utf-8")
    released = releases.digest_migrations(tmp_path)
    (folder / "0001_initial.py").write_text("# today\noperations = ['0001_initial']\n", encoding="utf-8")
    (folder / "0002_guards.py").write_text("operations = ['another']\n", encoding="utf-8")
    (folder / "0003_more.py").unlink()
    (folder / "0004_new.py").write_text("operations = []\n", encoding="utf-8")
    today = releases.digest_migrations(tmp_path)
    assert releases.find_touched(released, today) == ["review.0002_guards", "review.0003_more"]


def lint(loader_names: list[tuple[str, str]]) -> str:
    """What the linter has against these migrations; empty when the version that runs can go on beside them."""
    told = io.StringIO()
    with redirect_stdout(told):
        linter = MigrationLinter(path=str(ROOT), no_cache=True, quiet=["ok", "ignore", "warning"])
        for app, name in loader_names:
            linter.lint_migration(linter.migration_loader.disk_migrations[app, name])
    return told.getvalue()


@pytest.fixture
def outside_of_a_transaction(django_db_setup, django_db_blocker):
    """An index that is made beside the running version can be described nowhere else."""
    with django_db_blocker.unblock():
        yield


def test_what_was_added_since_breaks_nothing_that_runs(outside_of_a_transaction):
    released = releases.read_released()
    assert released
    added = [tuple(name.split(".")) for name in releases.digest_migrations() if name not in released]
    assert lint(added) == ""


@pytest.mark.parametrize(("default", "verdict"), [(", default=''", "NOT NULL"), (", db_default=''", "")])
def test_the_linter_finds_what_would_break(db, tmp_path, settings, monkeypatch, default, verdict):
    """A column without a default of the database's: the version that runs beside it could add no row."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "0001_initial.py").write_text(FIRST, encoding="utf-8")
    (folder / "0002_added.py").write_text(ADDED.format(default=default), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"review": PACKAGE}
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        monkeypatch.delitem(sys.modules, name)
    told = lint([("review", "0002_added")])
    assert verdict in told if verdict else told == ""


@pytest.mark.parametrize(("version", "sentence"), [("1.0", "不是版本号"), ("0.9.0", "0.9.0 不比已发布的")])
def test_a_version_that_cannot_be_is_refused(tmp_path, monkeypatch, version, sentence):
    (tmp_path / "1.0.0.tar.xz").touch()
    monkeypatch.setattr(release.kept, "FOLDER", tmp_path)
    monkeypatch.setattr(release, "git", lambda *arguments: "")
    monkeypatch.setattr(release, "manage", lambda *arguments: 0)
    assert any(sentence in obstacle for obstacle in release.find_obstacles(version))


def test_the_tree_that_is_that_version_is_refused_without_its_data(tmp_path, monkeypatch):
    monkeypatch.setattr(release.kept, "FOLDER", tmp_path)
    monkeypatch.setattr(release.kept, "version", lambda: "1.1.0")
    monkeypatch.setattr(release, "git", lambda *arguments: "")
    monkeypatch.setattr(release, "manage", lambda *arguments: 0)
    assert any("不比已发布的 1.1.0 新" in obstacle for obstacle in release.find_obstacles("1.1.0"))
    assert release.find_obstacles("1.1.1") == []


def test_what_was_filled_before_is_taken_when_it_is_this_trees(tmp_path, monkeypatch):
    monkeypatch.setattr(release.kept, "FOLDER", tmp_path)
    draft = tmp_path / "draft.tar.xz"

    def write(**changed) -> None:
        content = json.dumps({**release.kept.describe(), **changed}).encode()
        with tarfile.open(draft, "w:xz") as archive:
            entry = tarfile.TarInfo(release.kept.MANIFEST)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))

    assert release.take_draft(draft, "1.2.0") is False
    for changed in ({"story": "another"}, {"migrations": {"review.0001_initial": "another"}}):
        write(**changed)
        assert release.take_draft(draft, "1.2.0") is False
    write()
    assert release.take_draft(draft, "1.2.0") is True
    assert [path.name for path in tmp_path.iterdir()] == ["1.2.0.tar.xz"]

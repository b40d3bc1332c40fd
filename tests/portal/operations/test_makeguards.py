"""makeguards adds to the history of the guards; it rewrites the last one only while nothing leans on it."""

from __future__ import annotations

import importlib
import io
import sys

import pytest
from django.core.management import call_command
from django.db import connection

from portal.kernel.guards import describe_guard
from portal.management.commands import makeguards
from portal.models import StateEdge
from review.models import Notice

PACKAGE = "review_history_of_a_test"
INITIAL = "from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = []\n"
NEXT = INITIAL.replace("[]", "[('review', '0002_guards')]")


@pytest.fixture
def history(tmp_path, settings, monkeypatch):
    """A history of the review app's own, with one migration."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "0001_initial.py").write_text(INITIAL, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(makeguards, "APPS", ("review",))
    monkeypatch.setattr(makeguards, "read_released", dict)
    settings.MIGRATION_MODULES = {"review": PACKAGE}
    yield folder
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]
    importlib.invalidate_caches()


def make() -> None:
    forget()
    call_command("makeguards", stdout=io.StringIO())
    forget()


def names(folder) -> list[str]:
    return sorted(path.stem for path in folder.glob("0*.py"))


def change_edges(monkeypatch) -> None:
    real = describe_guard

    def changed(model):
        guard = real(model)
        if model is Notice:
            guard = {**guard, "edges": [*guard["edges"], ("", "WITHDRAWN", "publish_again", "PUBLISHED")]}
        return guard

    monkeypatch.setattr(makeguards, "describe_guard", changed)


def test_what_is_declared_already_adds_nothing(history):
    make()
    assert names(history) == ["0001_initial", "0002_guards"]
    text = (history / "0002_guards.py").read_text("utf-8")
    make()
    assert (history / "0002_guards.py").read_text("utf-8") == text


def test_the_last_one_is_rewritten_while_nothing_depends_on_it(history, monkeypatch):
    make()
    change_edges(monkeypatch)
    make()
    assert names(history) == ["0001_initial", "0002_guards"]
    assert "publish_again" in (history / "0002_guards.py").read_text("utf-8")


def test_one_that_another_depends_on_stays_and_the_change_is_added(history, monkeypatch, db):
    """The way a contributor's ordinary migration goes: makemigrations, then makeguards."""
    make()
    before = (history / "0002_guards.py").read_bytes()
    (history / "0003_next.py").write_text(NEXT, encoding="utf-8")
    change_edges(monkeypatch)
    make()
    assert names(history) == ["0001_initial", "0002_guards", "0003_next", "0004_guards"]
    assert (history / "0002_guards.py").read_bytes() == before
    added = importlib.import_module(f"{PACKAGE}.0004_guards")
    assert list(added.EDGES) == ["review.notice"] and added.GUARDS == {}
    assert added.Migration.dependencies[0] == ("review", "0003_next")
    for operation in added.Migration.operations:
        for sql, params in operation.sql:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
    declared = {(verb, target) for _, _, verb, target in describe_guard(Notice)["edges"]}
    kept = set(StateEdge.objects.filter(model="review.notice").values_list("verb", "target"))
    assert kept == declared | {("publish_again", "PUBLISHED")}
    make()
    assert len(names(history)) == 4


def test_a_released_one_is_history(history, monkeypatch):
    make()
    monkeypatch.setattr(makeguards, "read_released", lambda: {"review.0002_guards": "its digest"})
    change_edges(monkeypatch)
    make()
    assert names(history) == ["0001_initial", "0002_guards", "0003_guards"]

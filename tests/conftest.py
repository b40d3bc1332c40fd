"""One database per run with the reference data in it; tests that commit work on copies of it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.db import connection

from portal.embedded.postgres import free_port
from portal.kernel import calendar
from tests.factories.log import own_log, witnessed_log  # noqa: F401  fixtures

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
hypothesis.settings.register_profile("portal", deadline=None)  # speed is measured in bench/
hypothesis.settings.load_profile("portal")
PRISTINE = f"portal_pristine{WORKER}"  # with the reference data; nobody connects to it, journeys copy it


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The long ones first, so that no core waits for a last file; those of the night take what they need."""
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.timeout(0))
    items.sort(key=lambda item: not {"slow", "nightly"} & {mark.name for mark in item.iter_markers()})


LEFT_OUT: list[str] = []


def pytest_deselected(items):
    LEFT_OUT.extend(
        item.nodeid for item in items if {"slow", "nightly"} & {mark.name for mark in item.iter_markers()}
    )


def pytest_terminal_summary(terminalreporter):
    """Nobody takes a green run for a whole one."""
    if LEFT_OUT:
        files = sorted({name.partition("::")[0] for name in LEFT_OUT})
        shown = ", ".join(files[:3]) + (" …" if len(files) > 3 else "")
        terminalreporter.write_line(
            f"{len(LEFT_OUT)} slow or nightly tests left out ({shown}); with them: bin/test --all PATH, bin/test --nightly PATH"
        )


def administer(statement: str) -> None:
    database = connection.settings_dict
    address = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/postgres"
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(statement)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """The database that bin/test has prepared (portal.embedded.testing), and a copy of it for journeys."""
    with django_db_blocker.unblock():
        own = connection.settings_dict["NAME"]
        administer(f'CREATE DATABASE {PRISTINE} TEMPLATE "{own.removesuffix(f"_{WORKER}")}"')
        if WORKER:
            administer(f'CREATE DATABASE "{own}" TEMPLATE {PRISTINE}')
        calendar.calendar()
    gc.freeze()  # a hundred thousand objects of the program, which are nobody's garbage
    gc.set_threshold(50_000, 20, 20)
    yield
    with django_db_blocker.unblock():
        connection.close()
        administer(f"DROP DATABASE {PRISTINE}")


@contextmanager
def copy_of(template: str):
    """The address of a fresh copy, dropped afterwards (the trail forbids emptying tables)."""
    name, source = f"copy_{uuid.uuid4().hex[:10]}", connection.settings_dict
    administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield f"postgres://{source['USER']}@{source['HOST']}:{source['PORT']}/{name}"
    administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_copy(django_db_setup):
    with copy_of(PRISTINE) as address:
        yield address


class Portal:
    """A served portal on its own database, as a person finds it."""

    def __init__(self, database: str, folder: Path):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": database,
            "DATABASE_OWNER_URL": database,
            "PORTAL_VAR": str(folder),
            "SITE_ORIGIN": self.address,
            "PYTHONWARNINGS": "ignore",
        }
        self.log = (folder / "web.log").open("w")

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def serve(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "portal.wsgi",
                "-b",
                f"127.0.0.1:{self.port}",
                "-k",
                "gthread",
                "--threads",
                "4",
            ],
            env=self.env,
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
        )
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=1).close()
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the portal did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.fixture(scope="session")
def static_files(django_db_setup, tmp_path_factory):
    """Collected once for all journeys."""
    folder = tmp_path_factory.mktemp("collected")
    with copy_of(PRISTINE) as address:
        Portal(address, folder).manage("collectstatic", "--noinput", "-v0")
    return folder / "static"


@pytest.fixture(scope="session")
def peopled(django_db_setup, tmp_path_factory):
    """The name of a database with the demonstration's people in it, which journeys copy."""
    with copy_of(PRISTINE) as address:
        Portal(address, tmp_path_factory.mktemp("peopled")).manage("fill_demo", "--people")
        yield address.rpartition("/")[2]


@contextmanager
def serving(database: str, folder: Path, static: Path, *furnish: str):
    """A portal on that database, after one more management command if it is given."""
    (folder / "static").symlink_to(static)
    served = Portal(database, folder)
    if furnish:
        served.manage(*furnish)
    served.serve()
    yield served
    served.stop()


@pytest.fixture
def portal(peopled, static_files, tmp_path):
    with copy_of(peopled) as address, serving(address, tmp_path, static_files) as served:
        yield served


@pytest.fixture(scope="module")
def browser():
    """Per file: a running browser engine is a running event loop, which forbids other tests the database."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a busy machine sends a page late; speed is measured in bench/
    with sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "files")

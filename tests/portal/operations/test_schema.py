"""A database that is not this code's is refused before anybody is served, in a sentence that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from portal.operations import schema
from portal.operations.models import MigrationDigest
from tests.conftest import ROOT

EDIT = "UPDATE portal_migrationdigest SET digest = 'of another text' WHERE app = 'review' AND name = '0001_initial'"
FORGET = "DROP TABLE portal_migrationdigest"
DROP_COLUMN = "ALTER TABLE platforms_platform DROP COLUMN website"
DROP_EDGE = "DELETE FROM portal_stateedge WHERE model = 'review.notice' AND verb = 'withdraw'"
PENDING = "DELETE FROM django_migrations WHERE app = 'review' AND name LIKE '0003%'"
DRIFTS = [
    pytest.param(EDIT, "另一版本的程序建立（review.0001_initial 与本程序不符）", id="an edited migration"),
    pytest.param(FORGET, "另一版本的程序建立", id="a database from before digests were kept"),
    pytest.param(DROP_COLUMN, "缺少程序所需的 1 列（platforms_platform.website）", id="a missing column"),
    pytest.param(
        DROP_EDGE, "缺少 1 条状态流转（review.notice PUBLISHED—withdraw→WITHDRAWN）", id="a missing edge"
    ),
    pytest.param(
        PENDING,
        "还有 1 项更新未执行（review.0003_assignment_standing）。请先执行：bin/manage migrate",
        id="not migrated",
    ),
]


def test_a_database_of_this_code_is_served(db):
    assert schema.describe_drift() == ""
    assert MigrationDigest.objects.filter(app="portal", name="0001_initial").exists()


def test_only_our_own_migrations_are_compared(db):
    """Wherever the virtual environment lies: one inside the checkout is not ours."""
    ours = {path.parent.parent.name for path in ROOT.glob("*/migrations/0001_*.py")}
    assert {app for app, _ in schema.own_migrations(MigrationLoader(None))} == ours


@pytest.mark.parametrize(("change", "sentence"), DRIFTS)
def test_what_does_not_fit_is_said(db, change, sentence):
    execute(change)
    assert sentence in schema.describe_drift()


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_way_out_is_the_demonstrations_or_the_operators(db, settings):
    execute(EDIT)
    settings.DEMO = True
    assert schema.describe_drift().endswith("演示数据可以重建：bin/demo --reset")
    settings.DEMO = False
    assert "换回与数据库相符的程序版本" in schema.describe_drift()


def test_a_database_that_knows_more_is_served(db):
    """A rolling update, or the earlier image after it."""
    execute("ALTER TABLE platforms_platform ADD COLUMN of_tomorrow text")
    execute("INSERT INTO django_migrations (app, name, applied) VALUES ('review', '0099_of_tomorrow', now())")
    assert schema.describe_drift() == ""


def test_comments_and_dates_are_no_edit(tmp_path):
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    one.write_text("# Generated on Monday\n\noperations = [1]\n", encoding="utf-8")
    two.write_text("# Generated on Tuesday\noperations = [1]\n", encoding="utf-8")
    three.write_text("# Generated on Monday\n\noperations = [2]\n", encoding="utf-8")
    assert schema.digest_of(one) == schema.digest_of(two) != schema.digest_of(three)


def test_check_refuses_it_and_the_check_before_migrating_lets_migrations_wait(db):
    call_command("check")
    execute(PENDING)
    with pytest.raises(CommandError, match="bin/manage migrate"):
        call_command("check")
    call_command("check", "--deploy", "--tag", "urls")
    execute(EDIT)
    with pytest.raises(CommandError, match="另一版本"):
        call_command("check", "--deploy", "--tag", "urls")


PROCESSES = {
    "web": ["deploy/web"],
    "relay": [sys.executable, "manage.py", "relay_outbox"],
    "worker": [sys.executable, "-m", "celery", "-A", "portal", "worker", "-c", "1"],
    "beat": [sys.executable, "-m", "celery", "-A", "portal", "beat", "--pidfile=", "-s"],
}


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_starts_on_it(database_copy, process, tmp_path):
    with psycopg.connect(database_copy) as link:
        link.execute(DROP_COLUMN)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": database_copy,
        "DATABASE_OWNER_URL": database_copy,
        "REDIS_URL": settings.REDIS_URL,
        "PORTAL_VAR": str(tmp_path),
        "WEB_BIND": "127.0.0.1:1",
    }
    command = [*PROCESSES[process], *([str(tmp_path / "schedule")] if process == "beat" else [])]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == schema.REFUSED, done.stderr[-2000:]
    assert "未启动：数据库缺少程序所需的 1 列（platforms_platform.website）" in done.stderr
    assert "Traceback" not in done.stderr

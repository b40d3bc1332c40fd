"""The schema against the code: found out before a process serves anybody, and said in a sentence.

Compared are the migrations (all applied, none edited since), the columns of every table and the edges that
the state triggers allow. A database that knows more than this code is left alone: that is what a rolling
update and a return to the earlier image look like.
"""

from __future__ import annotations

import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from portal.kernel.guards import edges_of
from portal.kernel.workflow import verbs_of
from portal.operations.models import MigrationDigest
from portal.operations.releases import digest_of

REFUSED = 3  # the exit status of a process that does not start
COLUMNS = """
    SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
"""


def own_migrations(loader: MigrationLoader) -> dict[tuple[str, str], str]:
    """(app, name) → digest, of our own apps; a virtual environment inside the checkout holds others'."""
    files = {
        key: Path(sys.modules[found.__module__].__file__) for key, found in loader.disk_migrations.items()
    }
    return {
        key: digest_of(path)
        for key, path in files.items()
        if Path(apps.get_app_config(key[0]).path).parent == settings.BASE_DIR or _is_redirected(key[0])
    }


def _is_redirected(app: str) -> bool:
    return app in settings.MIGRATION_MODULES


def record_digests(**kwargs) -> None:
    """After `migrate`: keep what was applied; a digest that is there already is never renewed."""
    if MigrationDigest._meta.db_table not in connection.introspection.table_names():
        return  # an older database, or migrated only in part
    loader = MigrationLoader(connection)
    applied = {
        key: digest for key, digest in own_migrations(loader).items() if key in loader.applied_migrations
    }
    for row in MigrationDigest.objects.all():
        if (row.app, row.name) not in loader.applied_migrations:
            row.delete()
    MigrationDigest.objects.bulk_create(
        [MigrationDigest(app=app, name=name, digest=digest) for (app, name), digest in applied.items()],
        ignore_conflicts=True,
    )


def find_pending() -> list[str]:
    """Migrations that wait to be applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def find_edited() -> list[str]:
    """Applied migrations of ours that say something else today, or were applied before digests were kept."""
    applied = MigrationRecorder(connection).applied_migrations()
    if not applied:
        return []
    kept: dict[tuple[str, str], str] = {}
    if MigrationDigest._meta.db_table in connection.introspection.table_names():
        kept = {(row.app, row.name): row.digest for row in MigrationDigest.objects.all()}
    today = own_migrations(MigrationLoader(None))
    return [
        f"{app}.{name}"
        for (app, name), now in today.items()
        if (app, name) in applied and kept.get((app, name)) != now
    ]


def find_missing_columns() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        there = set(cursor.fetchall())
    return sorted(
        {
            f"{model._meta.db_table}.{field.column}"
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
            for field in model._meta.local_concrete_fields
            if (model._meta.db_table, field.column) not in there
        }
    )


def find_missing_edges() -> list[str]:
    """Declared transitions that the database would refuse."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT model, procedure, source, verb, target FROM portal_stateedge")
        there = set(cursor.fetchall())
    declared = [
        (model._meta.label_lower, *edge)
        for model in apps.get_models()
        if verbs_of(model)
        for edge in edges_of(model)
    ]
    return [
        f"{model} {source}—{verb}→{target}"
        for model, procedure, source, verb, target in declared
        if (model, procedure, source, verb, target) not in there
    ]


def describe_drift(*, before_migrating: bool = False) -> str:
    """What does not fit, and what to do; empty when the database is this code's."""
    if edited := find_edited():
        return f"数据库由另一版本的程序建立（{_some(edited)} 与本程序不符），不能接着使用。{_way_out()}"
    if pending := find_pending():
        if before_migrating:
            return ""
        return f"数据库还有 {len(pending)} 项更新未执行（{_some(pending)}）。请先执行：bin/manage migrate"
    if missing := find_missing_columns():
        return f"数据库缺少程序所需的 {len(missing)} 列（{_some(missing)}）。{_way_out()}"
    if missing := find_missing_edges():
        return f"数据库缺少 {len(missing)} 条状态流转（{_some(missing)}）。{_way_out()}"
    return ""


def _some(names: list[str]) -> str:
    return "、".join(names[:3]) + ("等" if len(names) > 3 else "")


def _way_out() -> str:
    if settings.DEMO:
        return "演示数据可以重建：bin/demo --reset"
    return "请换回与数据库相符的程序版本，或从备份恢复后再升级（docs/operations.md「Upgrade」）。"


def refuse_drift() -> None:
    """End this process with the sentence. A database that does not answer is left to readiness."""
    try:
        sentence = describe_drift()
    except OperationalError:
        return
    finally:
        connection.close()
    if sentence:
        print(f"未启动：{sentence}", file=sys.__stderr__, flush=True)  # Celery has taken sys.stderr
        sys.exit(REFUSED)

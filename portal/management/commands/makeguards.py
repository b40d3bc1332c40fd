from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from pprint import pformat

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.migrations.loader import MigrationLoader

from portal.kernel.guards import describe_guard
from portal.kernel.workflow import verbs_of
from portal.operations.releases import read_released
from portal.trail.sealing import describe_seal, sealed_models

APPS = ("portal", "platforms", "applications", "review")
HEADER = """# Written by `bin/manage makeguards` from the declared transitions and seals; do not edit by hand.
from django.db import migrations

from portal.kernel.guards import guard_table, seal_table, unguard_table, unseal_table, write_edges

GUARDS = {guards}

EDGES = {edges}

SEALS = {seals}


class Migration(migrations.Migration):
    dependencies = {dependencies}
    operations = [
{operations}    ]
"""


class Command(BaseCommand):
    help = "Write each app's migration that brings state triggers, edges and seals up to what the models declare."

    def handle(self, **options):
        released = read_released()
        for app in APPS:
            own = list(apps.get_app_config(app).get_models())
            declared = {model._meta.label_lower: describe_guard(model) for model in own if verbs_of(model)}
            seals = {model._meta.db_table: describe_seal(model) for model in sealed_models() if model in own}
            if declared or seals:
                self.write(app, declared, seals, released)

    def write(self, app: str, declared: dict, seals: dict, released: dict[str, str]) -> None:
        """Add what is new as a migration of its own; rewrite the last one while nothing leans on it.

        A migration that another depends on, or that was released, is history and stays as it is.
        """
        loader = MigrationLoader(None)
        names = sorted(name for owner, name in loader.disk_migrations if owner == app)
        folder = Path(sys.modules[loader.disk_migrations[app, names[0]].__module__].__file__).parent
        modules = {name: import_module(loader.disk_migrations[app, name].__module__) for name in names}
        # portal's 0002_guards makes the functions by hand and declares nothing
        history = {name: module for name, module in modules.items() if hasattr(module, "GUARDS")}
        if describe(declared) == stand_of(history.values()) and seals == seals_of(history.values()):
            self.stdout.write(f"{app}: nothing to add")
            return
        last = max(history, default="")
        is_free = last and f"{app}.{last}" not in released and not loader.graph.node_map[app, last].children
        if is_free:
            (folder / f"{last}.py").unlink()
            history.pop(last)
            names.remove(last)
        target = folder / f"{int(names[-1][:4]) + 1:04d}_guards.py"
        text = compose(
            app, names[-1], (declared, seals), (stand_of(history.values()), seals_of(history.values()))
        )
        target.write_text(text, encoding="utf-8")
        self.stdout.write(f"{target}")


Stand = dict[
    str, tuple[tuple[str, str, str], list[tuple]]
]  # label → (table, initial, procedure column), edges


def describe(declared: dict[str, dict]) -> Stand:
    return {
        label: ((guard["table"], guard["initial"], guard["procedure_column"]), [*map(tuple, guard["edges"])])
        for label, guard in declared.items()
    }


def stand_of(history) -> Stand:
    """What the app's guards migrations come to, one after the other."""
    stand: Stand = {}
    for module in history:
        for label, trigger in getattr(module, "GUARDS", {}).items():
            if trigger is None:
                stand.pop(label, None)
                continue
            edges = module.EDGES.get(label) or stand[label][1]
            stand[label] = (tuple(trigger), [*map(tuple, edges)])
        for label, edges in getattr(module, "EDGES", {}).items():
            stand[label] = (stand[label][0], [*map(tuple, edges)])
    return stand


def seals_of(history) -> dict[str, dict]:
    """The seals that stand after the app's guards migrations, by table."""
    stand = {table: seal for module in history for table, seal in getattr(module, "SEALS", {}).items()}
    return {table: seal for table, seal in stand.items() if seal}


def compose(app: str, after: str, declared: tuple[dict, dict], stood: tuple[Stand, dict]) -> str:
    """The text of the migration that leads from what stood to what is declared (guards, seals)."""
    now, before = describe(declared[0]), stood[0]
    guards = {
        label: trigger for label, (trigger, _) in now.items() if before.get(label, ("", 0))[0] != trigger
    }
    edges = {label: rows for label, (_, rows) in now.items() if before.get(label, ("", []))[1] != rows}
    gone = {label: before[label][0] for label in before if label not in now}
    lines = []
    for label, (table, initial, column) in guards.items():
        create = f"guard_table({table!r}, {label!r}, {initial!r}, {column!r})"
        if label in before:  # its trigger is there already, with other arguments
            create = f"unguard_table({before[label][0][0]!r}) + {create}"
        lines.append(f"        migrations.RunSQL({create}, unguard_table({table!r})),\n")
    for label in edges:
        lines.append(run_edges(label, f"EDGES[{label!r}]"))
    for label in gone:  # with the table went its trigger
        lines.append(run_edges(label, "[]"))
    seals, seal_lines = compose_seals(declared[1], stood[1])
    return HEADER.format(
        guards=literal({**guards, **dict.fromkeys(gone)}),
        edges="{\n"
        + "".join(f"    {label!r}: {literal_rows(rows)},\n" for label, rows in edges.items())
        + "}",
        seals=pformat(seals, width=110),
        dependencies=[*dict.fromkeys([(app, after), ("portal", "0002_guards")])],
        operations="".join([*lines, *seal_lines]),
    )


def compose_seals(now: dict[str, dict], before: dict[str, dict]) -> tuple[dict, list[str]]:
    """Which seals are new, changed or gone (None), and the operations that bring them about."""
    changed = {table: seal for table, seal in now.items() if before.get(table) != seal}
    lines = []
    for table in changed:
        create = f"seal_table(**SEALS[{table!r}])"
        if table in before:
            create = f"unseal_table({table!r}) + {create}"
        lines.append(f"        migrations.RunSQL({create}, unseal_table({table!r})),\n")
    return {**changed, **dict.fromkeys(table for table in before if table not in now)}, lines


def run_edges(label: str, rows: str) -> str:
    return f"        migrations.RunSQL(write_edges({label!r}, {rows}), migrations.RunSQL.noop),\n"


def literal(rows: dict) -> str:
    return "{\n" + "".join(f"    {key!r}: {value!r},\n" for key, value in rows.items()) + "}"


def literal_rows(rows: list[tuple]) -> str:
    return "[\n" + "".join(f"        {row!r},\n" for row in rows) + "    ]"

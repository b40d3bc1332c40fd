from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.migrations.loader import MigrationLoader

from portal.guards import describe_guard
from portal.workflow import verbs_of

APPS = ("portal", "platforms", "applications", "review")
RELEASED = Path(apps.get_app_config("portal").path) / "operations" / "released.json"
HEADER = """# Written by `bin/manage makeguards` from the declared transitions; do not edit by hand.
from django.db import migrations

from portal.guards import guard_table, unguard_table, write_edges

GUARDS = {guards}

EDGES = {edges}


class Migration(migrations.Migration):
    dependencies = {dependencies}
    operations = [
{operations}    ]
"""


class Command(BaseCommand):
    help = (
        "Write each app's migration that brings its state triggers and edges up to the declared transitions."
    )

    def handle(self, **options):
        released = json.loads(RELEASED.read_text(encoding="utf-8"))
        for app in APPS:
            declared = {
                model._meta.label_lower: describe_guard(model)
                for model in apps.get_app_config(app).get_models()
                if verbs_of(model)
            }
            if declared:
                self.write(app, declared, released)

    def write(self, app: str, declared: dict[str, dict], released: dict[str, str]) -> None:
        """Add what is new as a migration of its own; rewrite the last one while nothing leans on it.

        A migration that another depends on, or that was released, is history and stays as it is.
        """
        loader = MigrationLoader(None)
        names = sorted(name for owner, name in loader.disk_migrations if owner == app)
        folder = Path(sys.modules[loader.disk_migrations[app, names[0]].__module__].__file__).parent
        modules = {name: import_module(loader.disk_migrations[app, name].__module__) for name in names}
        # portal's 0002_guards makes the functions by hand and declares no guards
        history = {name: module for name, module in modules.items() if hasattr(module, "GUARDS")}
        guards = list(history)
        if describe(declared) == stand_of(history.values()):
            self.stdout.write(f"{app}: nothing to add")
            return
        last = guards[-1] if guards else ""
        is_free = last and f"{app}.{last}" not in released and not loader.graph.node_map[app, last].children
        if is_free:
            (folder / f"{last}.py").unlink()
            history.pop(last)
            names.remove(last)
        target = folder / f"{int(names[-1][:4]) + 1:04d}_guards.py"
        target.write_text(compose(app, names[-1], declared, stand_of(history.values())), encoding="utf-8")
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
        for label, trigger in module.GUARDS.items():
            if trigger is None:
                stand.pop(label, None)
                continue
            edges = module.EDGES.get(label) or stand[label][1]
            stand[label] = (tuple(trigger), [*map(tuple, edges)])
        for label, edges in module.EDGES.items():
            stand[label] = (stand[label][0], [*map(tuple, edges)])
    return stand


def compose(app: str, after: str, declared: dict[str, dict], before: Stand) -> str:
    """The text of the migration that leads from `before` to what is declared."""
    now = describe(declared)
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
    return HEADER.format(
        guards=literal({**guards, **dict.fromkeys(gone)}),
        edges="{\n"
        + "".join(f"    {label!r}: {literal_rows(rows)},\n" for label, rows in edges.items())
        + "}",
        dependencies=list(dict.fromkeys([(app, after), ("portal", "0002_guards")])),
        operations="".join(lines),
    )


def run_edges(label: str, rows: str) -> str:
    return f"        migrations.RunSQL(write_edges({label!r}, {rows}), migrations.RunSQL.noop),\n"


def literal(rows: dict) -> str:
    return "{\n" + "".join(f"    {key!r}: {value!r},\n" for key, value in rows.items()) + "}"


def literal_rows(rows: list[tuple]) -> str:
    return "[\n" + "".join(f"        {row!r},\n" for row in rows) + "    ]"

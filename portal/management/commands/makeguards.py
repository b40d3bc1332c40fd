from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand

from portal.guards import describe_guard
from portal.workflow import verbs_of

HEADER = """# Written by `bin/manage makeguards` from the declared transitions; do not edit by hand.
from django.db import migrations

from portal.guards import guard_table, unguard_table, write_edges

EDGES = {edges}


class Migration(migrations.Migration):
    dependencies = {dependencies}
    operations = [
{operations}    ]
"""


class Command(BaseCommand):
    help = "Write each app's migration that puts its state triggers and edges into the database."

    def handle(self, **options):
        for app in ("platforms", "applications", "review"):
            guards = [
                describe_guard(model) for model in apps.get_app_config(app).get_models() if verbs_of(model)
            ]
            if guards:
                self.write(app, guards)

    def write(self, app: str, guards: list[dict]) -> None:
        folder = Path(apps.get_app_config(app).path) / "migrations"
        for old in folder.glob("*_guards.py"):
            old.unlink()
        last = max(path.stem for path in folder.glob("0*.py"))
        target = folder / f"{int(last[:4]) + 1:04d}_guards.py"
        lines = []
        for guard in guards:
            call = f"guard_table({guard['table']!r}, {guard['label']!r}, {guard['initial']!r}, {guard['procedure_column']!r})"
            lines.append(f"        migrations.RunSQL({call}, unguard_table({guard['table']!r})),\n")
            lines.append(
                f"        migrations.RunSQL(write_edges({guard['label']!r}, EDGES[{guard['label']!r}]), migrations.RunSQL.noop),\n"
            )
        edges = (
            "{\n"
            + "".join(
                f"    {guard['label']!r}: [\n"
                + "".join(f"        {edge!r},\n" for edge in guard["edges"])
                + "    ],\n"
                for guard in guards
            )
            + "}"
        )
        dependencies = [(app, last), ("portal", "0002_guards")]
        target.write_text(
            HEADER.format(edges=edges, dependencies=dependencies, operations="".join(lines)), encoding="utf-8"
        )
        self.stdout.write(f"{target}")

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from portal.operations import hosttime
from portal.operations.health import BROKEN, as_json, examine


class Command(BaseCommand):
    help = "What is wrong with the portal, since when, and what to do; ends with 1 when something is broken."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *, json: bool, **options):
        hosttime.measure()
        if json:
            self.stdout.write(as_json())
        findings = examine()
        if not json:
            for row in findings:
                since = f"（始于 {row.since:%Y-%m-%d %H:%M}）" if row.since else ""
                self.stdout.write(f"{row.level_label}  {row.name}：{row.text}{since} {row.todo}".rstrip())
        if findings[0].level == BROKEN:
            sys.exit(1)

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand
from django.db import OperationalError

from portal.operations.schema import REFUSED, describe_drift


class Command(BaseCommand):
    help = "Say whether the database is this code's; ends with 3 and a sentence when it is not."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--before-migrating", action="store_true", help="migrations that wait are no fault"
        )

    def handle(self, *, before_migrating: bool, **options):
        try:
            sentence = describe_drift(before_migrating=before_migrating)
        except OperationalError as error:
            self.stderr.write(f"数据库没有应答：{str(error).splitlines()[0]}")
            return
        if sentence:
            self.stderr.write(f"未启动：{sentence}")
            sys.exit(REFUSED)

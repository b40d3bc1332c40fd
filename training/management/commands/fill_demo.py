from __future__ import annotations

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from applications.models import Cycle
from training.demo.story import Story
from training.demo.supervision import Supervision


class Command(BaseCommand):
    help = "Fill the demonstration's three years through the same services as the pages (demonstration mode only)."

    def add_arguments(self, parser):
        parser.add_argument("--people", action="store_true", help="accounts, associations and experts only")
        parser.add_argument(
            "--supervision",
            action="store_true",
            help="one province's titles of 2023, their re-reviews before the decision",
        )
        parser.add_argument("--once", action="store_true", help="do nothing when there are cycles already")

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("只在演示模式下可用。")
        if Cycle.objects.exists():
            if options["once"]:
                return
            raise CommandError("已有年度数据，不能再写入演示数据。")
        if options["people"]:
            Story(say=self.stdout.write).only_people()
            return
        if options["supervision"]:
            Supervision(say=self.stdout.write).tell()
            return
        began = time.monotonic()
        with connection.cursor() as cursor:  # invented data can be invented again
            cursor.execute("SET synchronous_commit TO off")
        Story(say=self.stdout.write).tell()
        self.stdout.write(f"演示数据已写入，用时 {time.monotonic() - began:.0f} 秒。")

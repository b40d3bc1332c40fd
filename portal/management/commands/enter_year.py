from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.kernel.calendar import enter_year, read_days
from portal.kernel.permissions import SYSTEM


class Command(BaseCommand):
    help = "Enter a year from the State Council's notice, one line a day as on the page: 10-1 休 国庆节."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)
        parser.add_argument("--source", required=True, help="the notice's title and number")
        parser.add_argument("--file", default="-", help="the file with the lines; - is standard input")

    def handle(self, *, year: int, source: str, file: str, **options):
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
            days = read_days(year, text)
        except OSError as error:
            raise CommandError(f"文件 {file} 读不出来：{error.strerror}") from error
        except ValueError as error:
            raise CommandError(str(error)) from error
        enter_year(year, source=source, days=days, by=SYSTEM)
        self.stdout.write(f"{year} 年节假日安排已录入，{len(days)} 天。")

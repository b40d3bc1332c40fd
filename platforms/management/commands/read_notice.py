"""Reading a ministry notice from a file: JSON with its kind, title, number, day, rows and questions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from platforms.notices.reader import read_notice, read_pasted
from platforms.notices.sources import SourceUnreadable


class Command(BaseCommand):
    help = "读取公告（TXT、DOCX、XLSX、PDF、HTML；“-”为标准输入的文字），输出 JSON，不写入任何内容"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file")

    def handle(self, *args, file: str, **options):
        try:
            if file == "-":
                reading = read_pasted(sys.stdin.read())
            else:
                reading = read_notice(Path(file).read_bytes(), Path(file).name)
        except OSError as error:
            raise CommandError(f"文件“{file}”不能打开：{error.strerror}。") from error
        except SourceUnreadable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(reading.to_json(), ensure_ascii=False, indent=2))

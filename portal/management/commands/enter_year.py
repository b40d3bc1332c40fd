from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.kernel.calendar import read_days
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from portal.workdays.acts import propose_year


class Command(BaseCommand):
    help = (
        "Propose a year from the State Council's notice, pasted or one line a day (10-1 休 国庆节), in the name of an "
        "administrator; another administrator signs it on the page, and only then is it in force."
    )

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)
        parser.add_argument("--source", required=True, help="the notice's title and number")
        parser.add_argument(
            "--by", required=True, help="the sign-in name of the administrator who proposes it"
        )
        parser.add_argument("--file", default="-", help="the file with the lines; - is standard input")

    def handle(self, *, year: int, source: str, by: str, file: str, **options):
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
            days = read_days(year, text)
        except OSError as error:
            raise CommandError(f"文件 {file} 读不出来：{error.strerror}") from error
        except ValueError as error:
            raise CommandError(str(error)) from error
        person = User.objects.filter(username=by, role=Role.ADMINISTRATOR, is_active=True).first()
        if person is None:
            raise CommandError(f"没有用户名为“{by}”的系统管理员。")
        try:
            propose_year(year, source=source, days=days, by=person, note="由主机命令行录入")
        except TransitionBlocked as refusal:
            raise CommandError(refusal.words) from refusal
        self.stdout.write(
            f"{year} 年节假日安排 {len(days)} 天已提请审签，由另一位系统管理员在“审签”页面审签后生效。"
        )

from __future__ import annotations

import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal.models import User
from portal.people import create_account
from portal.permissions import Role


class Command(BaseCommand):
    help = "Make the first administrator of an installation; the password is asked for, or read from a pipe."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("name", help="the person's name as pages show it")

    def handle(self, *, username: str, name: str, **options):
        if User.objects.filter(username=username).exists():
            raise CommandError(f"用户名“{username}”已有人使用。")
        piped = not sys.stdin.isatty()
        password = sys.stdin.readline().rstrip("\n") if piped else getpass.getpass("密码：")
        try:
            validate_password(password, User(username=username, name=name))
        except ValidationError as error:
            raise CommandError("".join(error.messages)) from error
        create_account(username=username, name=name, role=Role.ADMINISTRATOR, password=password, by=None)
        self.stdout.write(f"已建立系统管理员账号“{username}”。")

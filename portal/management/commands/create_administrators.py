from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from portal.accounts.changes import administrators
from portal.accounts.links import OPENED, send_link
from portal.accounts.services import create_account
from portal.kernel.permissions import HOST, Role
from portal.models import User


class Command(BaseCommand):
    help = (
        "Make the first two administrators of an installation, two persons, together: each gets a link by e-mail and "
        "sets the password alone. Further accounts are made by them on the pages."
    )

    def add_arguments(self, parser):
        for number, who in (("1", "the first"), ("2", "the second")):
            parser.add_argument(f"username{number}", help=f"sign-in name of {who}")
            parser.add_argument(f"name{number}", help="the person's name as pages show it")
            parser.add_argument(f"email{number}", help="the person's own address")

    @transaction.atomic
    def handle(self, **options):
        people = [
            (options[f"username{n}"], options[f"name{n}"], options[f"email{n}"].strip()) for n in ("1", "2")
        ]
        if administrators() >= 2:
            raise CommandError("已有两位系统管理员，其他账号由他们在“账号”页面办理。")
        for what, values in zip(("用户名", "姓名", "邮箱"), zip(*people, strict=True), strict=True):
            if values[0].lower() == values[1].lower():
                raise CommandError(f"两位系统管理员须为两人，{what}不能相同。")
        for username, name, email in people:
            self._make(username, name, email)

    def _make(self, username: str, name: str, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}”不是电子邮箱地址。") from error
        if User.objects.filter(username__iexact=username).exists():
            raise CommandError(f"用户名“{username}”已有人使用。")
        user = create_account(username=username, name=name, role=Role.ADMINISTRATOR, email=email, by=HOST)
        send_link(user, by=HOST, kind=OPENED)
        self.stdout.write(f"已建立系统管理员账号“{username}”，设置密码的链接发往 {email}。")

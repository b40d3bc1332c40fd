from __future__ import annotations

from django.core.management.base import BaseCommand

from training.demo.actors import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "List the demo accounts."

    def handle(self, **options):
        self.stdout.write(f"演示账号（密码均为 {PASSWORD}）：")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<18}{account.name}  {account.what}")

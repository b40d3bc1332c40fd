from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platforms.certificates.signing import change_key, known_certificates


class Command(BaseCommand):
    help = "The key of the seal: show whose signatures count, or put a newly issued key in the place of the present one."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["show", "change"])
        parser.add_argument("new", nargs="?", type=Path, help="PKCS#12 of the new key, same password")

    def handle(self, *, what: str, new: Path | None, **options):
        if what == "change":
            if not settings.SIGNING_KEY_FILE or new is None:
                raise CommandError("须设置 SIGNING_KEY_FILE，并写明新密钥的文件。")
            try:
                change_key(new, settings.SIGNING_KEY_PASSWORD)
            except (OSError, ValueError) as error:
                raise CommandError(f"没有更换：{error}。") from None
            self.stdout.write("已更换，请重启各进程；以前签发的文件照常核验。")
        for number, one in enumerate(known_certificates()):
            until = one["tbs_certificate"]["validity"]["not_after"].native
            self.stdout.write(
                f"{'原用' if number else '现用'}：{one.subject.human_friendly}，有效期至 {until:%Y-%m-%d}"
            )

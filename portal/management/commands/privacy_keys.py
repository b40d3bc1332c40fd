from __future__ import annotations

import base64
import secrets

from django.core.management.base import BaseCommand

from portal.kernel import audit
from portal.kernel.permissions import HOST
from portal.privacy import crypto
from portal.privacy.fields import private_fields
from portal.privacy.rotation import count_older, rotate

CONTACTS = audit.Thing("contactskey", "联系方式密钥")


class Command(BaseCommand):
    help = "Keys of people's contacts: make one, say what older keys still hold, or seal everything with the newest."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["new", "show", "rotate"])

    def handle(self, *, what: str, **options):
        if what == "new":
            name = f"k{len(crypto.known_keys()) + 1}"
            self.stdout.write(f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}")
            return
        if what == "rotate":
            audit.record(action="rotate", obj=CONTACTS, by=HOST, facts={"to": crypto.known_keys()[0].name})
            for field, done, total in rotate():
                self.stdout.write(f"{field.model._meta.verbose_name} {field.verbose_name}：{done} / {total}")
        for field in private_fields():
            self.stdout.write(
                f"{field.model._meta.verbose_name} {field.verbose_name}：旧密钥 {count_older(field)} 行"
            )
        self.stdout.write(f"现用密钥：{settings_name()}")


def settings_name() -> str:
    return "、".join(key.name for key in crypto.known_keys())

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from portal.kernel import audit
from portal.kernel.permissions import HOST
from portal.trail import keys

KEY = audit.Thing("logkey", "公开日志密钥")


class Command(BaseCommand):
    help = "The public log's key: show what verifiers and witnesses are told, add a newer one, retire the others."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["show", "add", "retire"])

    def handle(self, *, what: str, **options):
        if what == "add" and not Path(settings.LOG_KEY_FILE).exists():
            keys.add_key()  # the first one, before there is a database
        elif what != "show":
            change(what)
        for verifier in keys.log_verifiers():
            self.stdout.write(str(verifier))


@transaction.atomic
def change(what: str) -> None:
    """No event, no change: the file is written once the event stands."""
    signing = [str(signer.verifier) for signer in keys.log_signers()]
    audit.record(action=what, obj=KEY, by=HOST, facts={"signing_before": signing})
    {"add": keys.add_key, "retire": keys.retire_keys}[what]()

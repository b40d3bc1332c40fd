from __future__ import annotations

from django.core.management.base import BaseCommand

from portal.trail import keys


class Command(BaseCommand):
    help = "The public log's key: show what verifiers and witnesses are told, add a newer one, retire the others."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["show", "add", "retire"])

    def handle(self, *, what: str, **options):
        if what == "add":
            keys.add_key()
        elif what == "retire":
            keys.retire_keys()
        for verifier in keys.log_verifiers():
            self.stdout.write(str(verifier))

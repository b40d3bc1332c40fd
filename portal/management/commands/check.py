from __future__ import annotations

from django.core.management.base import CommandError
from django.core.management.commands import check
from django.db import OperationalError

from portal.operations.schema import describe_drift


class Command(check.Command):
    help = "Django's checks, and whether the database is this code's (with --deploy: before it is migrated)."

    def handle(self, *app_labels, **options):
        super().handle(*app_labels, **options)
        try:
            sentence = describe_drift(before_migrating=options["deploy"])
        except OperationalError:
            return  # settings are checked where no database is, too
        if sentence:
            raise CommandError(sentence)

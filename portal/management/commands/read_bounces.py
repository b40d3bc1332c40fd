"""Bounces read from the mailbox now, for who sets it up; the worker does it every five minutes."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from portal.desk.bounces import read_mailbox


class Command(BaseCommand):
    help = "Read the mailbox at BOUNCES_IMAP_URL and note the letters that came back"

    def handle(self, *args, **options):
        self.stdout.write(f"{read_mailbox()} 封退信已记录")

from __future__ import annotations

import signal

import psycopg
import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from portal import outbox
from portal.models import OutboxMessage
from portal.operations.schema import refuse_drift
from portal.tasks import handle_outbox

log = structlog.get_logger(__name__)
POLL = 5.0  # seconds between looks when no NOTIFY comes
BATCH = 200


class Command(BaseCommand):
    help = "Hand waiting outbox messages to Celery: woken by NOTIFY, and every five seconds anyway."

    running = True

    def handle(self, **options):
        refuse_drift()
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while self.running:
            try:
                self.listen()
            except (psycopg.Error, OSError):
                log.warning("outbox_relay_reconnects", exc_info=True)
                close_old_connections()
                signal.sigtimedwait([signal.SIGTERM], 1)

    def stop(self, *args) -> None:
        self.running = False

    def listen(self) -> None:
        connection.ensure_connection()
        raw = connection.connection
        raw.autocommit = True
        raw.execute(f"LISTEN {outbox.CHANNEL}")
        while self.running:
            self.relay()
            for _ in raw.notifies(timeout=POLL, stop_after=1):
                pass

    def relay(self) -> None:
        """Hand over what waits. The broker is told after the commit: a worker passes over a row that is locked.

        A broker that is down leaves the rows as they were, for the next look.
        """
        with transaction.atomic():
            rows = list(outbox.waiting().select_for_update(skip_locked=True)[:BATCH])
            left = [row.pk for row in rows]
            OutboxMessage.objects.filter(pk__in=left).update(dispatched_at=timezone.now())
        try:
            while left:
                handle_outbox.apply_async([left[0]], retry=False)
                left.pop(0)
        finally:
            if left:
                OutboxMessage.objects.filter(pk__in=left).update(dispatched_at=None)

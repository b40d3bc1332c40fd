from __future__ import annotations

import signal
import threading
import time

import structlog
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from portal.kernel import outbox
from portal.models import OutboxMessage
from portal.operations import hosttime
from portal.operations.health import note_sign
from portal.operations.liveness import mark_alive
from portal.operations.schema import refuse_drift
from portal.tasks import handle_outbox

log = structlog.get_logger(__name__)
POLL = 5.0  # seconds between looks when no NOTIFY comes
BATCH = 200
SIGN_EVERY = 60.0
LONGEST_REST = 30.0  # seconds between tries while the database or the broker is away


class Command(BaseCommand):
    help = "Hand waiting outbox messages to Celery: woken by NOTIFY, and every five seconds anyway."

    def handle(self, **options):
        refuse_drift()
        hosttime.watch()
        self.stopped = threading.Event()
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        rest = 1.0
        while not self.stopped.is_set():
            try:
                self.listen()
                rest = 1.0
            except Exception as error:  # database and broker go and come; only a signal ends the relay
                log.warning("outbox_relay_rests", seconds=rest, error=f"{type(error).__name__}: {error}")
                connection.close()
                mark_alive("relay")
                self.stopped.wait(rest)
                rest = min(rest * 2, LONGEST_REST)

    def stop(self, *args) -> None:
        self.stopped.set()

    def listen(self) -> None:
        """Until told to stop, or until database or broker fail."""
        connection.ensure_connection()
        raw = connection.connection
        raw.execute(f"LISTEN {outbox.CHANNEL}")
        signed = 0.0
        while not self.stopped.is_set():
            mark_alive("relay")
            if time.monotonic() - signed > SIGN_EVERY:
                note_sign("relay")
                signed = time.monotonic()
            if self.relay() == BATCH:
                continue  # more wait: no need to be woken
            for _ in raw.notifies(timeout=POLL, stop_after=1):
                pass

    def relay(self) -> int:
        """Hand over what waits. The broker is told after the commit: a worker passes over a row that is locked.

        A broker that is down leaves the rows as they were, for the next look.
        """
        with transaction.atomic():
            rows = list(outbox.waiting().select_for_update(skip_locked=True)[:BATCH])
            left = [row.pk for row in rows]
            numbers = {row.pk: row for row in rows}
            OutboxMessage.objects.filter(pk__in=left).update(dispatched_at=timezone.now())
        try:
            while left:
                message = numbers[left[0]]
                limits = outbox.topic_of(message.topic).limits
                handle_outbox.apply_async([left[0]], retry=False, **limits)
                log.info(
                    "outbox_handed_over",
                    message=message.pk,
                    topic=message.topic,
                    request_id=message.request_id,
                )
                left.pop(0)
        finally:
            if left:
                OutboxMessage.objects.filter(pk__in=left).update(dispatched_at=None)
        return len(rows)

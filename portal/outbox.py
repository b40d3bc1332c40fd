"""What follows from a change, written in its transaction and carried out later by the worker.

A page never talks to the broker: `send` inserts a row and wakes the relay by Postgres NOTIFY; the
relay hands the row's number to Celery, and `handle` runs the registered handler exactly once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from portal.models.outbox import OutboxMessage

CHANNEL = "portal_outbox"
RETRY_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = 10
log = structlog.get_logger(__name__)

Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}


def handler(topic: str):
    """Register the function that carries out messages of a topic; it gets the payload as keywords."""

    def register(function: Handler) -> Handler:
        if topic in _handlers:
            raise RuntimeError(f"two handlers of the topic {topic}")
        _handlers[topic] = function
        return function

    return register


def send(topic: str, *, key: str, **payload) -> None:
    """Queue an effect; the same key is queued once."""
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=payload)], ignore_conflicts=True
    )
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def send_event(event) -> None:
    """Queue what follows from an event that no verb made (verbs queue theirs themselves)."""
    send("event", key=f"event:{event.uuid}", event=str(event.uuid))


def waiting():
    """Messages that the relay should hand over now."""
    stale = timezone.now() - RETRY_AFTER
    return (
        OutboxMessage.objects.filter(done_at=None, attempts__lt=GIVE_UP_AFTER)
        .exclude(dispatched_at__gt=stale)
        .order_by("id")
    )


def handle(message_id: int) -> bool:
    """Carry out one message; False when it was done already or is in another worker's hands."""
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, done_at=None)
            .first()
        )
        if message is None:
            return False
        try:
            with transaction.atomic():
                _handlers[message.topic](**message.payload)
        except Exception as error:
            log.exception("outbox_message_failed", topic=message.topic, message=message.pk)
            message.attempts += 1
            message.error = f"{type(error).__name__}: {error}"[:500]
            message.save(update_fields=["attempts", "error"])
            return False
        message.done_at = timezone.now()
        message.save(update_fields=["done_at"])
        return True


def drain_outbox(limit: int = 10_000, *, leave: tuple[str, ...] = ()) -> int:
    """Carry out everything that waits, in this process (tests, the training clock, the demo's filling).

    Topics to `leave` stay for the worker: renditions that nobody waits for.
    """
    done = 0
    while done < limit:
        pending = list(
            OutboxMessage.objects.filter(done_at=None, attempts=0)
            .exclude(topic__in=leave)
            .order_by("id")
            .values_list("id", flat=True)[:500]
        )
        progress = sum(handle(message_id) for message_id in pending)
        if not progress:
            break
        done += progress
    return done

"""What follows from a change, written in its transaction and carried out later by the worker.

A page never talks to the broker: `send` inserts a row and wakes the relay by Postgres NOTIFY; the
relay hands the row's number to Celery, and `handle` runs the registered handler exactly once. What fails is tried
again for seven days; then it waits for an administrator. Nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPConnectError, SMTPException, SMTPServerDisconnected
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from portal.kernel import audit
from portal.kernel.models.outbox import OutboxMessage
from portal.kernel.request import caused_by, current_request_id

CHANNEL = "portal_outbox"
LOST_AFTER = timedelta(minutes=5)  # handed over, and neither done nor failed: the broker must have lost it
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=7)
log = structlog.get_logger(__name__)
_gathering: ContextVar[list[tuple[str, str, dict]] | None] = ContextVar("gathered_effects", default=None)


@dataclass(frozen=True)
class Topic:
    """`label` and `about` are what an administrator reads; what leans on the same service waits while it is down.

    `outside`: carried out outside of any transaction, because it waits for others; it may happen twice.
    `prepare`: what is waited for before the message is locked; what it gives is handed on as further keywords.
    `seconds` is how long the work may take where that is more than the worker's usual limit.
    """

    carry_out: Callable[..., None]
    label: str = "后台事项"
    about: Callable[[list[dict]], list[str]] = lambda payloads: [
        "" for _ in payloads
    ]  # of a whole page at once
    leans_on: str = ""
    outside: bool = False
    prepare: Callable[..., dict[str, Any]] = lambda **payload: {}
    seconds: int = 0

    @property
    def limits(self) -> dict[str, int]:
        """As the worker's library names them: a warning first, then the end."""
        return {"soft_time_limit": self.seconds, "time_limit": self.seconds + 30} if self.seconds else {}


_topics: dict[str, Topic] = {}


def handler(topic: str, **more):
    """Register the function that carries out messages of a topic; it gets the payload as keywords."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if topic in _topics:
            raise RuntimeError(f"two handlers of the topic {topic}")
        _topics[topic] = Topic(function, **more)
        return function

    return register


def topic_of(name: str) -> Topic:
    return _topics.get(name) or Topic(lambda **payload: None)


def send(topic: str, *, key: str, **payload) -> None:
    """Queue an effect; the same key is queued once."""
    send_all((topic, key, payload))


def send_all(*effects: tuple[str, str, dict]) -> None:
    """Queue several at once: (topic, key, payload)."""
    gathered = _gathering.get()
    if gathered is not None:
        gathered.extend(effects)
        return
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(topic=topic, key=key, payload=payload, request_id=current_request_id())
            for topic, key, payload in effects
        ],
        ignore_conflicts=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


@contextmanager
def gathered() -> Iterator[None]:
    """Queue all that an act of several steps sends by one statement at its end, within its transaction."""
    effects: list[tuple[str, str, dict]] = []
    token = _gathering.set(effects)
    try:
        yield
    finally:
        _gathering.reset(token)
    if effects:
        send_all(*effects)


def send_event(event) -> None:
    """Queue what follows from an event that no verb made (verbs queue theirs themselves)."""
    send("event", key=f"event:{event.uuid}", event=str(event.uuid))


def open_messages():
    """Neither done nor dropped."""
    return OutboxMessage.objects.filter(done_at=None)


def waiting():
    """Messages that the relay should hand over now."""
    now = timezone.now()
    return (
        open_messages()
        .filter(given_up_at=None)
        .exclude(retry_at__gt=now)
        .exclude(dispatched_at__gt=now - LOST_AFTER)
        .order_by("id")
    )


def handle(message_id: int) -> bool:
    """Carry out one message; False when it was done already, rests, or is in another worker's hands."""
    ready = _to_do(message_id).first()
    if ready is None:
        return False
    topic = topic_of(ready.topic)
    try:
        with caused_by(ready.request_id), bound_contextvars(message=ready.pk):
            prepared = topic.prepare(**ready.payload)
            if topic.outside:
                topic.carry_out(**ready.payload)
    except Exception as error:
        note_in_log(ready)
        with transaction.atomic():
            if message := _to_do(message_id).select_for_update().first():
                note_failure(message, error)
        return False
    if topic.outside:
        return bool(_to_do(message_id).update(done_at=timezone.now()))
    return _handle_locked(message_id, topic, prepared)


def _to_do(message_id: int) -> QuerySet[OutboxMessage]:
    rows = OutboxMessage.objects.filter(pk=message_id, done_at=None, given_up_at=None)
    return rows.exclude(retry_at__gt=timezone.now())


def _handle_locked(message_id: int, topic: Topic, prepared: dict[str, Any]) -> bool:
    """Exactly once: whoever else holds the message is doing it."""
    with transaction.atomic():
        message = _to_do(message_id).select_for_update(skip_locked=True).first()
        if message is None:
            return False
        try:
            with transaction.atomic(), caused_by(message.request_id), bound_contextvars(message=message.pk):
                topic.carry_out(**message.payload, **prepared)
        except Exception as error:
            note_in_log(message)
            failure = error
        else:
            message.done_at = timezone.now()
            message.save(update_fields=["done_at"])
            return True
        is_away = bool(topic.leans_on) and is_outage(failure)
        note_failure(message, failure, is_away=is_away)
    if is_away:
        rest_topics([name for name, one in _topics.items() if one.leans_on == topic.leans_on])
    return False


def note_in_log(message: OutboxMessage) -> None:
    log.exception(
        "outbox_message_failed",
        topic=message.topic,
        message=message.pk,
        request_id=message.request_id,
    )


def note_failure(message: OutboxMessage, error: Exception, *, is_away: bool = False) -> None:
    """Try again after a pause that doubles up to an hour; after seven days of failing it is an administrator's.

    A service that is away is asked again every minute: what waited for it goes out within a minute of its return.
    """
    now = timezone.now()
    message.attempts += 1
    message.error = f"{type(error).__name__}: {error}"[:500]
    message.failing_since = message.failing_since or now
    doubled = 0 if is_away else min(message.attempts - 1, 10)
    message.retry_at = now + min(FIRST_PAUSE * 2**doubled, LONGEST_PAUSE)
    message.dispatched_at = None
    if now - message.failing_since >= GIVE_UP_AFTER:
        message.given_up_at, message.retry_at = now, None
    message.save()


def is_outage(error: Exception) -> bool:
    """Whether the service itself is away, and not this one letter refused."""
    if isinstance(error, SMTPException):
        return isinstance(error, SMTPServerDisconnected | SMTPConnectError | SMTPAuthenticationError)
    return isinstance(error, OSError)


@transaction.atomic
def rest_topics(topics: list[str]) -> None:
    """Nobody else knocks for a minute: a thousand letters would each wait for the same silence.

    Those that have knocked before rest with them; a letter that was refused for itself keeps its longer pause.
    """
    until = timezone.now() + FIRST_PAUSE
    rows = open_messages().filter(topic__in=topics, given_up_at=None).exclude(retry_at__gt=until)
    locked = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    OutboxMessage.objects.filter(pk__in=locked).update(retry_at=until, dispatched_at=None)


@transaction.atomic
def requeue(message: OutboxMessage, *, by) -> bool:
    """Begin anew, as if it had never failed; False when it is settled meanwhile."""
    row = open_messages().select_for_update().filter(pk=message.pk).first()
    if row is None:
        return False
    row.attempts, row.failing_since, row.retry_at, row.given_up_at, row.dispatched_at = (
        0,
        None,
        None,
        None,
        None,
    )
    row.save()
    audit.record(action="requeue", obj=row, by=by, facts={"error": row.error})
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return True


@transaction.atomic
def drop(message: OutboxMessage, *, by, reason: str) -> bool:
    """Let it go for good, with a reason; it stays on record."""
    row = open_messages().select_for_update().filter(pk=message.pk).first()
    if row is None:
        return False
    row.done_at, row.dropped = timezone.now(), reason[:300]
    row.save(update_fields=["done_at", "dropped"])
    audit.record(action="drop", obj=row, by=by, note=reason, facts={"error": row.error})
    return True


def drain_outbox(limit: int = 10_000, *, leave: tuple[str, ...] = ()) -> int:
    """Carry out everything that waits, in this process (tests, the training clock, the demo's filling).

    Topics to `leave` stay for the worker: renditions that nobody waits for.
    """
    done = 0
    while done < limit:
        pending = list(
            open_messages()
            .filter(attempts=0, retry_at=None, given_up_at=None)
            .exclude(topic__in=leave)
            .order_by("id")
            .values_list("id", flat=True)[:500]
        )
        progress = sum(handle(message_id) for message_id in pending)
        if not progress:
            break
        done += progress
    return done

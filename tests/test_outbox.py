"""Effects: queued with their cause, woken by NOTIFY, carried out exactly once, tried again when they fail."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import psycopg
import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from portal.exports.services import LONGEST
from portal.kernel import outbox
from portal.kernel.permissions import Role
from portal.management.commands.relay_outbox import Command
from portal.models import AuditEvent, OutboxMessage
from portal.tasks import handle_outbox
from tests.factories import people
from tests.test_state_guards import connected_to, race


@pytest.fixture
def topic():
    """A topic of this test alone, with the list of what it was asked to do and a switch to fail."""
    calls, fails = [], []

    @outbox.handler("test-topic")
    def carry_out(number):
        calls.append(number)
        if fails:
            raise fails.pop()

    yield calls, fails
    outbox._topics.pop("test-topic")


def queue(number: int = 1, key: str = "one") -> OutboxMessage:
    outbox.send("test-topic", key=key, number=number)
    return OutboxMessage.objects.get(key=key)


def test_the_same_key_is_queued_and_done_once(db, topic):
    calls, _ = topic
    queue()
    message = queue()
    assert outbox.drain_outbox() == 1
    assert outbox.handle(message.pk) is False
    assert outbox.drain_outbox() == 0
    assert calls == [1]


def test_an_effect_goes_down_with_its_cause(db, topic):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError
    assert not OutboxMessage.objects.filter(topic="test-topic").exists()


def test_a_failure_is_kept_with_its_words_and_tried_again_after_a_pause(db, topic):
    calls, fails = topic
    fails.append(ValueError("邮件服务器没有应答"))
    message = queue()
    assert outbox.handle(message.pk) is False
    message.refresh_from_db()
    assert (message.done_at, message.attempts, message.error) == (None, 1, "ValueError: 邮件服务器没有应答")
    assert outbox.handle(message.pk) is False and calls == [1]
    with later(outbox.FIRST_PAUSE):
        assert outbox.handle(message.pk) is True
    message.refresh_from_db()
    assert message.done_at is not None
    assert calls == [1, 1]


def later(span: timedelta):
    return time_machine.travel(timezone.now() + span + timedelta(seconds=1), tick=True)


def test_the_pause_doubles_up_to_an_hour_and_ends_after_seven_days(db, topic):
    calls, fails = topic
    message, pauses = queue(), []
    began = moment = timezone.now()
    while message.given_up_at is None:
        fails.append(OSError("no route"))
        with time_machine.travel(moment, tick=False):
            outbox.handle(message.pk)
        message.refresh_from_db()
        if message.retry_at:
            pauses.append(message.retry_at - moment)
            moment = message.retry_at
    minutes = [pause.total_seconds() / 60 for pause in pauses]
    assert minutes[:8] == [1, 2, 4, 8, 16, 32, 60, 60] and set(minutes[8:]) == {60}
    assert timedelta(days=7) <= message.given_up_at - began < timedelta(days=7, hours=1)
    assert outbox.handle(message.pk) is False
    assert len(calls) == message.attempts


def test_given_up_begins_anew_when_an_administrator_says_so(db, topic):
    calls, fails = topic
    administrator, message = people.user(Role.ADMINISTRATOR), queue()
    fails.append(ValueError("broken"))
    outbox.handle(message.pk)
    OutboxMessage.objects.filter(pk=message.pk).update(given_up_at=timezone.now(), retry_at=None)
    assert outbox.handle(message.pk) is False
    assert outbox.requeue(message, by=administrator) is True
    assert outbox.waiting().filter(pk=message.pk).exists()
    assert outbox.handle(message.pk) is True and calls == [1, 1]
    assert outbox.requeue(message, by=administrator) is False
    assert AuditEvent.objects.filter(action="outboxmessage.requeue", actor_id=administrator.pk).count() == 1


def test_what_is_dropped_is_never_carried_out_and_keeps_the_reason(db, topic):
    calls, _ = topic
    administrator, message = people.user(Role.ADMINISTRATOR), queue()
    assert outbox.drop(message, by=administrator, reason="已电话告知") is True
    assert outbox.handle(message.pk) is False and calls == []
    message.refresh_from_db()
    assert message.dropped == "已电话告知"
    assert outbox.drop(message, by=administrator, reason="again") is False
    assert AuditEvent.objects.get(action="outboxmessage.drop").note == "已电话告知"


@pytest.mark.parametrize(
    ("error", "rests"),
    [(ConnectionRefusedError(), True), (SMTPRecipientsRefused({}), False), (ValueError(), False)],
)
def test_while_a_service_is_away_nobody_else_knocks(db, error, rests):
    """One silent mail server, a thousand letters; a refused address is that letter's alone."""
    knocked = []

    def knock(number):
        knocked.append(number)
        raise error

    outbox.handler("test-letter", leans_on="test-mail")(knock)
    try:
        for number in (1, 2):
            outbox.send("test-letter", key=f"letter {number}", number=number)
        first, second = OutboxMessage.objects.filter(topic="test-letter").order_by("id")
        outbox.handle(first.pk)
        outbox.handle(second.pk)
        assert knocked == ([1] if rests else [1, 2])
        second.refresh_from_db()
        assert second.attempts == (0 if rests else 1)
        with later(outbox.FIRST_PAUSE):
            assert outbox.waiting().filter(pk=second.pk).exists()
    finally:
        outbox._topics.pop("test-letter")


def test_letters_go_out_within_two_minutes_of_the_servers_return(db):
    """Whichever of them knocked during an hour of silence: none rests longer than the others. One that is refused for
    itself does."""
    away, sent = [True], []

    def knock(number):
        if number == 0:
            raise SMTPRecipientsRefused({})
        if away[0]:
            raise ConnectionRefusedError
        sent.append(number)

    outbox.handler("test-letter", leans_on="test-mail")(knock)
    try:
        outbox.send_all(*[("test-letter", f"letter {number}", {"number": number}) for number in range(6)])
        start = timezone.now()
        for minute in range(60):
            with time_machine.travel(start + timedelta(minutes=minute, seconds=minute), tick=False):
                for pk in (
                    outbox.waiting().filter(topic="test-letter").order_by("?").values_list("pk", flat=True)
                ):
                    outbox.handle(pk)
        away[0] = False
        with time_machine.travel(start + timedelta(minutes=62), tick=False):
            for pk in outbox.waiting().filter(topic="test-letter").values_list("pk", flat=True):
                outbox.handle(pk)
        assert sorted(sent) == [1, 2, 3, 4, 5]
        assert OutboxMessage.objects.get(key="letter 0").done_at is None
    finally:
        outbox._topics.pop("test-letter")


def test_two_handlers_of_one_topic_are_refused(topic):
    """The second would take the messages of the first."""
    with pytest.raises(RuntimeError, match="two handlers"):
        outbox.handler("test-topic")(print)


def test_what_a_failed_handler_wrote_is_undone(db, topic):
    outbox._topics.pop("test-topic")

    @outbox.handler("test-topic")
    def half_done(number):
        OutboxMessage.objects.create(topic="half", key="half")
        raise RuntimeError

    assert outbox.handle(queue().pk) is False
    assert not OutboxMessage.objects.filter(topic="half").exists()


def test_who_waits(db, topic):
    """Not handed over, or handed over so long ago that the broker must have lost it; never for ever."""
    now = timezone.now()
    for key, fields in {
        "new": {},
        "handed": {"dispatched_at": now},
        "lost": {"dispatched_at": now - outbox.LOST_AFTER - timedelta(seconds=1)},
        "resting": {"retry_at": now + timedelta(minutes=1)},
        "rested": {"retry_at": now},
        "done": {"done_at": now},
        "hopeless": {"given_up_at": now},
    }.items():
        OutboxMessage.objects.filter(pk=queue(key=key).pk).update(**fields)
    assert [message.key for message in outbox.waiting().filter(topic="test-topic")] == [
        "new",
        "lost",
        "rested",
    ]


def test_parallel_workers_carry_a_message_out_once(database_copy, django_db_blocker, topic):
    calls, _ = topic
    with django_db_blocker.unblock(), connected_to(database_copy):
        message = queue()
        results = race(*[lambda: outbox.handle(message.pk)] * 8)
        assert results == ["done"] * 8
        assert calls == [1]
        assert OutboxMessage.objects.get(pk=message.pk).done_at is not None


def test_sending_wakes_the_relay(database_copy, django_db_blocker, topic):
    """NOTIFY reaches a listener when the transaction commits, and not before."""
    link = psycopg.connect(database_copy, autocommit=True)
    with django_db_blocker.unblock(), connected_to(database_copy), link as listener:
        listener.execute(f"LISTEN {outbox.CHANNEL}")
        with transaction.atomic():
            queue()
            assert list(listener.notifies(timeout=0.2, stop_after=1)) == []
        assert [note.channel for note in listener.notifies(timeout=5, stop_after=1)] == [outbox.CHANNEL]


def test_the_relay_hands_over_to_the_broker_and_the_task_carries_out(db, topic):
    """With the run's own Valkey: the row's number travels, the row says when."""
    calls, _ = topic
    message = queue()
    Command().relay()
    message.refresh_from_db()
    assert message.dispatched_at is not None
    assert not outbox.waiting().filter(pk=message.pk).exists()
    assert handle_outbox(message.pk) is True
    assert calls == [1]


def test_a_worker_as_fast_as_the_relay_finds_the_row_free(
    database_copy, django_db_blocker, topic, monkeypatch
):
    """Told while the relay still holds the row, it would pass over it, and the message waited for the next round."""
    calls, _ = topic
    told = []

    def at_once(arguments, **options):
        told.append(arguments[0])
        assert race(lambda: outbox.handle(arguments[0])) == ["done"]

    monkeypatch.setattr(handle_outbox, "apply_async", at_once)
    with django_db_blocker.unblock(), connected_to(database_copy):
        message = queue()
        Command().relay()
        assert told == [message.pk]
        assert calls == [1]


def test_what_takes_long_is_given_its_time(db, monkeypatch):
    """A package of many dossiers; everything else ends with the worker's usual limit."""
    told = []
    monkeypatch.setattr(handle_outbox, "apply_async", lambda arguments, **options: told.append(options))
    outbox.send("export", key="of this test", job="00000000-0000-0000-0000-000000000000")
    queue(key="short")
    Command().relay()
    long, short = sorted(told, key=len, reverse=True)
    assert (long["soft_time_limit"], long["time_limit"]) == (LONGEST, LONGEST + 30)
    assert "time_limit" not in short


def test_a_broker_that_is_down_leaves_what_it_was_not_told(db, topic, monkeypatch):
    first, second = queue(key="first"), queue(key="second")

    def down(arguments, **options):
        if arguments[0] == second.pk:
            raise OSError

    monkeypatch.setattr(handle_outbox, "apply_async", down)
    with pytest.raises(OSError):
        Command().relay()
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.dispatched_at is not None
    assert second.dispatched_at is None

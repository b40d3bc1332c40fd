"""Numbers of the whole trail, kept from one visit to the next, are those of a recount."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.kernel import audit
from portal.models import AuditEvent
from portal.trail import counting
from tests.factories import people


@pytest.fixture(params=[timedelta(0), timedelta(hours=1)], ids=["settled at once", "settled in an hour"])
def person(db, request, monkeypatch):
    monkeypatch.setattr(counting, "SETTLED_AFTER", request.param)
    return people.user()


def recounted() -> tuple[Counter, Counter, int]:
    events = list(AuditEvent.objects.all())
    keys = sum(event.stream.startswith("host.") for event in events)
    return (
        Counter(event.action for event in events),
        Counter(timezone.localtime(event.at).date() for event in events),
        keys,
    )


def counted() -> tuple[Counter, Counter, int]:
    found = counting.count_trail()
    assert found.total == sum(found.by_day.values())
    return found.by_action, found.by_day, found.by_signal["keys"]


def test_what_came_since_is_counted_to_what_stands(person):
    assert counted() == recounted()
    for number in range(3):
        audit.record_read(person, by=person, what=f"look_{number % 2}")
        assert counted() == recounted()
    assert counted()[0]["user.look_0"] == 2


def test_a_trail_that_has_lost_what_was_counted_is_counted_anew(person):
    """As after a restore."""
    with transaction.atomic():
        audit.record_read(person, by=person, what="look")
        assert counted() == recounted()
        transaction.set_rollback(True)
    assert counted() == recounted()
    assert counted()[0]["user.look"] == 0

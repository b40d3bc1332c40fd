"""Sign-ins, failures, sign-outs and refusals on record with their addresses, kept and pruned by rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.models import Access, AuditEvent
from portal.trail.access import prune_access
from tests.factories import people

PASSWORD = "Losung-der-Probe-2026"


@pytest.fixture
def person(db):
    account = people.user()
    account.set_password(PASSWORD)
    account.save()
    return account


def kinds() -> list[tuple[str, str, str]]:
    return list(Access.objects.order_by("pk").values_list("kind", "username", "address"))


def test_each_way_in_and_out_is_on_record(person, client):
    place = {"REMOTE_ADDR": "203.0.113.9"}
    client.post(reverse("login"), {"username": person.username, "password": "falsch"}, **place)
    client.post(reverse("login"), {"username": "Mein-Passwort-12", "password": "x"}, **place)
    client.post(reverse("login"), {"username": person.username, "password": PASSWORD}, **place)
    assert client.get(reverse("audit_events"), **place).status_code == 403
    client.post(reverse("logout"), **place)
    assert kinds() == [
        ("failed", person.username, "203.0.113.9"),
        ("failed", "（没有此用户名）", "203.0.113.9"),
        ("signed_in", person.username, "203.0.113.9"),
        ("refused", person.username, "203.0.113.9"),
        ("signed_out", person.username, "203.0.113.9"),
    ]


def test_an_event_says_from_where(person, client):
    client.force_login(person)
    client.post(
        reverse("password_change"),
        {
            "old_password": PASSWORD,
            "new_password1": "Neue-Losung-2027-x",
            "new_password2": "Neue-Losung-2027-x",
        },
        REMOTE_ADDR="203.0.113.9",
    )
    event = AuditEvent.objects.get(action="user.set_password")
    assert event.address == "203.0.113.9" and '"address":"203.0.113.9"' in event.body


def old_and_young(person) -> tuple[Access, Access]:
    days = (settings.ACCESS_KEPT_DAYS + 1, settings.ACCESS_KEPT_DAYS - 2)
    return tuple(
        Access.objects.create(kind="failed", user=person, username="x", at=timezone.now() - timedelta(days=n))
        for n in days
    )


def test_the_clock_prunes_what_is_past_the_term_and_nothing_else(person):
    _, young = old_and_young(person)
    prune_access(timezone.localdate())
    assert list(Access.objects.all()) == [young]


def test_nobody_changes_a_record_or_deletes_a_young_one(person):
    _, young = old_and_young(person)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Access.objects.filter(pk=young.pk).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Access.objects.update(address="")


def test_inspectors_read_it_and_the_read_is_on_record(person, client):
    old_and_young(person)
    client.force_login(people.user(role="inspector"))
    page = client.get(reverse("audit_access"), {"q": "x", "kind": "failed"}).content.decode()
    assert page.count("登录失败") == 4  # in the sentence, in the filter, and twice in the list
    assert AuditEvent.objects.filter(action="user.read_access").count() == 1

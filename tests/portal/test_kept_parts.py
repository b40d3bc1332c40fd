"""What pages keep is what they would say anew: a menu's numbers until one acts, a drawn part for what it says."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.middleware import RequestContextMiddleware
from portal.models import Notification
from portal.pages.drawn import draw_kept
from tests.factories import people

pytestmark = pytest.mark.django_db


def letter(to, key: str) -> Notification:
    return Notification.objects.create(key=key, recipient=to, title="通知", created_at=timezone.now())


def unread_of(client) -> int:
    return client.get(reverse("own_account")).context["unread"]


def test_the_numbers_of_a_menu_stand_until_one_acts(settings):
    settings.MENU_SECONDS = 60
    officer, client = people.ministry(), Client()
    client.force_login(officer, backend="portal.accounts.backends.PortalBackend")
    first = letter(officer, "first")
    assert unread_of(client) == 1
    letter(officer, "second")
    assert unread_of(client) == 1  # for so many seconds
    client.post(reverse("notification_open", args=[first.pk]))
    assert unread_of(client) == 1  # one read, one new
    client.post(reverse("notifications_read_all"))
    assert unread_of(client) == 0


def test_where_nothing_is_kept_no_mark_is_set(settings):
    settings.MENU_SECONDS = 0
    request = RequestFactory().post("/")
    request.user = people.user()
    assert not RequestContextMiddleware(lambda request: HttpResponse())(request).cookies


def test_a_part_is_drawn_once_for_what_it_says():
    drawn = []

    def context(words):
        drawn.append(words)
        return {"entry": {"title": words, "url": "/"}}

    for words in ("甲", "甲", "乙"):
        assert words in draw_kept("ui/todo_line.html", words, lambda words=words: context(words))
    assert drawn == ["甲", "乙"]

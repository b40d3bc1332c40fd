"""A process answers who asks again for a public page from its own last copy, and nobody else."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(settings):
    settings.PUBLIC_COPY_SECONDS = 60
    client = Client()

    def get(path="/notices/", **headers):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path, headers=headers)
        return answer, len(asked)

    get.client = client
    return get


def test_the_second_answer_is_the_first_and_costs_no_query(ask):
    first, asked = ask()
    again, later = ask()
    assert asked > 0 == later
    assert (again.content, again["ETag"], again["Cache-Control"]) == (
        first.content,
        first["ETag"],
        first["Cache-Control"],
    )
    known, asked = ask(if_none_match=first["ETag"])
    assert (known.status_code, known.content, asked) == (304, b"", 0)
    other, asked = ask("/notices/?page=1")
    assert other.status_code == 200 and asked > 0


def test_who_sends_a_cookie_gets_a_page_of_their_own(ask):
    ask()
    ask.client.cookies["elder"] = "1"
    answer, asked = ask()
    assert asked > 0 and b"elder" in answer.content
    del ask.client.cookies["elder"]
    ask.client.force_login(people.user(), backend="portal.accounts.backends.PortalBackend")
    answer, asked = ask()
    assert asked > 0 and answer["Cache-Control"] == "private, no-store"
    assert configured.SESSION_COOKIE_NAME in ask.client.cookies


def test_a_form_is_no_copy(ask):
    for _ in range(2):
        answer, _ = ask("/login/")
        assert configured.CSRF_COOKIE_NAME in answer.cookies  # a token of one's own each time
        ask.client.cookies.clear()
    assert ask("/my/")[0].status_code == 302

"""A new SECRET_KEY beside the old one: nobody is signed out, and what was handed out before goes on being good."""

from __future__ import annotations

import base64

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse

from portal.accounts import factors
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from tests.factories import dossiers, people


@pytest.fixture(autouse=True)
def _contacts_have_a_key_of_their_own(settings):
    settings.PRIVACY_KEYS = f"k1:{base64.b64encode(bytes(32)).decode()}"


def test_sessions_links_and_recovery_codes_outlive_the_change(db, settings):
    person = people.user(Role.ADMINISTRATOR)
    signed_in, not_seen_since = Client(), Client()
    for browser in (signed_in, not_seen_since):
        browser.force_login(person)
    link, codes = default_token_generator.make_token(person), factors.renew_recovery_codes(person)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a-newer-key-of-this-test"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert signed_in.get("/account/").status_code == 200
    assert default_token_generator.check_token(person, link)
    factors.check_code(person, codes[0])
    settings.SECRET_KEY_FALLBACKS = []
    assert signed_in.get("/account/").status_code == 200  # seen meanwhile, it carries the new key's mark
    assert not_seen_since.get("/account/").status_code == 302
    assert not default_token_generator.check_token(person, link)
    try:
        factors.check_code(person, codes[1])
    except TransitionBlocked:
        return
    raise AssertionError("a code of a key that is gone was taken")


def test_the_code_on_a_receipt_outlives_the_change(client, db, settings):
    row = dossiers.application_in("SUBMITTED")
    on_paper = {"number": row.number, "query_code": row.query_code}
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a-newer-key-of-this-test"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert row.query_code != on_paper["query_code"]
    asked = [on_paper, {**on_paper, "query_code": row.query_code}]
    assert [client.post(reverse("progress_query"), typed).status_code for typed in asked] == [200, 200]
    settings.SECRET_KEY_FALLBACKS = []
    assert client.post(reverse("progress_query"), on_paper).status_code == 422

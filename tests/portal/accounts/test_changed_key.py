"""SECRET_KEY changed: who is signed in stays so while the old one is kept, and nobody after it is gone."""

import base64
import os

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client

from portal.kernel.permissions import Role
from tests.factories import people

pytestmark = pytest.mark.django_db


def test_sessions_and_links_outlive_the_key_only_while_it_is_kept(settings):
    settings.PRIVACY_KEYS = (
        f"k1:{base64.b64encode(os.urandom(32)).decode()}"  # contacts have a key of their own
    )
    user = people.user(Role.APPLICANT, "stays", password="a-long-enough-password")
    kept, client = settings.SECRET_KEY, Client()
    client.post("/login/", {"username": "stays", "password": "a-long-enough-password"})
    link = default_token_generator.make_token(user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [kept]
    assert client.get("/my/").status_code == 200
    assert type(default_token_generator)().check_token(user, link)
    other = Client()
    other.cookies.update(client.cookies)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-third-key", []
    assert other.get("/my/").status_code == 302
    assert not type(default_token_generator)().check_token(user, link)

"""Single sign-on against a provider in a process of its own: who is found, who is not, and what it cannot open."""

from __future__ import annotations

import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from portal.accounts.services import edit_account
from portal.accounts.single_sign_on import SingleSignOnBackend
from portal.embedded.postgres import free_port
from portal.kernel.permissions import Role
from portal.models import Access
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider():
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=2)
                break
            except requests.RequestException:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def switched_on(provider, settings):
    settings.OIDC_ISSUER = provider
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{provider}/oauth2/authorize"
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{provider}/oauth2/token"
    settings.OIDC_OP_USER_ENDPOINT = f"{provider}/userinfo"
    settings.OIDC_OP_JWKS_ENDPOINT = f"{provider}/jwks"
    settings.OIDC_VERIFY_KID = False  # its only key has no name
    settings.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_SECRET = "portal"
    backend = "portal.accounts.single_sign_on.SingleSignOnBackend"
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, backend]
    return provider


def come_back(provider: str, sub: str, target: str = "", **claims):
    """The whole way of a browser: to the provider, as `sub` there, and back with its code."""
    requests.put(f"{provider}/users/{sub}", json=claims, timeout=5).raise_for_status()
    client = Client()
    leads = client.get("/login/sso/", {"next": target} if target else {})
    assert leads.status_code == 302 and leads["Location"].startswith(f"{provider}/oauth2/authorize?")
    back = requests.post(leads["Location"], data={"sub": sub}, allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    return client, client.get(f"{parts.path}?{parts.query}")


def test_it_is_off_until_an_issuer_is_named(client):
    assert client.get("/login/sso/").status_code == client.get("/login/sso/callback/").status_code == 404
    assert "login/sso" not in client.get("/login/").content.decode()


def test_an_applicant_is_found_by_the_verified_address(switched_on):
    who = people.user(Role.APPLICANT, "by_sso", email="Unit@example.cn", email_verified_at=timezone.now())
    assert "用统一身份认证登录" in Client().get("/login/").content.decode()
    client, answer = come_back(switched_on, "u1", "/my/", email="unit@EXAMPLE.cn", email_verified=True)
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    assert client.session["_auth_user_id"] == str(who.pk)
    assert client.session["_auth_user_backend"] == "portal.accounts.backends.PortalBackend"
    assert Access.objects.filter(user=who, kind=Access.Kind.SIGNED_IN).exists()


def test_whoever_registers_with_a_victims_address_does_not_receive_the_victims_sign_in(switched_on):
    """Only an address whose letter was opened counts; then the owner is found, and no other."""
    people.user(Role.APPLICANT, "squatter", email="victim@example.cn")
    claims = {"email": "victim@example.cn", "email_verified": True}
    client, answer = come_back(switched_on, "u6", **claims)
    assert answer["Location"] == "/login/" and "_auth_user_id" not in client.session
    owner = people.user(Role.APPLICANT, "owner", email="victim@example.cn")
    link = {
        "uidb64": urlsafe_base64_encode(force_bytes(owner.pk)),
        "token": default_token_generator.make_token(owner),
    }
    browser = Client()
    form = browser.get(reverse("password_reset", kwargs=link), follow=True).request["PATH_INFO"]
    said = {"new_password1": "violet-kettle-harbour-9", "new_password2": "violet-kettle-harbour-9"}
    assert browser.post(form, said).status_code == 302
    client, answer = come_back(switched_on, "u6", **claims)
    assert client.session["_auth_user_id"] == str(owner.pk)
    edit_account(owner, by=owner, email="victim2@example.cn")
    owner.refresh_from_db()
    assert owner.email_verified_at is None


def test_an_official_still_shows_the_second_factor(switched_on, settings):
    settings.SECOND_FACTOR_DEMANDED = True
    people.user(Role.MINISTRY_LEAD, "lead_sso", email="lead@example.cn")
    client, answer = come_back(switched_on, "u2", email="lead@example.cn", email_verified=True)
    assert answer["Location"] == "/login/second/"
    assert "_auth_user_id" not in client.session
    assert client.get("/ministry/queue/").status_code == 302


@pytest.mark.parametrize("case", ["unverified", "unknown", "closed", "two accounts", "no address"])
def test_who_is_not_found_is_told_so_and_stays_outside(switched_on, case):
    known = {"email": "one@example.cn", "email_verified_at": timezone.now()}
    people.user(Role.APPLICANT, "one", is_active=case != "closed", **known)
    if case == "two accounts":
        people.user(Role.APPLICANT, "other", **known)
    address = {"unknown": "nobody@example.cn", "no address": ""}.get(case, "one@example.cn")
    client, answer = come_back(switched_on, "u3", email=address, email_verified=case != "unverified")
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert "_auth_user_id" not in client.session
    assert "有且只有一个启用中的账号" in client.get("/login/").content.decode()


def test_a_token_of_another_issuer_or_for_another_client_opens_nothing(switched_on, settings, monkeypatch):
    people.user(Role.APPLICANT, "one", email="one@example.cn", email_verified_at=timezone.now())
    settings.OIDC_ISSUER = "https://another.example"
    client, answer = come_back(switched_on, "u4", email="one@example.cn", email_verified=True)
    assert answer["Location"] == "/login/" and "_auth_user_id" not in client.session
    settings.OIDC_ISSUER = switched_on
    monkeypatch.setattr(SingleSignOnBackend, "_verify_jws", lambda *_: {"iss": switched_on, "aud": ["other"]})
    settings.OIDC_USE_NONCE = False
    client, answer = come_back(switched_on, "u4", email="one@example.cn", email_verified=True)
    assert answer["Location"] == "/login/" and "_auth_user_id" not in client.session


def test_an_answer_that_nobody_asked_for_is_refused(switched_on):
    answer = Client().get("/login/sso/callback/?code=x&state=y")
    assert (answer.status_code, answer["Location"]) == (302, "/login/")


def test_a_password_is_never_asked_of_the_provider_and_a_foreign_answer_is_not_counted(switched_on, client):
    sent = {"username": "nobody", "password": "wrong"}
    assert client.post("/login/?code=x&state=x", sent).status_code == 200
    before = Access.objects.count()
    person = people.user()
    client.force_login(person)
    for query in ("code=x&state=x", "error=x"):
        assert client.get(f"/login/sso/callback/?{query}").status_code == 302
    assert Access.objects.count() == before + 1  # the sign-in
    assert client.get("/my/").status_code == 200  # and still in


def test_an_applicant_with_an_officials_address_does_not_stand_in_the_way(switched_on):
    people.user(email="lead@miit.example")
    official = people.user(Role.MINISTRY_LEAD, email="lead@miit.example")
    assert list(SingleSignOnBackend().filter_users_by_claims({"email": "Lead@miit.example"})) == [official]


def test_a_provider_that_is_down_is_a_sentence(switched_on, settings):
    people.user(Role.APPLICANT, "one", email="one@example.cn", email_verified_at=timezone.now())
    settings.OIDC_OP_TOKEN_ENDPOINT = f"http://127.0.0.1:{free_port()}/"
    client, answer = come_back(switched_on, "u5", email="one@example.cn", email_verified=True)
    assert answer["Location"] == "/login/" and "_auth_user_id" not in client.session

"""A forgotten password: a link by e-mail for applicants, one answer for everybody."""

import re

import pytest
from django.core import mail
from django.test import Client

from portal.kernel import outbox
from portal.kernel.permissions import Role
from portal.models import User

OLD, NEW = "a-long-enough-password", "quite-another-password"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return User.objects.create_user(
        "yuezhou", role=Role.APPLICANT, name="王越", email="Office@yuezhou.example", password=OLD
    )


def ask(email: str) -> str:
    """What the page says, without the request's own number and token."""
    answer = Client().post("/password/forgotten/", {"email": email}, follow=True)
    outbox.drain_outbox()
    page = answer.content.decode().replace(answer["X-Request-ID"], "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def link() -> str:
    return re.search(r"https?://[^/]+(/password/reset/\S+)", mail.outbox[-1].body)[1]


def sign_in(password: str) -> Client | None:
    client = Client()
    return (
        client
        if client.post("/login/", {"username": "yuezhou", "password": password}).status_code == 302
        else None
    )


def test_the_letter_names_the_account_and_its_link_works_once(clerk):
    before = sign_in(OLD)
    ask("office@yuezhou.example")
    assert "yuezhou" in mail.outbox[-1].body
    client, address = Client(), link()
    page = client.get(address, follow=True)
    where = page.redirect_chain[-1][0]
    assert client.post(where, {"new_password1": NEW, "new_password2": "x"}).status_code == 200
    wrong = client.post(where, {"new_password1": NEW, "new_password2": "x"}).content.decode()
    assert "两次输入的密码不一致" in wrong
    short = client.post(where, {"new_password1": "short", "new_password2": "short"}).content.decode()
    assert "12" in short and "This password" not in short
    assert client.post(where, {"new_password1": NEW, "new_password2": NEW}).url == "/login/"
    assert sign_in(NEW) and not sign_in(OLD)
    assert before.get("/notifications/").status_code == 302  # other sessions have ended
    assert "链接已失效" in Client().get(address, follow=True).content.decode()


def test_who_was_locked_out_signs_in_with_the_new_password(clerk):
    for _ in range(6):
        sign_in("wrong-wrong-wrong")
    assert not sign_in(OLD)
    ask(clerk.email)
    client = Client()
    where = client.get(link(), follow=True).redirect_chain[-1][0]
    client.post(where, {"new_password1": NEW, "new_password2": NEW})
    assert sign_in(NEW)


def test_one_answer_for_all_and_no_letter_for_officials(clerk):
    User.objects.create_user(
        "zhou", role=Role.RECOMMENDER, name="周敏", email="zhou@gov.example", password=OLD
    )
    known, unknown, official = (ask(one) for one in (clerk.email, "nobody@x.example", "zhou@gov.example"))
    assert known == unknown == official
    assert [letter.to for letter in mail.outbox] == [[clerk.email]]


def test_three_letters_an_hour(clerk):
    for _ in range(5):
        ask(clerk.email)
    assert len(mail.outbox) == 3

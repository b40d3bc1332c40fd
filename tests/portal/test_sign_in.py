"""Sessions end by themselves and with a changed password; guessing is stopped, with one text for all."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.services import edit_account
from portal.kernel.permissions import Role
from portal.kernel.request import client_address
from portal.models import User

PASSWORD, WRONG = "a-long-enough-password", "another-long-password"


@pytest.fixture
def official(db):
    return User.objects.create_user("official", role=Role.MINISTRY_OFFICER, name="周明", password=PASSWORD)


def sign_in(username: str, password: str = PASSWORD) -> tuple[Client, object]:
    client = Client()
    return client, client.post("/login/", {"username": username, "password": password})


def text_of(answer) -> str:
    """What a page says, without the request's own number and token."""
    page = answer.content.decode().replace(answer["X-Request-ID"], "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def is_in(client: Client) -> bool:
    return client.get("/notifications/").status_code == 200


@pytest.mark.parametrize(
    ("role", "steps", "stays"),
    [
        (Role.MINISTRY_OFFICER, [29, 29, 29], True),
        (Role.MINISTRY_OFFICER, [30], False),
        (Role.MINISTRY_OFFICER, [29] * 17, False),  # more than eight hours
        (Role.APPLICANT, [59, 59], True),
        (Role.APPLICANT, [60], False),
    ],
)
@pytest.mark.django_db
def test_idle_and_long_sessions_end(role, steps, stays):
    User.objects.create_user("person", role=role, name="某人", password=PASSWORD)
    moment = timezone.now()
    with time_machine.travel(moment, tick=False) as traveller:
        client, _ = sign_in("person")
        assert is_in(client)
        answers = []
        for minutes in steps:
            moment += timedelta(minutes=minutes)
            traveller.move_to(moment)
            answers.append(is_in(client))
        assert all(answers[:-1]) or not stays
        assert answers[-1] is stays


def test_the_sign_in_page_says_why(official):
    client, _ = sign_in("official")
    assert is_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        answer = client.get("/notifications/", follow=True)
    assert answer.redirect_chain == [("/login/?next=/notifications/", 302)]
    assert "登录已超过时限" in answer.content.decode()


def test_a_new_password_ends_the_other_sessions(official):
    here, _ = sign_in("official")
    elsewhere, _ = sign_in("official")
    form = {
        "old_password": PASSWORD,
        "new_password1": "quite-a-new-password",
        "new_password2": "quite-a-new-password",
    }
    assert here.post("/password/", form).status_code == 302
    assert is_in(here) and not is_in(elsewhere)


def test_a_closed_account_is_out_at_once(official):
    client, _ = sign_in("official")
    administrator = User.objects.create_user("chief", role=Role.ADMINISTRATOR, name="孙浩然")
    edit_account(official, by=administrator, is_active=False)
    assert not is_in(client)


def test_a_lock_says_the_same_to_right_and_wrong(official):
    for _ in range(5):
        sign_in("official", WRONG)
    client, right = sign_in("official")
    _, wrong = sign_in("official", WRONG)
    assert right.status_code == wrong.status_code == 429
    assert text_of(right) == text_of(wrong)
    assert "暂时锁定" in text_of(right)
    assert not is_in(client)


def test_an_unknown_name_is_told_what_a_wrong_password_is_told(official):
    known, unknown = (text_of(sign_in(username, WRONG)[1]) for username in ("official", "nobody"))
    assert "用户名或者密码不正确" in known
    assert known.replace("official", "nobody") == unknown


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [(0, "203.0.113.9", "127.0.0.1"), (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"), (1, "", "127.0.0.1")],
)
def test_whom_the_limits_count(rf, settings, proxies, header, address):
    """What a client writes into X-Forwarded-For itself stands further left and moves nothing."""
    settings.TRUSTED_PROXIES = proxies
    assert client_address(rf.get("/", headers={"x-forwarded-for": header} if header else {})) == address

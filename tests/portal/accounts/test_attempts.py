"""Guessing and flooding meet limits in the database; offices behind one address do not lock one another out."""

import hashlib
import re
from itertools import count

import pytest
from django.test import Client

from portal.accounts import attempts, proof_of_work
from portal.accounts.strength import StrengthValidator
from portal.kernel.permissions import Role
from tests.factories import people

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-password"


WRONG = "wrong-wrong-wrong"


def sign_in(username: str, password: str = WRONG, address: str = "203.0.113.1"):
    return Client(REMOTE_ADDR=address).post("/login/", {"username": username, "password": password})


def test_one_account_from_many_addresses():
    people.user(Role.MINISTRY_OFFICER, "official", password=PASSWORD)
    codes = [sign_in("official", address=f"203.0.113.{n}").status_code for n in range(1, 21)]
    assert codes == [200] * 20
    assert sign_in("official", PASSWORD, address="203.0.113.99").status_code == 429
    assert sign_in("Official", address="203.0.113.98").status_code == 429  # however it is written


def test_many_accounts_from_one_address(settings):
    people.user(Role.MINISTRY_OFFICER, "official", password=PASSWORD)
    codes = [sign_in(f"name{n}").status_code for n in range(101)]
    assert codes == [200] * 100 + [429]
    assert sign_in("official", PASSWORD).status_code == 429
    assert sign_in("official", PASSWORD, address="203.0.113.2").status_code == 302


def test_who_signs_in_rightly_is_not_counted():
    people.user(Role.MINISTRY_OFFICER, "official", password=PASSWORD)
    assert {sign_in("official", PASSWORD).status_code for _ in range(25)} == {302}


def test_the_old_password_is_not_guessed():
    user = people.user(Role.APPLICANT, password=PASSWORD)
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.PortalBackend")
    new = {"new_password1": "violet-kettle-harbour-9", "new_password2": "violet-kettle-harbour-9"}
    codes = [client.post("/password/", {"old_password": f"guess{n}", **new}).status_code for n in range(6)]
    assert codes == [200] * 5 + [429]
    assert client.post("/password/", {"old_password": PASSWORD, **new}).status_code == 429


def test_codes_are_not_guessed_per_number_and_not_per_address_alone():
    def ask(number, address="203.0.113.1"):
        form = {"number": number, "query_code": "AAAAAAAA"}
        return Client(REMOTE_ADDR=address).post("/progress/", form).content.decode()

    answers = [ask("2026-浙-0001", f"203.0.113.{n}") for n in range(11)]
    assert all("没有找到" in answer for answer in answers[:10]) and "次数过多" in answers[10]
    assert "没有找到" in ask("2026-浙-0002", "203.0.113.77")


REGISTRATION = {
    "name": "王越",
    "title": "",
    "email": "w@x.example",
    "phone": "13800001111",
    "password": "violet-kettle-harbour-9",
}


def register(username: str, **more):
    return Client(REMOTE_ADDR="203.0.113.1").post(
        "/register/", {**REGISTRATION, "username": username, **more}
    )


def challenge_in(answer) -> dict:
    page = answer.content.decode()
    return {"proof_token": re.search(r'name="proof_token" value="([^"]+)"', page)[1], "page": page}


def test_much_from_one_address_is_asked_and_never_refused():
    assert [register(f"unit{n}").status_code for n in range(5)] == [302] * 5
    asked = register("unit5")
    assert asked.status_code == 422 and "w@x.example" in asked.content.decode()
    found = challenge_in(asked)
    one, other = (
        proof_of_work.DIGITS.index(sign) for sign in re.search(r"(.)加(.)等于几", found["page"]).groups()
    )
    wrong = register("unit5", proof_token=found["proof_token"], proof_answer="3000")
    assert wrong.status_code == 422
    answered = register("unit5", proof_token=found["proof_token"], proof_answer=str(one + other))
    assert answered.status_code == 302
    again = register("unit6", proof_token=found["proof_token"], proof_answer=str(one + other))
    assert again.status_code == 422  # each question serves once
    assert (
        Client(REMOTE_ADDR="203.0.113.2")
        .post("/register/", {**REGISTRATION, "username": "unit7"})
        .status_code
        == 302
    )


def test_work_does_what_an_answer_does():
    for _ in range(5):
        attempts.note("register", address="203.0.113.1")
    token = challenge_in(register("unit1"))["proof_token"]
    nonce = next(
        n
        for n in count()
        if proof_of_work.has_zero_bits(hashlib.sha256(f"{token}:{n}".encode()).digest(), proof_of_work.BITS)
    )
    assert register("unit1", proof_token=token, proof_nonce=str(nonce + 1)).status_code == 422
    assert register("unit1", proof_token=token, proof_nonce=str(nonce)).status_code == 302


def test_a_forged_challenge_opens_nothing():
    assert not proof_of_work.is_solved("forged", "0", "4")


@pytest.mark.parametrize(
    "weak", ["x" * 100, "password123456", "qwertyuiop1234", "zhangwei20261128", "1" * 129]
)
def test_what_is_soon_guessed_is_no_password(weak):
    with pytest.raises(Exception, match="密码"):
        StrengthValidator().validate(weak, people.user(name="张伟", username="zhangwei2026"))


def test_a_sentence_of_words_is_one():
    StrengthValidator().validate("violet-kettle-harbour-9")


def sessions_of(user, number: int) -> list[Client]:
    clients = [Client() for _ in range(number)]
    for client in clients:
        client.force_login(user, backend="portal.accounts.backends.PortalBackend")
    return clients


def is_in(client: Client) -> bool:
    return client.get("/notifications/").status_code == 200


@pytest.mark.parametrize(("role", "most"), [(Role.APPLICANT, 2), (Role.MINISTRY_LEAD, 1)])
def test_a_further_browser_ends_the_oldest(settings, role, most):
    settings.SESSIONS_AT_ONCE = {"staff": 1, "applicant": 2}
    clients = sessions_of(people.user(role), 3)
    assert [is_in(client) for client in clients] == [False] * (3 - most) + [True] * most


def test_browsers_are_shown_and_ended_by_their_owner_alone():
    user = people.user()
    here, there = sessions_of(user, 2)
    stranger = sessions_of(people.user(), 1)[0]
    page = here.get("/account/").content.decode()
    assert "本浏览器" in page
    address = re.search(r'action="(/account/sessions/\d+/end/)"', page)[1]
    stranger.post(address)
    assert is_in(there)
    here.post(address)
    assert is_in(here) and not is_in(there)


def test_a_chosen_sign_out_empties_the_browser():
    (client,) = sessions_of(people.user(), 1)
    assert client.post("/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)

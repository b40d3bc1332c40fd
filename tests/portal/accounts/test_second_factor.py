"""The real way in: password, then an authenticator's code or a recovery code; asked again before signing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import changes
from portal.kernel import signoff
from portal.kernel.permissions import STAFF, Role
from portal.models import AuditEvent, SignOff, User
from tests.factories import dossiers, people

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-password"


@pytest.fixture(autouse=True)
def _demanded(settings):
    settings.SECOND_FACTOR_DEMANDED = True


@pytest.fixture
def official():
    return people.user(Role.MINISTRY_LEAD, "official", password=PASSWORD)


def type_password(
    username: str = "official", password: str = PASSWORD, target: str = ""
) -> tuple[Client, object]:
    client = Client()
    return client, client.post("/login/", {"username": username, "password": password, "next": target})


def code_of(secret_or_user, *, ahead: int = 0) -> str:
    key = TOTPDevice.objects.get(user=secret_or_user, confirmed=True).bin_key
    return f"{totp(key, t0=-30 * ahead):06d}"


def enrolled(user) -> list[str]:
    """An authenticator and recovery codes, as the pages make them."""
    client, answer = type_password(user.username)
    assert answer.url == "/login/second/"
    assert client.get(answer.url).url == "/login/enrol/"
    page = client.get("/login/enrol/").content.decode()
    assert "data:image/png" in page
    key = client.session["authenticator_being_set_up"]
    wrong = client.post("/login/enrol/", {"code": "000000"})
    assert wrong.status_code == 422 and "动态口令不正确" in wrong.content.decode()
    assert not TOTPDevice.objects.filter(user=user).exists()
    right = client.post("/login/enrol/", {"code": f"{totp(bytes.fromhex(key)):06d}"})
    assert right.url == "/account/recovery-codes/"
    shown = client.post(right.url).content.decode()
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", shown)
    assert len(codes) == 10
    return codes


def is_in(client: Client) -> bool:
    return client.get("/notifications/").status_code == 200


@pytest.mark.parametrize("role", STAFF)
def test_a_right_password_alone_opens_no_page(role):
    user = people.user(role, password=PASSWORD)
    client, answer = type_password(user.username)
    assert answer.url == "/login/second/"
    assert "_auth_user_id" not in client.session
    for address in ("/desk/", "/notifications/", "/accounts/", "/account/", "/account/recovery-codes/"):
        assert client.get(address).url == f"/login/?next={address}"


def test_an_applicant_is_asked_only_after_enrolling():
    people.user(Role.APPLICANT, "unit", password=PASSWORD)
    client, answer = type_password("unit")
    assert answer.url == "/desk/" and is_in(client)


def test_enrolment_then_code_then_in(official):
    enrolled(official)
    client, answer = type_password(target="/signoffs/")
    page = client.get(answer.url).content.decode()
    assert "确认身份" in page and not is_in(client)
    wrong = client.post(answer.url, {"code": "000000"})
    assert wrong.status_code == 422 and not is_in(client)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        right = client.post(answer.url, {"code": code_of(official)})
        assert right.url == "/signoffs/" and is_in(client)


def test_guessing_slows_down_whatever_the_browser(official):
    enrolled(official)
    answers = []
    for _ in range(4):
        client, answer = type_password()
        answers.append(client.post(answer.url, {"code": "111111"}).content.decode())
    assert "动态口令不正确" in answers[0]
    assert "稍等片刻" in answers[-1]
    client, answer = type_password()
    assert client.post(answer.url, {"code": code_of(official)}).status_code == 422  # even the right one


def test_a_code_works_once(official):
    enrolled(official)
    with time_machine.travel(timezone.now() + timedelta(seconds=40), tick=False):
        code = code_of(official)
        for expected in (302, 422):
            client, answer = type_password()
            assert client.post(answer.url, {"code": code}).status_code == expected


def test_a_recovery_code_works_once_and_only_its_digest_is_kept(official):
    codes = enrolled(official)
    assert not StaticToken.objects.filter(
        token__in=[*codes, *(code.replace("-", "") for code in codes)]
    ).exists()
    client, answer = type_password()
    assert client.post(answer.url, {"code": codes[3].upper()}).status_code == 302 and is_in(client)
    client, answer = type_password()
    again = client.post(answer.url, {"code": codes[3]})
    assert (again.status_code, "恢复码不正确或者已经用过" in again.content.decode()) == (422, True)
    assert AuditEvent.objects.filter(action="user.use_recovery_code").count() == 1
    assert StaticToken.objects.count() == 9


def test_half_a_sign_in_ends_after_ten_minutes_and_with_the_password(official):
    enrolled(official)
    client, answer = type_password()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert client.get(answer.url).url == "/login/"
    client, answer = type_password()
    official.set_password("another-long-password")
    official.save()
    assert client.get(answer.url).url == "/login/"


def test_who_knows_the_password_alone_does_not_enrol_another_phone(official):
    enrolled(official)
    client, _ = type_password()
    assert client.get("/login/enrol/").url == "/login/second/"
    assert client.post("/passkeys/add/begin/").status_code == 409


def proposal() -> SignOff:
    one = people.user(Role.ADMINISTRATOR)
    return changes.change_account(people.user(Role.MINISTRY_LEAD), by=one, phone="010-1", note="更正")


def test_signing_asks_again_once_the_proof_is_old(client):
    other = people.user(Role.ADMINISTRATOR, "official", password=PASSWORD)
    enrolled(other)
    act = proposal()
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        client, answer = type_password()
        client.post(answer.url, {"code": code_of(other)})
    moment = timezone.now() + timedelta(minutes=7)
    with time_machine.travel(moment, tick=False):
        address = f"/signoffs/{act.pk}/"
        assert "动态口令或者恢复码" in client.get(address).content.decode()
        without = client.post(address, {"then": "sign", "answer": "同意此项变动"})
        assert without.status_code == 409 and "同意此项变动" in without.content.decode()
        wrong = client.post(address, {"then": "sign", "code": "123456"})
        assert "动态口令不正确" in wrong.content.decode()
        act.refresh_from_db()
        assert act.state == "WAITING"
    with time_machine.travel(moment + timedelta(seconds=31), tick=False):
        assert client.post(address, {"then": "sign", "code": code_of(other)}).status_code == 302
        act.refresh_from_db()
        assert act.state == "SIGNED"
        assert "动态口令或者恢复码" not in client.get(f"/signoffs/{proposal().pk}/").content.decode()


def test_a_head_who_prepares_an_end_is_asked_again_too(client):
    application = dossiers.application_in("UNDER_EVALUATION")
    head = people.staff_of(application.recommender)[1]
    people.lead_of(application.recommender)  # who could sign
    TOTPDevice.objects.create(user=head, name="动态口令", key="a1" * 20)
    client.force_login(head)
    address = f"/dossiers/{application.pk}/decline/"
    words = {"reason_code": "other", "note": "材料不足以证明服务成效。"}
    assert "动态口令或者恢复码" in client.get(address).content.decode()
    without = client.post(address, words)
    assert without.status_code == 422 and words["note"] in without.content.decode()
    application.refresh_from_db()
    assert application.state == "UNDER_EVALUATION"
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert client.post(address, {**words, "code": code_of(head)}).status_code == 302
    assert SignOff.objects.get(verb="decline").state == "WAITING"


def test_returning_needs_no_second_proof():
    other = people.user(Role.ADMINISTRATOR)
    client = Client()
    client.force_login(other, backend="portal.accounts.backends.PortalBackend")
    act = proposal()
    client.post(f"/signoffs/{act.pk}/", {"then": "return", "answer": "不同意"})
    act.refresh_from_db()
    assert act.state == "RETURNED"


def test_a_reset_by_two_clears_the_lost_phone(official):
    enrolled(official)
    pair = [people.user(Role.ADMINISTRATOR) for _ in range(2)]
    signoff.sign(changes.reset_account(official, by=pair[0]), by=pair[1])
    assert not TOTPDevice.objects.filter(user=official).exists()
    assert not User.objects.get(pk=official.pk).has_usable_password()


def test_production_refuses_the_comfortable_way(settings):
    settings.SECOND_FACTOR_DEMANDED = False
    assert "portal.E021" in {error.id for error in run_checks(include_deployment_checks=True)}
    settings.SECOND_FACTOR_DEMANDED = True
    assert "portal.E021" not in {error.id for error in run_checks(include_deployment_checks=True)}

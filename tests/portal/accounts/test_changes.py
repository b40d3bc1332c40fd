"""Nobody is two persons: accounts that may sign change by two administrators, and a password is its owner's alone."""

import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from platforms.models import Recommender
from platforms.querysets import people_of_recommender
from portal.accounts.changes import change_account, close_account, open_account, reset_account, signing_roles
from portal.accounts.services import set_password
from portal.kernel import outbox, signoff
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import AccountChange, AuditEvent, SignOff, User
from portal.trail import watching as audit_signals
from tests.factories import people

pytestmark = pytest.mark.django_db
OLD, NEW = "a-long-enough-password", "quite-another-password-9"
LEAD = {
    "username": "new_lead",
    "name": "顾怀民",
    "title": "副处长",
    "role": Role.MINISTRY_LEAD,
    "email": "gu@miit.example",
    "phone": "",
}


@pytest.fixture
def pair():
    return people.user(Role.ADMINISTRATOR, name="孙浩然"), people.user(Role.ADMINISTRATOR, name="蒋文静")


@pytest.fixture
def lead():
    return people.user(Role.MINISTRY_LEAD, "old_lead", password=OLD, email="lead@miit.example")


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.PortalBackend")
    return client


def letters_to(address: str) -> list[str]:
    outbox.drain_outbox()
    return [letter.body for letter in mail.outbox if letter.to == [address]]


def test_who_may_sign_is_read_from_the_permission_table():
    assert signing_roles() == {
        Role.MINISTRY_LEAD,
        Role.RECOMMENDER,
        Role.ADMINISTRATOR,
        Role.EXPERT,
        Role.INSPECTOR,
        Role.OUTSIDE_AUDITOR,
    }


def test_a_lead_is_made_by_two_and_sets_the_password_alone(pair):
    one, two = pair
    page = browser(one).post("/accounts/new/", LEAD, follow=True)
    act = SignOff.objects.get()
    assert page.redirect_chain == [(f"/signoffs/{act.pk}/", 302)]
    assert not User.objects.filter(username="new_lead").exists()
    with pytest.raises(TransitionBlocked, match="两人"):
        signoff.sign(act, by=one)
    shown = browser(two).get(f"/signoffs/{act.pk}/").content.decode()
    assert all(word in shown for word in ("new_lead", "顾怀民", "gu@miit.example", "工信部负责人"))
    browser(two).post(f"/signoffs/{act.pk}/", {"then": "sign"})
    made = User.objects.get(username="new_lead")
    assert made.role == Role.MINISTRY_LEAD and not made.has_usable_password()
    (letter,) = letters_to("gu@miit.example")
    client = Client()
    where = client.get(re.search(r"https?://[^/]+(/password/reset/\S+)", letter)[1], follow=True)
    client.post(where.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})
    assert User.objects.get(username="new_lead").check_password(NEW)


def test_a_reset_by_two_ends_the_old_password_and_shows_nobody_a_new_one(pair, lead):
    inside = browser(lead)
    answer = browser(pair[0]).post(f"/accounts/{lead.pk}/", {"then": "link", "note": "忘记"}, follow=True)
    assert "审签" in answer.content.decode()
    lead.refresh_from_db()
    assert lead.check_password(OLD)  # proposed, not done
    signoff.sign(SignOff.objects.get(), by=pair[1])
    lead.refresh_from_db()
    assert not lead.has_usable_password()
    assert inside.get("/notifications/").status_code == 302
    assert len(letters_to("lead@miit.example")) == 1


def test_a_new_address_of_a_lead_takes_two_and_the_old_one_is_told(pair, lead):
    act = change_account(lead, by=pair[0], email="attacker@x.example", note="更正")
    lead.refresh_from_db()
    assert lead.email == "lead@miit.example"
    assert letters_to("attacker@x.example") == []
    signoff.sign(act, by=pair[1])
    (letter,) = letters_to("lead@miit.example")
    assert "另一个地址" in letter


def test_an_officer_does_not_become_a_lead_by_one(pair):
    officer = people.user(Role.MINISTRY_OFFICER, "officer")
    act = change_account(officer, by=pair[0], role=Role.MINISTRY_LEAD)
    officer.refresh_from_db()
    assert officer.role == Role.MINISTRY_OFFICER
    signoff.sign(act, by=pair[1])
    officer.refresh_from_db()
    assert officer.role == Role.MINISTRY_LEAD


def test_an_officer_is_one_administrators_work(pair):
    made = open_account(by=pair[0], **{**LEAD, "username": "officer", "role": Role.MINISTRY_OFFICER})
    assert isinstance(made, User) and not made.has_usable_password()
    assert len(letters_to("gu@miit.example")) == 1
    assert change_account(made, by=pair[0], phone="010-1") is None
    made.refresh_from_db()
    assert made.phone == "010-1"


def test_an_installation_with_one_administrator_says_what_to_do():
    alone = people.user(Role.ADMINISTRATOR)
    page = browser(alone).post("/accounts/new/", LEAD)
    assert page.status_code == 422
    assert "create_administrators" in page.content.decode()
    assert not AccountChange.objects.exists() and not User.objects.filter(username="new_lead").exists()


def test_what_changed_between_the_two_is_not_signed(pair, lead):
    act = change_account(lead, by=pair[0], phone="010-2")
    User.objects.filter(pk=lead.pk).update(email="other@miit.example")
    with pytest.raises(TransitionBlocked, match="内容已有变化"):
        signoff.sign(act, by=pair[1])


def test_sent_back_is_over_and_may_be_proposed_again(pair, lead):
    act = change_account(lead, by=pair[0], phone="010-2")
    with pytest.raises(TransitionBlocked, match="等待审签"):
        reset_account(lead, by=pair[1])
    signoff.send_back(act, by=pair[1], answer="号码不对")
    assert AccountChange.objects.get().state == "DROPPED"
    assert change_account(lead, by=pair[0], phone="010-3") is not None


def test_shutting_out_is_one_persons_and_opening_again_two(pair, lead):
    inside = browser(lead)
    close_account(lead, by=pair[0])
    assert inside.get("/notifications/").status_code == 302
    lead.refresh_from_db()
    act = change_account(lead, by=pair[0], is_active=True)
    lead.refresh_from_db()
    assert not lead.is_active
    signoff.sign(act, by=pair[1])
    lead.refresh_from_db()
    assert lead.is_active
    with pytest.raises(TransitionBlocked, match="不能停用自己"):
        close_account(pair[0], by=pair[0])


def test_nobody_sets_anothers_password(pair, lead):
    with pytest.raises(PermissionDenied):
        set_password(lead, NEW, by=pair[0])


def test_an_account_of_an_office_is_at_home_on_its_first_page(pair):
    zhejiang = Recommender.objects.get(label="浙江")
    wanted = {**LEAD, "username": "zj", "role": Role.RECOMMENDER}
    refused = browser(pair[0]).post("/accounts/new/", wanted)
    assert refused.status_code == 422 and "请选择推荐单位" in refused.content.decode()
    browser(pair[0]).post("/accounts/new/", {**wanted, "place": zhejiang.pk, "signs": "on"})
    act = SignOff.objects.get()
    assert ["所在单位", zhejiang.name] in act.shown["rows"]
    signoff.sign(act, by=pair[1])
    made = User.objects.get(username="zj")
    assert made in people_of_recommender(zhejiang, "sign_recommender")
    assert browser(made).get("/desk/", follow=True).status_code == 200


def test_each_step_is_a_signal_to_the_inspector(pair, lead):
    signoff.sign(reset_account(lead, by=pair[0]), by=pair[1])
    found = AuditEvent.objects.filter(audit_signals.signal_of("accounts").condition())
    assert set(found.values_list("action", flat=True)) == {
        "accountchange.take_up",
        "accountchange.prepare_carry_out",
        "accountchange.carry_out",
        "user.send_link",
    }

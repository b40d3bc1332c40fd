"""One organisation per code: claims on it, invitations into it, and nobody is ever locked out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from platforms.memberships import services as membership
from platforms.models import Invitation, OrganisationClaim, Recommender
from platforms.organisations.services import FILLS, SIGNS, edit_organisation, remove_person, set_part
from platforms.querysets import organisations_of, people_of_organisation
from platforms.recommenders.reference import department_of_code
from portal.kernel import clock, outbox
from portal.kernel.permissions import allowed
from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from tests.factories import filing
from training.demo.actors import staff_of
from training.demo.files import evidence_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def newcomer():
    return filing.applicant("王越")


def zhejiang() -> Recommender:
    return Recommender.objects.get(label="浙江")


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("授权书.pdf", evidence_pdf("授权书"))


def claim(unit, newcomer, *, authorisation=None):
    return membership.claim_organisation(
        unit.organisation,
        recommender=zhejiang(),
        words="服务部主任",
        authorisation=authorisation,
        by=newcomer,
    )


def people(unit) -> dict[str, str]:
    signers = set(people_of_organisation(unit.organisation, SIGNS).values_list("pk", flat=True))
    return {
        p.name: "负责人" if p.pk in signers else "经办人" for p in people_of_organisation(unit.organisation)
    }


def test_a_taken_code_leads_to_a_claim(client, unit, newcomer):
    client.force_login(newcomer)
    answer = client.post(
        reverse("organisation_new"),
        {
            "uscc": unit.organisation.uscc,
            "name": "另一家",
            "kind": "enterprise",
            "established_on": "2016-05-20",
            "legal_person": "王越",
            "registered_address": "杭州",
            "phone": "0",
            "email": "a@example.invalid",
        },
    )
    assert answer.status_code == 422
    there = f"{reverse('organisation_claim_new')}?uscc={unit.organisation.uscc}"
    assert there in answer.content.decode()
    form = client.get(there).context["form"]
    assert form["uscc"].value() == unit.organisation.uscc
    home = Recommender.objects.get(code=department_of_code(unit.organisation.uscc))
    assert form["recommender"].value() == home.pk  # the code says where the unit is at home


@pytest.mark.parametrize(
    ("day", "status", "sentence"),
    [
        ("1066-05-20", 422, "成立日期早于 1900 年"),
        ("2999-01-01", 422, "成立日期不能晚于今天"),
        ("1927-05-20", 200, "早于 1949 年，请与证照核对"),
        ("2016-05-20", 200, ""),
    ],
)
def test_a_date_of_establishment_that_can_hardly_be(client, unit, day, status, sentence):
    row = unit.organisation
    sent = {
        "name": row.name,
        "kind": row.kind,
        "established_on": day,
        "legal_person": row.legal_person,
        "registered_address": row.registered_address,
        "phone": row.phone,
        "email": row.email,
    }
    client.force_login(unit.user)
    answer = client.post(reverse("organisation_edit", args=[row.pk]), sent, follow=True)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (status, True)
    assert ("早于 1949" in page) == (day == "1927-05-20")


def test_the_unit_admits_and_the_department_has_no_say_without_a_paper(unit, newcomer):
    made = claim(unit, newcomer)
    assert not allowed(staff_of(zhejiang())[0], "admit", made)
    membership.admit_claim(made, by=unit.user)
    assert people(unit) == {unit.user.name: "负责人", "王越": "经办人"}
    outbox.drain_outbox()
    assert {m.to[0] for m in mail.outbox} == {unit.user.email, newcomer.email}


def test_the_department_displaces_a_squatter_and_the_drafts_survive(unit, newcomer):
    draft = filing.dossier(unit, filing.year(), leave_out=("staff", "smes", "facilities"))
    made = claim(unit, newcomer, authorisation=paper())
    officer = staff_of(zhejiang())[0]
    membership.admit_claim(made, displace=True, note="已与营业执照核对", by=officer)
    assert people(unit) == {"王越": "负责人"}
    assert allowed(newcomer, "submit", draft)
    assert not allowed(unit.user, "view", draft)


def test_the_unit_itself_cannot_be_made_to_displace(unit, newcomer):
    made = claim(unit, newcomer)
    membership.admit_claim(made, displace=True, by=unit.user)
    assert people(unit) == {unit.user.name: "负责人", "王越": "经办人"}


def test_a_department_of_another_region_sees_nothing(client, unit, newcomer):
    made = claim(unit, newcomer, authorisation=paper())
    client.force_login(staff_of(Recommender.objects.get(label="江苏"))[0])
    assert client.get(reverse("organisation_claim", args=[made.pk])).status_code == 404


def test_refusing_needs_words_and_a_claim_is_made_once(client, unit, newcomer):
    made = claim(unit, newcomer)
    with pytest.raises(TransitionBlocked, match="正在等待答复"):
        claim(unit, newcomer)
    client.force_login(unit.user)
    url = reverse("organisation_claim", args=[made.pk])
    silent = client.post(url, {"then": "refuse", "part": "handle", "note": ""})
    assert (silent.status_code, "需要写明理由" in silent.content.decode()) == (422, True)
    assert client.post(url, {"then": "refuse", "part": "handle", "note": "查无此人"}).status_code == 302
    assert OrganisationClaim.objects.get(pk=made.pk).state == "REFUSED"
    assert not organisations_of(newcomer).exists()


def invitation_link() -> str:
    outbox.drain_outbox()
    return re.search(r"https?://[^/]+(/invitations/\S+/)", mail.outbox[-1].body).group(1)


def test_an_invitation_makes_an_account_once(client, unit):
    membership.invite(unit.organisation, email="new@example.invalid", part="sign", by=unit.user)
    link = invitation_link()
    assert 'value="new@example.invalid"' in client.get(link).content.decode()
    account = {
        "username": "wangyue",
        "name": "王越",
        "title": "主任",
        "email": "new@example.invalid",
        "phone": "13900000000",
        "password": "Yuezhou-Fuwu-2026",
    }
    assert client.post(link, account).status_code == 302
    assert people(unit) == {unit.user.name: "负责人", "王越": "负责人"}
    client.logout()
    again = client.post(link, {**account, "username": "other"})
    assert (again.status_code, "此邀请已接受" in again.content.decode()) == (409, True)
    assert not User.objects.filter(username__startswith="other").exists()
    assert User.objects.get(username__startswith="wangyue-").email_verified_at  # the link came by letter


def test_an_invitation_links_the_account_that_is_signed_in(client, unit, newcomer):
    membership.invite(unit.organisation, email="w@example.invalid", part="handle", by=unit.user)
    client.force_login(newcomer)
    assert client.post(invitation_link()).status_code == 302
    assert people(unit)["王越"] == "经办人"


def test_an_invitation_ends(client, unit, newcomer):
    row = membership.invite(unit.organisation, email="w@example.invalid", part="handle", by=unit.user)
    with clock.standing_at(clock.now() + timedelta(days=7)), pytest.raises(TransitionBlocked, match="已过期"):
        membership.accept_invitation(row, by=newcomer)
    second = membership.invite(unit.organisation, email="W@example.invalid", part="handle", by=unit.user)
    with pytest.raises(TransitionBlocked, match="已撤销"):
        membership.accept_invitation(row, by=newcomer)
    assert client.get(f"/invitations/{membership.token_of(second)[:-1]}x/").status_code == 404
    assert Invitation.objects.get(pk=second.pk).is_open


@pytest.mark.parametrize(
    ("address", "field", "typed", "sentence"),
    [
        ("invitation_send", "email", "wang.example.invalid", "应为电子邮箱地址"),
        ("person_add", "username", "nobody_here", "没有找到此用户名"),
    ],
)
def test_a_wrong_address_or_username_stands_at_its_field(client, unit, address, field, typed, sentence):
    client.force_login(unit.user)
    sent = {field: typed, "part": "sign", "role": "sign"}
    answer = client.post(reverse(address, args=[unit.organisation.pk]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in re.search(rf'id="id_{field}_error">([^<]+)', page)[1]
    assert re.search(rf'name="{field}" value="{typed}"', page)
    assert re.search(r"<details open>\s*<summary>(用电子邮件邀请|加入已注册)", page)
    assert re.search(r'value="sign"[^>]+checked', page)


def test_a_clerk_invites_nobody(unit):
    with pytest.raises(PermissionDenied):
        membership.invite(
            unit.organisation, email="w@example.invalid", part="handle", by=filing.clerk_of(unit)
        )


def test_somebody_who_may_sign_always_remains(client, unit):
    clerk = filing.clerk_of(unit)
    for act in (
        lambda: remove_person(unit.organisation, user=unit.user, by=unit.user),
        lambda: set_part(unit.organisation, user=unit.user, signs=False, by=unit.user),
    ):
        with pytest.raises(TransitionBlocked, match="最后一位负责人"):
            act()
    client.force_login(unit.user)
    client.post(reverse("person_part", args=[unit.organisation.pk, clerk.pk]), {"part": "sign"})
    client.post(reverse("organisation_leave", args=[unit.organisation.pk]))
    assert people(unit) == {clerk.name: "负责人"}
    assert not organisations_of(unit.user, FILLS).exists()


def test_a_changed_name_keeps_its_history_and_asks_for_verification(client, unit):
    before = unit.organisation.name
    edit_organisation(
        unit.organisation, by=unit.user, reason="改制", name="杭州新名称有限公司", legal_person="王越"
    )
    unit.organisation.refresh_from_db()
    assert not unit.organisation.is_verified
    assert {(c.field, c.before, c.after) for c in unit.organisation.changes.all()} >= {
        ("单位全称", before, "杭州新名称有限公司")
    }
    client.force_login(unit.user)
    text = client.get(reverse("organisation", args=[unit.organisation.pk])).content.decode()
    assert f"单位全称：{before} → 杭州新名称有限公司" in text

"""A recommender's own people: asked for by the head, made by two administrators, deputising by the clock; the Art. 19 register binds the association."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from platforms.models import Recognition, Recommender
from platforms.querysets import people_of_recommender, recommenders_of
from platforms.staff import services as staff
from platforms.staff.recognitions import end_recognition, record_recognition, standing_recognition
from portal.accounts.changes import take_up
from portal.kernel import clock, signoff
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import AccountChange, User
from tests.factories import people
from tests.factories.rounds import Round
from training.demo.actors import staff_of
from training.demo.dossiers import file_dossier, submit
from training.demo.files import evidence_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    recommender = Recommender.objects.get(label="浙江")
    return recommender, *staff_of(recommender)


def sign_as_two(change: AccountChange) -> None:
    one, two = people.user(Role.ADMINISTRATOR), people.user(Role.ADMINISTRATOR)
    act = take_up(change, by=one)
    with pytest.raises(TransitionBlocked, match="两人"):
        signoff.sign(act, by=one)
    signoff.sign(act, by=two)


def test_a_single_head_makes_nobody_who_acts_at_the_desk(client, desk):
    recommender, officer, lead = desk
    fields = {
        "username": "liming",
        "name": "李明",
        "email": "li@example.invalid",
        "reason": "人任〔2026〕3 号",
    }
    with pytest.raises(PermissionDenied):
        staff.ask_for_colleague(recommender, title="", may_sign=True, by=officer, **fields)
    client.force_login(lead)
    assert client.post(reverse("staff"), {**fields, "may_sign": "on"}).status_code == 302
    change = AccountChange.objects.get()
    assert "待系统管理员拟办" in client.get(reverse("staff")).content.decode()
    assert not User.objects.filter(username="liming").exists()
    with pytest.raises(PermissionDenied):
        take_up(change, by=lead)
    again = client.post(reverse("staff"), fields)
    assert again.status_code == 422 and "等待办理" in again.content.decode()
    drain_outbox()
    assert mail.outbox == []
    sign_as_two(change)
    assert people_of_recommender(recommender, "sign_recommender").filter(username="liming").exists()
    drain_outbox()
    assert "/password/reset/" in next(
        letter.body for letter in mail.outbox if letter.to == ["li@example.invalid"]
    )


def test_an_officer_becomes_a_head_or_a_deputy_by_two_administrators(client, desk):
    _, officer, lead = desk
    client.force_login(lead)
    client.post(reverse("staff_change", args=[officer.pk]), {"then": "head"})
    assert not recommenders_of(officer, "sign_recommender").exists()
    change = AccountChange.objects.get()
    assert f"修改账号：{officer.name}" in client.get(reverse("staff")).content.decode()
    client.post(reverse("staff_request_withdraw", args=[change.pk]))
    today = clock.today().isoformat()
    term = {"absent": lead.pk, "deputy": officer.pk, "from_on": today, "until": today, "reason": "出差"}
    assert client.post(reverse("substitution_add"), term).status_code == 302
    assert not recommenders_of(officer, "sign_recommender").exists()
    assert f"代理签发：{officer.name}" in client.get(reverse("staff")).content.decode()
    sign_as_two(AccountChange.objects.get(kind="deputise"))
    assert recommenders_of(officer, "sign_recommender").exists()


def test_an_administrator_sends_a_request_back_with_a_reason(client, desk):
    recommender, officer, lead = desk
    staff.set_signing(recommender, user=officer, signs=True, by=lead)
    page = reverse("account_request", args=[AccountChange.objects.get().pk])
    client.force_login(people.user(Role.ADMINISTRATOR))
    assert lead.name in client.get(page).content.decode()
    assert client.post(page, {"then": "return"}).status_code == 422
    assert client.post(page, {"then": "return", "note": "没有任命文件"}).status_code == 302
    assert AccountChange.objects.get().state == "DROPPED"


def test_a_substitute_signs_from_day_to_day(desk):
    recommender, officer, lead = desk
    year = Round()
    term = {"from_on": "2026-03-12", "until": "2026-03-13"}
    with year.on(date(2026, 3, 10)):
        staff.deputise(officer, {"place": recommender.pk, "absent": lead.pk, **term}, reason="出差", by=lead)
        assert not recommenders_of(officer, "sign_recommender").exists()
    for day, signs in ((12, True), (13, True), (14, False)):
        with year.on(date(2026, 3, day)):
            staff.turn_substitutions(date(2026, 3, day), by=SYSTEM)
        assert recommenders_of(officer, "sign_recommender").exists() == signs, day


def test_the_last_head_stays(desk):
    recommender, officer, lead = desk
    with pytest.raises(TransitionBlocked, match="最后一位负责人"):
        staff.set_signing(recommender, user=lead, signs=False, by=lead)
    staff.place_account(officer, str(recommender.pk), signs=True, by=people.user(Role.ADMINISTRATOR))
    staff.remove_staff(recommender, user=lead, by=officer)
    lead.refresh_from_db()
    assert (lead.is_active, list(people_of_recommender(recommender))) == (False, [officer])


def proof() -> SimpleUploadedFile:
    return SimpleUploadedFile("认定文件.pdf", evidence_pdf("认定文件"), "application/pdf")


def test_an_association_recommends_only_what_it_has_recognised(client):
    year = Round()
    association, _ = Recommender.objects.get_or_create(
        code="CTA",
        defaults={"kind": "association", "name": "纺织协会", "label": "纺织协会", "mark": "纺", "order": 60},
    )
    officer, lead = staff_of(association)
    with year.on(date(2026, 2, 26)):
        unit = year.unit("江苏")
        dossier = submit(file_dossier(unit, year.year, recommender=association), unit)
    perform(dossier, "begin_evaluation", by=officer)
    dossier.refresh_from_db()
    assert any("认定平台登记册" in reason for reason in missing(dossier, "recommend", by=lead))
    with year.on(date(2026, 3, 1)):
        entry = record_recognition(
            association,
            proof=proof(),
            by=officer,
            platform_name=unit.platform.name,
            organisation_name=unit.organisation.name,
            uscc=unit.organisation.uscc,
            document="纺〔2024〕1 号",
            recognised_on=date(2024, 5, 1),
            valid_until=date(2026, 12, 31),
        )
        assert standing_recognition(association, unit.platform) == entry
        assert not any("认定平台登记册" in reason for reason in missing(dossier, "recommend", by=lead))
        end_recognition(entry, on=date(2026, 3, 1), reason="不再符合", by=officer)
        assert standing_recognition(association, unit.platform) is None
    stranger, _ = staff_of(Recommender.objects.get(label="浙江"))
    with pytest.raises(PermissionDenied):
        record_recognition(
            Recommender.objects.get(label="浙江"),
            proof=proof(),
            by=stranger,
            platform_name="甲",
            organisation_name="乙",
            uscc="1",
            document="",
            recognised_on=date(2024, 1, 1),
        )
    assert not Recognition.objects.for_user(stranger).exists()
    client.force_login(stranger)
    assert client.get(reverse("file_download", args=[entry.proof_id])).status_code == 404
    assert client.get(reverse("recognition_end", args=[entry.pk])).status_code == 404

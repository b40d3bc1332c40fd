"""A recommender's own people: invited by link, deputising by the clock; the Art. 19 register binds the association."""

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
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import TransitionBlocked, missing, perform
from tests.factories.rounds import Round
from training.demo.actors import staff_of
from training.demo.dossiers import file_dossier, submit
from training.demo.files import evidence_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    recommender = Recommender.objects.get(label="浙江")
    return recommender, *staff_of(recommender)


def test_an_invitation_works_once_and_only_its_head_sends_it(client, desk):
    recommender, officer, lead = desk
    fields = {"name": "李明", "title": "科员", "email": "li@example.invalid", "may_sign": False}
    with pytest.raises(PermissionDenied):
        staff.invite(recommender, by=officer, **fields)
    row = staff.invite(recommender, by=lead, **fields)
    with pytest.raises(TransitionBlocked, match="待接受的邀请"):
        staff.invite(recommender, by=lead, **fields)
    drain_outbox()
    page = reverse("staff_invitation_accept", args=[staff.token_of(row)])
    assert page in mail.outbox[0].body
    assert client.get(page[:-3] + "x/").status_code == 410
    entry = {"username": "liming", "phone": "13900000001", "password": "Zhejiang-Fuwu-2026"}
    assert client.post(page, entry).url == reverse("desk")
    assert people_of_recommender(recommender).filter(username="liming").exists()
    assert not people_of_recommender(recommender, "sign_recommender").filter(username="liming").exists()
    client.logout()
    assert client.get(page).status_code == 410


def test_a_substitute_signs_from_day_to_day(desk):
    recommender, officer, lead = desk
    year = Round()
    with year.on(date(2026, 3, 10)):
        staff.arrange_substitution(
            recommender, absent=lead, deputy=officer, from_on=date(2026, 3, 12), until=date(2026, 3, 13), reason="出差", by=lead,
        )  # fmt: skip
        assert not recommenders_of(officer, "sign_recommender").exists()
    for day, signs in ((12, True), (13, True), (14, False)):
        with year.on(date(2026, 3, day)):
            staff.turn_substitutions(date(2026, 3, day), by=SYSTEM)
        assert recommenders_of(officer, "sign_recommender").exists() == signs, day


def test_the_last_head_stays(desk):
    recommender, officer, lead = desk
    with pytest.raises(TransitionBlocked, match="最后一位负责人"):
        staff.set_signing(recommender, user=lead, signs=False, by=lead)
    staff.set_signing(recommender, user=officer, signs=True, by=lead)
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
            association, proof=proof(), by=officer, platform_name=unit.platform.name,
            organisation_name=unit.organisation.name, uscc=unit.organisation.uscc, document="纺〔2024〕1 号",
            recognised_on=date(2024, 5, 1), valid_until=date(2026, 12, 31),
        )  # fmt: skip
        assert standing_recognition(association, unit.platform) == entry
        assert not any("认定平台登记册" in reason for reason in missing(dossier, "recommend", by=lead))
        end_recognition(entry, on=date(2026, 3, 1), reason="不再符合", by=officer)
        assert standing_recognition(association, unit.platform) is None
    stranger, _ = staff_of(Recommender.objects.get(label="浙江"))
    with pytest.raises(PermissionDenied):
        record_recognition(
            Recommender.objects.get(label="浙江"), proof=proof(), by=stranger, platform_name="甲",
            organisation_name="乙", uscc="1", document="", recognised_on=date(2024, 1, 1),
        )  # fmt: skip
    assert not Recognition.objects.for_user(stranger).exists()
    client.force_login(stranger)
    assert client.get(reverse("file_download", args=[entry.proof_id])).status_code == 404
    assert client.get(reverse("recognition_end", args=[entry.pk])).status_code == 404

"""Who declares for a unit has shown the paper that names him: enough at once, and told to who reads the dossier."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.filing.requirements import NO_PAPER
from applications.models import Application, Authorisation
from platforms.organisations.services import FILLS, SIGNS, add_person, verify_organisation
from portal.kernel.workflow import TransitionBlocked
from tests.factories import filing
from tests.factories.records import paper
from training.demo.dossiers import submit

pytestmark = pytest.mark.django_db
SAID = {"declarant_name": "沈国栋", "declarant_title": "总经理", "declared": "on", "sequence": "1"}


@pytest.fixture
def unit():
    """Its second signer has been let in and has shown nothing yet."""
    made = filing.unit()
    signer = filing.applicant("沈国栋")
    add_person(made.organisation, user=signer, grants=(FILLS, SIGNS), by=made.user)
    made.first, made.user = made.user, signer
    return made


@pytest.fixture
def draft(unit):
    return filing.dossier(unit, filing.year())


def test_nobody_declares_without_the_paper_and_the_page_asks_for_it(client, draft, unit):
    address = reverse("dossier_check", args=[draft.pk])
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        page = client.get(address).content.decode()
        assert "id_authorisation" in page and NO_PAPER not in page
        refused = client.post(address, SAID)
        assert refused.status_code == 422 and "请上传加盖公章的授权书" in refused.content.decode()
        with pytest.raises(TransitionBlocked, match="授权书"):
            submit(draft, unit)
        client.force_login(unit.first)
        assert "授权书已收到" in client.get(address).content.decode()


def test_the_paper_is_kept_though_the_rest_is_wrong_and_is_enough_at_once(client, draft, unit):
    address = reverse("dossier_check", args=[draft.pk])
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        undeclared = {name: SAID[name] for name in SAID if name != "declared"}
        kept = client.post(address, {**undeclared, "authorisation": paper("授权书.pdf", "授权书")})
        assert kept.status_code == 422 and "授权书已收到" in kept.content.decode()
        assert client.post(address, SAID).status_code == 302
    assert Application.objects.get(pk=draft.pk).state == "SUBMITTED"
    assert Authorisation.objects.get(person=unit.user).title == "总经理"


def test_who_decides_reads_the_paper_until_the_unit_is_verified(client, draft, unit):
    with filing.on(filing.FILING_DAY):
        unit.user = unit.first
        submit(draft, unit)
    officer = filing.officer_of(draft)
    address = reverse("file_download", args=[Authorisation.objects.get(person=unit.first).file_id])
    dossier = reverse("dossier", args=[draft.pk])
    client.force_login(officer)
    page = client.get(dossier).content.decode()
    assert "本单位尚未核验" in page and address in page
    assert client.get(address).status_code == 200
    verify_organisation(unit.organisation, by=officer)
    assert "本单位尚未核验" not in client.get(dossier).content.decode()
    client.force_login(filing.officer_of(filing.dossier(filing.unit("江苏"), draft.cycle)))
    assert client.get(address).status_code == 404

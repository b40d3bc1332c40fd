"""A province's register as the proof of 省级认定 in national dossiers (Arts. 5 (七), 6, 18)."""

from __future__ import annotations

import json

import pytest

from applications.crosschecks.evidence import findings_of
from applications.dossiers.facts import refresh
from applications.recommendation.services import candidates_of
from platforms.models import ProvincialTitle
from platforms.programmes.services import standing_title
from portal.kernel import outbox, signoff
from portal.kernel.permissions import Role
from tests.factories import dossiers, people, provinces
from tests.factories.dossiers import on

pytestmark = pytest.mark.django_db


def listed(unit, **fields):
    """The unit's platform in its province's register."""
    return provinces.line(
        unit.platform.jurisdiction,
        uscc=unit.organisation.uscc,
        platform_name=unit.platform.name,
        organisation_name=unit.organisation.name,
        **fields,
    )


def outcome(application):
    return next(one for one in findings_of(application).outcomes if one.check.name == "provincial_register")


def test_a_listed_platform_need_not_upload_what_the_register_proves():
    unit = dossiers.unit()
    listed(unit, number="浙中小-0007")
    application, _ = dossiers.draft(of=unit, leave_out=("honours",))
    material = application.materials.get(code="honours")
    assert (material.status, material.pip) == ("done", "o")
    assert material.hint == (
        "浙江省级名录核实：浙江省中小企业公共服务示范平台，编号 浙中小-0007，浙经信企服〔2023〕88号，2023 年认定"
    )
    row = next(one for one in application.assessment["criteria"] if one["code"] == "recognition")
    assert (row["verdict"], row["figure"], row["source"]) == ("PASS", "1 项", "省级名录核实")


def test_without_a_line_the_material_stays_open():
    application, _ = dossiers.draft(leave_out=("honours",))
    assert application.materials.get(code="honours").status == "todo"
    assert "provincial" not in application.assessment


def test_a_draft_learns_of_a_line_that_comes_later_and_of_its_revocation():
    application, unit = dossiers.draft(leave_out=("honours",))
    title = listed(unit)
    outbox.drain_outbox()
    application.refresh_from_db()
    assert application.assessment["provincial"]["document"] == "浙经信企服〔2023〕88号"
    officer, lead = people.staff_of(unit.platform.jurisdiction)
    with on(dossiers.FILED_ON):
        act = signoff.prepare([title], "revoke", by=officer, note="材料不实")
        signoff.sign(act, by=lead)
    outbox.drain_outbox()
    application.refresh_from_db()
    assert "provincial" not in application.assessment
    assert application.materials.get(code="honours").status == "todo"


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_until": dossiers.FILED_ON.replace(year=2025)},
        {"uscc": provinces.USCC},
        {"platform_name": "同一单位的另一个平台"},
    ],
    ids=["past its term", "another unit", "another platform of the unit"],
)
def test_what_proves_nothing(fields):
    unit = dossiers.unit()
    if "platform_name" in fields:
        further = type(unit.platform).objects.get(pk=unit.platform.pk)
        further.pk, further.name = None, fields["platform_name"]
        further._state.adding = True
        further.save()
    provinces.line(
        **{
            "uscc": unit.organisation.uscc,
            "platform_name": unit.platform.name,
            "organisation_name": unit.organisation.name,
            **fields,
        }
    )
    application, _ = dossiers.draft(of=unit, leave_out=("honours",))
    with on(dossiers.FILED_ON):
        refresh(application)
    assert "provincial" not in application.assessment


def test_a_line_that_nobody_gave_to_a_platform_proves_the_one_of_its_name():
    unit = dossiers.unit()
    for name, proves in (("同一单位未登记的平台", False), (f"{unit.platform.name} ", True)):
        line = provinces.line(uscc=unit.organisation.uscc, platform_name=name, organisation_name="原名称")
        ProvincialTitle.objects.filter(pk=line.pk).update(platform=None)
        assert (standing_title(unit.platform) == line) == proves


def test_another_provinces_register_is_no_proof():
    unit = dossiers.unit()
    provinces.line(people.recommender("甘肃"), uscc=unit.organisation.uscc, platform_name=unit.platform.name)
    application, _ = dossiers.draft(of=unit, leave_out=("honours",))
    assert "provincial" not in application.assessment


def test_a_claim_that_the_register_does_not_hold_is_said_and_stops_nothing():
    provinces.programme()
    application, unit = dossiers.draft()
    found = outcome(application)
    assert found.verdict == "notice" and "浙江省级名录中没有本平台有效的称号" in found.sentence
    with on(dossiers.FILED_ON, 12):
        assert dossiers.submit(application, unit).state == "SUBMITTED"


def test_the_comparison_warns_of_such_a_claim_as_the_dossier_does(client):
    provinces.programme()
    application, unit = dossiers.draft()
    dossiers.bring_to(application, unit, "SUBMITTED")
    candidate = candidates_of(application.recommender, application.cycle)[0]
    assert candidate.unproven == outcome(application).sentence
    client.force_login(
        people.staff_of(application.recommender)[0], backend="portal.accounts.backends.PortalBackend"
    )
    with on(dossiers.FILED_ON, 12):
        assert candidate.unproven in client.get("/recommender/compare/").content.decode()


def test_a_claim_is_open_where_the_province_keeps_no_register_here():
    application, _ = dossiers.draft()
    assert outcome(application).verdict == "open"


def test_the_proof_goes_into_manifest_recommendation_and_comparison():
    unit = dossiers.unit()
    listed(unit)
    application, _ = dossiers.draft(of=unit)
    assert outcome(application).verdict == "agrees"
    dossiers.bring_to(application, unit, "SUBMITTED")
    entry = next(
        one
        for one in json.loads(application.submissions.get().manifest)["materials"]
        if one["item"] == "（九）"
    )
    assert entry["register"].startswith("浙江省级名录核实：")
    dossiers.bring_to(application, unit, "RECOMMENDED")
    candidate = candidates_of(application.recommender, application.cycle)[0]
    assert "省级认定（名录核实）" in candidate.priorities
    assert candidate.verified == application.assessment["provincial"]["words"]
    assert candidate.unproven == ""


def test_pages_show_it(client):
    unit = dossiers.unit()
    title = listed(unit)
    application, _ = dossiers.draft(of=unit, leave_out=("honours",))
    client.force_login(unit.user, backend="portal.accounts.backends.PortalBackend")
    with on(dossiers.FILED_ON):
        page = client.get(f"/my/dossiers/{application.pk}/materials/honours/").content.decode()
    assert title.proof in page and "不需要上传证书" in page
    dossiers.bring_to(application, unit, "UNDER_EVALUATION")
    officer, _ = people.staff_of(application.recommender)
    client.force_login(officer, backend="portal.accounts.backends.PortalBackend")
    with on(dossiers.EVALUATED_ON):
        assert title.proof in client.get(f"/dossiers/{application.pk}/?m=honours").content.decode()
        assert title.proof in client.get(f"/dossiers/{application.pk}/recommendation/").content.decode()
        assert title.proof in client.get("/recommender/compare/").content.decode()


def test_a_provincial_title_is_no_national_one_anywhere(client):
    unit = dossiers.unit()
    listed(unit, number="SJ-1")
    for address in ("/directory/", "/directory/download.json", "/verify/SJ-1/"):
        assert unit.platform.name not in client.get(address).content.decode(), address
    assert "省级称号（不是国家级称号）" in client.get("/search/?q=SJ-1").content.decode()
    client.force_login(people.ministry(Role.MINISTRY_LEAD), backend="portal.accounts.backends.PortalBackend")
    with on(dossiers.FILED_ON):
        assert unit.platform.name not in client.get("/certificates/").content.decode()

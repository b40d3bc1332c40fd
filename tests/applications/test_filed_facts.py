"""What was filed, evaluated and publicised is the platform that gets the title."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from applications.filing.submission import submit
from platforms.models import Platform, Recommender
from platforms.organisations.services import edit_organisation, edit_platform
from platforms.register.services import suspend
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from tests.factories import filing
from training.demo import officials
from training.demo.actors import staff_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def draft(unit):
    return filing.dossier(unit, filing.year())


def file(draft, unit):
    with filing.on(filing.FILING_DAY):
        return submit(
            draft, by=unit.user, declarant_name="沈国栋", declarant_title="主任", declared=True
        ).application


def elsewhere() -> Recommender:
    return Recommender.objects.get(label="甘肃")


@pytest.mark.parametrize("field", ["name", "kind", "functions", "jurisdiction", "operating_since"])
def test_a_filed_platform_stays_as_filed(draft, unit, field):
    file(draft, unit)
    values = {
        "name": "另一个平台",
        "kind": "comprehensive",
        "functions": ["logistics"],
        "jurisdiction": elsewhere(),
        "operating_since": "2001-01-01",
    }
    before = getattr(unit.platform, field)
    value = "specialised" if (field, before) == ("kind", "comprehensive") else values[field]
    with pytest.raises(TransitionBlocked, match="以提交时为准"):
        edit_platform(unit.platform, by=unit.user, **{field: value})
    edit_platform(unit.platform, by=unit.user, phone="0571-00000000")
    row = Platform.objects.get(pk=unit.platform.pk)
    assert (str(getattr(row, field)), row.phone) == (str(before), "0571-00000000")


def test_the_page_says_so_and_keeps_what_was_typed(client, draft, unit):
    file(draft, unit)
    client.force_login(unit.user)
    row = unit.platform
    page = client.post(
        reverse("platform_edit", args=[row.pk]),
        {
            "name": "越州改名平台",
            "kind": row.kind,
            "functions": row.functions,
            "jurisdiction": row.jurisdiction_id,
            "operating_since": row.operating_since,
            "service_area": row.service_area,
            "address": row.address,
            "contact": row.contact,
            "phone": row.phone,
        },
    )
    assert page.status_code == 422
    assert "以提交时为准" in page.content.decode() and "越州改名平台" in page.content.decode()


def test_a_correction_opens_the_platform_again(draft, unit):
    application = file(draft, unit)
    with filing.on(filing.FILING_DAY):
        officials.send_back(application, filing.officer_of(application))
    edit_platform(unit.platform, by=unit.user, operating_since="2012-05-01")
    assert str(Platform.objects.get(pk=unit.platform.pk).operating_since) == "2012-05-01"


def test_a_draft_does_not_go_to_a_place_that_was_left(draft, unit):
    edit_platform(unit.platform, by=unit.user, jurisdiction=elsewhere())
    draft.refresh_from_db()
    with pytest.raises(TransitionBlocked, match="平台所在地区已改为甘肃"):
        file(draft, unit)


def test_nobody_leaves_a_suspended_place(draft, unit):
    """Art. 15."""
    lead = filing.ministry(Role.MINISTRY_LEAD)
    with filing.on(filing.FILING_DAY):
        suspend(
            unit.platform.jurisdiction,
            year=2026,
            reason="弄虚作假",
            document="演示号",
            on=filing.FILING_DAY,
            by=lead,
        )
        with pytest.raises(TransitionBlocked, match="暂停期间，平台的所在地区不能变更"):
            edit_platform(unit.platform, by=unit.user, jurisdiction=elsewhere())


def test_one_name_once_in_a_unit(client, unit):
    client.force_login(unit.user)
    row = unit.platform
    said = {
        "name": row.name,
        "kind": row.kind,
        "functions": row.functions,
        "jurisdiction": row.jurisdiction_id,
        "operating_since": "2015-01-01",
        "service_area": "绍兴",
        "address": "绍兴",
        "contact": "王越",
        "phone": "1",
        "jurisdiction_reason": "平台在绍兴运营",
    }
    page = client.post(reverse("platform_new", args=[unit.organisation.pk]), said)
    assert page.status_code == 422 and "已有同名的平台" in page.content.decode()


@pytest.mark.parametrize(
    "change", [{"name": "另一家有限公司"}, {"kind": "social"}, {"established_on": date(2001, 1, 1)}]
)
def test_a_filed_unit_stays_as_filed(draft, unit, change):
    file(draft, unit)
    with pytest.raises(TransitionBlocked, match="单位名称、性质和成立时间以提交时为准"):
        edit_organisation(unit.organisation, by=unit.user, reason="改制", **change)
    edit_organisation(unit.organisation, by=unit.user, reason="换届", legal_person="王越")
    unit.organisation.refresh_from_db()
    assert unit.organisation.legal_person == "王越"


def test_nobody_is_recommended_unverified(client, draft, unit):
    """Somebody has held the licence against the code first; a change of the legal person asks for it again."""
    application = file(draft, unit)
    officer, lead = staff_of(application.recommender)
    edit_organisation(unit.organisation, by=unit.user, reason="换届", legal_person="王越")
    with filing.on(filing.FILING_DAY):
        officials.evaluate(application, officer, day=filing.FILING_DAY)
        client.force_login(lead)
        page = client.get(reverse("dossier", args=[application.pk])).content.decode()
        assert "单位未核验" in page and "尚未核验：请打开“单位登记信息”" in page
        with pytest.raises(TransitionBlocked, match="尚未核验"):
            officials.recommend(application, lead)
        client.post(reverse("organisation_verify", args=[unit.organisation.pk]))
        officials.recommend(application, lead)
    assert application.state == "RECOMMENDED"

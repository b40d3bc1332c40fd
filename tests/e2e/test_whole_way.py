"""From a blank portal to a designated platform, through pages alone, each role with its own sign-in."""

from __future__ import annotations

import pytest

from tests.e2e.steps.applicant import applicant_files
from tests.e2e.steps.ministry import (
    ministry_accepts_and_assigns,
    ministry_decides_and_publicises,
    ministry_designates,
    ministry_opens_the_year,
)
from tests.e2e.steps.province import province_evaluates, province_reports
from tests.e2e.steps.readers import experts_score, inspector_reads, public_verifies
from tests.e2e.walk import Person
from training.demo.files import evidence_pdf, facility_roster, sme_roster, staff_roster

pytestmark = pytest.mark.e2e


@pytest.fixture
def files(tmp_path):
    made = {
        "evidence.pdf": evidence_pdf("证明材料"),
        "staff.xlsx": staff_roster(26, 20, 5),
        "smes.xlsx": sme_roster(130, 118, 2025, 6),
        "facilities.xlsx": facility_roster(7),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_whole_way(portal, browser, files):
    Person.findings.clear()
    ministry_opens_the_year(portal, browser)
    dossier = applicant_files(portal, browser, files)
    province_evaluates(portal, browser, dossier)
    province_reports(portal, browser)
    ministry_accepts_and_assigns(portal, browser, dossier)
    experts_score(portal, browser)
    ministry_decides_and_publicises(portal, browser, dossier)
    number = ministry_designates(portal, browser, dossier)
    public_verifies(portal, browser, number)
    inspector_reads(portal, browser, dossier)
    portal.manage("publish_log")
    assert "全部相符" in portal.manage("verify_audit")
    assert not Person.findings, "\n".join(Person.findings)

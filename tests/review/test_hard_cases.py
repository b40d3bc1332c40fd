"""The demo's hard cases stand as a person would have left them: to be mended, answered, read."""

from __future__ import annotations

import pytest

from applications.crosschecks.evidence import findings_of
from applications.models import Application
from platforms.models import Invitation, OrganisationClaim
from tests.factories.rounds import Round
from training.demo.dossiers import file_dossier, submit
from training.demo.hard_cases import EXPLANATION, HardCases, contradict
from training.demo.story import FIRST_OF_2026


@pytest.fixture
def world(db):
    world = Round()
    world.number = FIRST_OF_2026 - 1
    world.bring("浙江", upto="SUBMITTED")
    return world


def test_a_faulty_roster_a_claim_and_an_invitation_wait(world):
    HardCases(world).tell(world.year)
    draft = Application.objects.for_user(world.people["qiming_lead"]).get()
    staff = draft.materials.get(code="staff")
    assert draft.state == "DRAFT"
    assert {one["cell"] for one in staff.findings if one["level"] == "error"} == {
        "D4",
        "B6",
        "I7",
        "A9",
        "H11",
    }
    claim = OrganisationClaim.objects.for_user(world.people["yunfan_lead"]).get()
    assert (claim.state, claim.claimant) == ("OPEN", world.people["yunfan_new"])
    with world.on(world.year.filing_until.replace(month=4, day=14)):
        assert Invitation.objects.get().is_open


def test_a_contradiction_is_filed_with_its_words(world):
    with world.on(world.year.filing_from):
        unit = world.unit("浙江")
        application = file_dossier(unit, world.year)
        assert findings_of(application).conflicts == []
        submit(application, unit, explanation=contradict(application, unit))
    assert [one.check.name for one in findings_of(application).conflicts] == ["smes_last"]
    assert application.submissions.get().explanation == EXPLANATION

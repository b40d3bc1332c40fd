"""Whose part in a decision shuts them out of what is said against it, way by way."""

from __future__ import annotations

import pytest
from django.utils import timezone

from platforms.permissions import people_of_province
from portal.kernel.permissions import Role
from portal.models import SignOff
from review.permissions import acts_that_decide, decided_by
from tests.factories import people
from tests.factories.bare import bare

DOSSIER, OBJECTION = "applications.application", "review.objection"


def act(state: str, model: str = DOSSIER, verb: str = "propose", **fields) -> SignOff:
    fields = {"object_ids": [], "shown": {}, "digest": "", "proposed_at": timezone.now(), **fields}
    return SignOff.objects.create(state=state, model=model, verb=verb, **fields)


@pytest.mark.parametrize(
    ("state", "model", "verb", "decides"),
    [
        ("SIGNED", DOSSIER, "propose", True),
        ("SIGNED", DOSSIER, "reject", True),
        ("WAITING", DOSSIER, "propose", False),
        ("RETURNED", DOSSIER, "propose", False),
        ("SIGNED", OBJECTION, "uphold", True),
        ("WAITING", OBJECTION, "uphold", False),
        ("SIGNED", OBJECTION, "dismiss", False),
        ("SIGNED", "applications.cycle", "publish", False),
        ("SIGNED", "applications.cycle", "uphold", False),
    ],
)
def test_which_acts_decide_on_a_dossier(db, state, model, verb, decides):
    row = act(state, model, verb, proposer=people.user(Role.MINISTRY_OFFICER))
    assert list(acts_that_decide()) == ([row] if decides else [])


def test_who_had_a_part(db):
    handler, proposer, signer, nobody = (people.user(Role.MINISTRY_LEAD) for _ in range(4))
    dossier = bare("REPORTED", handler=handler)
    other = bare("REPORTED")
    act("SIGNED", object_ids=[str(dossier.pk)], proposer=proposer, signer=signer)
    act("WAITING", object_ids=[str(other.pk)], proposer=nobody)
    parts = {who: {str(pk) for pk in decided_by(who)} for who in (handler, proposer, signer, nobody)}
    assert parts == {
        handler: {str(dossier.pk)},
        proposer: {str(dossier.pk)},
        signer: {str(dossier.pk)},
        nobody: set(),
    }


def test_an_act_of_a_province_is_carried_out_by_its_own_people(db):
    """Another office's key names nobody here, so that its own register is asked."""
    office = people.recommender()
    ours = set(people.staff_of(office))
    assert set(people_of_province(str(office.pk))) == ours != set()
    assert people_of_province(str(people.recommender("江苏").pk)) is None
    assert people_of_province("") is None

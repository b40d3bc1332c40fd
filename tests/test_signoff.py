"""Two persons on one act: not the same one, not on other contents, not past the database."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.states import ApplicationState as S
from portal.kernel import signoff
from portal.kernel.models.signoff import SignOff
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AuditEvent
from tests.factories import dossiers, people
from tests.factories.dossiers import on


@pytest.fixture
def reviewed(db):
    with on(dossiers.PROPOSED_ON):
        yield dossiers.application_in(S.REVIEWED)


@pytest.fixture
def officer(db):
    return people.ministry()


@pytest.fixture
def lead(db):
    return people.ministry(Role.MINISTRY_LEAD)


def propose(application, by, **facts):
    return signoff.prepare([application], "propose", by=by, note="评审合格", outcome="designate", **facts)


def test_two_persons_carry_the_act_out(reviewed, officer, lead):
    act = signoff.sign(propose(reviewed, officer), by=lead, answer="同意")
    reviewed.refresh_from_db()
    assert (reviewed.state, act.proposer, act.signer, act.state) == (S.PROPOSED, officer, lead, "SIGNED")
    event = AuditEvent.objects.filter(action="application.propose").get()
    assert event.actor_id == lead.pk


def test_two_who_propose_at_one_moment_wait_for_each_other(reviewed, officer):
    """The rows are held before anybody looks whether a proposal waits already."""
    with CaptureQueriesContext(connection) as asked:
        propose(reviewed, officer)
    words = [query["sql"] for query in asked]
    held = next(n for n, sql in enumerate(words) if "FOR UPDATE" in sql and "applications_application" in sql)
    looked = next(n for n, sql in enumerate(words) if "portal_signoff" in sql)
    assert held < looked
    with pytest.raises(TransitionBlocked, match="已有一项拟办事项"):
        propose(reviewed, officer)


def test_the_same_person_is_refused(reviewed, lead):
    """A lead who proposed may not sign, though the table would let him do either."""
    people.ministry(Role.MINISTRY_LEAD, 2)
    act = propose(reviewed, lead)
    with pytest.raises(TransitionBlocked, match="须为两人"):
        signoff.sign(act, by=lead)
    reviewed.refresh_from_db()
    assert reviewed.state == S.REVIEWED


def test_who_may_not_sign_is_refused(reviewed, officer):
    with pytest.raises(PermissionDenied):
        signoff.sign(propose(reviewed, officer), by=people.ministry(number=2))


@pytest.mark.parametrize(
    "role", [Role.APPLICANT, Role.RECOMMENDER, Role.EXPERT, Role.INSPECTOR, Role.ADMINISTRATOR]
)
def test_who_may_not_propose_is_refused(reviewed, role):
    with pytest.raises(PermissionDenied):
        propose(reviewed, people.user(role))


def test_changed_contents_are_refused(reviewed, officer, lead):
    """What the second person signs is what the first was shown, to the letter."""
    act = propose(reviewed, officer)
    platform = reviewed.platform
    platform.name = f"{platform.name}（更名）"
    platform.save(update_fields=["name"])
    with pytest.raises(TransitionBlocked, match="已有变化"):
        signoff.sign(act, by=lead)
    reviewed.refresh_from_db()
    assert reviewed.state == S.REVIEWED


def test_words_that_are_not_those_of_the_digest_are_not_signed(reviewed, officer, lead):
    act = propose(reviewed, officer)
    act.shown = {**act.shown, "title": "另一事项"}
    act.save(update_fields=["shown"])
    with pytest.raises(TransitionBlocked, match="已有变化"):
        signoff.sign(act, by=lead)


def test_nothing_is_proposed_or_signed_twice(reviewed, officer, lead):
    act = propose(reviewed, officer)
    with pytest.raises(TransitionBlocked, match="已有一项拟办"):
        propose(reviewed, people.ministry(number=2))
    signoff.sign(act, by=lead)
    with pytest.raises(TransitionBlocked, match="办结"):
        signoff.sign(act, by=people.ministry(Role.MINISTRY_LEAD, 2))


def test_all_or_none(reviewed, officer, lead):
    """One dossier of a list that can no longer be decided holds the whole act back."""
    other = dossiers.application_in(S.REVIEWED, of=dossiers.unit(people.recommender("甘肃")))
    act = signoff.prepare([reviewed, other], "propose", by=officer, outcome="designate")
    forged = SignOff.objects.create(
        model=act.model,
        verb="reject",
        object_ids=[str(other.pk)],
        shown={},
        digest="0" * 64,
        state="SIGNED",
        proposer=officer,
        proposed_at=act.proposed_at,
        signer=lead,
        facts={},
    )
    perform(other, "reject", by=lead, note="得分低", signoff=forged)
    with pytest.raises(TransitionBlocked):
        signoff.sign(act, by=lead)
    reviewed.refresh_from_db()
    assert reviewed.state == S.REVIEWED


def test_perform_demands_the_signature(reviewed, officer, lead):
    with pytest.raises(TransitionBlocked, match="须由两人"):
        perform(reviewed, "propose", by=lead, outcome="designate")
    act = propose(reviewed, officer)
    with pytest.raises(TransitionBlocked, match="尚未审签"):
        perform(reviewed, "propose", by=lead, signoff=act, outcome="designate")
    with pytest.raises(TransitionBlocked, match="不一致"):
        perform(reviewed, "reject", by=lead, note="得分低", signoff=act)


def test_sending_back_needs_words_and_frees_the_dossier(reviewed, officer, lead):
    act = propose(reviewed, officer)
    with pytest.raises(TransitionBlocked, match="理由"):
        signoff.send_back(act, by=lead, answer=" ")
    back = signoff.send_back(act, by=lead, answer="理由不充分")
    assert (back.state, back.signer, back.answer) == ("RETURNED", lead, "理由不充分")
    with pytest.raises(TransitionBlocked, match="办结"):
        signoff.sign(act, by=lead)
    assert propose(reviewed, officer).state == "WAITING"


def test_nothing_is_proposed_while_nobody_else_could_sign(reviewed, lead):
    with pytest.raises(TransitionBlocked, match="现在没有人可以审签此事项"):
        propose(reviewed, lead)
    assert not SignOff.objects.filter(state="WAITING").exists()


def test_the_database_holds_two_persons_apart(reviewed, lead):
    people.ministry(Role.MINISTRY_LEAD, 2)
    act = propose(reviewed, lead)
    with pytest.raises(IntegrityError, match="signer_is_not_proposer"), transaction.atomic():
        SignOff.objects.filter(pk=act.pk).update(signer=lead, state="SIGNED")


def test_a_province_declines_by_two_persons_of_its_own(db, client):
    """Art. 6: the officer who evaluated prepares, the office's head signs; other offices see nothing of it."""
    with on(dossiers.EVALUATED_ON):
        row = dossiers.application_in(S.UNDER_EVALUATION)
        officer, head = people.staff_of(row.recommender)
        act = signoff.prepare(
            [row], "decline", by=officer, note="示范性不足，择优未列入。", reason_code="weak"
        )
        assert {user.pk for user in signoff.signers_of(act)} == {head.pk}
        assert not SignOff.objects.for_user(people.staff_of(people.recommender("甘肃"))[1]).exists()
        with pytest.raises(TransitionBlocked, match="须由两人办理"):
            perform(row, "decline", by=head, note="示范性不足")
        client.force_login(head)
        assert "示范性不足，择优未列入。" in client.get(f"/signoffs/{act.pk}/").content.decode()
        signoff.sign(act, by=head)
    row.refresh_from_db()
    assert (row.state, row.outcome_reason) == (S.NOT_RECOMMENDED, "示范性不足，择优未列入。")


def test_whoever_signs_is_led_to_the_record():
    """Every act but on dossiers (each of a list is a case with its link) and those whose one case is the record."""
    with_cases = {
        "applications.application",
        "platforms.complaint",
        "platforms.unitchange",
        "review.deferral",
        "review.rectification",
        "review.revocation",
        "review.secondlook",
        "review.spotcheck",
        "review.surrender",
    }
    bare = {f"{model}.{verb}" for (model, verb), act in signoff._acts.items() if act.page is None}
    assert {key.rpartition(".")[0] for key in bare} - {"review.notice"} == with_cases
    assert "review.notice.correct" not in bare

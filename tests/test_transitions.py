"""Every state × verb × role of every record with a life: what the table allows is done, all else is refused."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from applications.models import Application, CorrectionRequest, Cycle, ReadingDoubt
from applications.states import LEAVABLE, LIVE, NATIONAL, Procedure
from applications.states import ApplicationState as S
from platforms.models import (
    AnnualSummary,
    Complaint,
    Designation,
    ImportBatch,
    OrganisationClaim,
    ProvincialTitle,
    ServicePosting,
    Suspension,
    TitleClaim,
    UnitChange,
)
from portal.kernel import permissions, workflow
from portal.kernel.guards import edges_of
from portal.kernel.models.stateful import StateEdge
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import TransitionBlocked, perform, stateful_models, verbs_of
from portal.models import AccountChange, AuditEvent, CalendarChange, LogContinuation, User
from review.models import (
    Assignment,
    CheckPlan,
    Deferral,
    MisconductReport,
    Notice,
    Objection,
    OutsideHandler,
    Rectification,
    Revocation,
    SecondLook,
    SpotCheck,
    Surrender,
)
from tests.factories import dossiers, people, supervision
from tests.factories.dossiers import on

D, R, P = Procedure.DESIGNATION, Procedure.REREVIEW, Procedure.PROVINCIAL

# The law of the house (lifecycle.md), written by hand: (from, verb, to). D 认定, R 复核, P 省级认定; N the two
# national ones, Q what grants a title, * all three. Leaving apart, no edge of the ministry's part is a P.
LETTERS = {"D": (D,), "R": (R,), "P": (P,), "N": (D, R), "Q": (D, P), "*": (D, R, P)}
APPLICATION = """
* DRAFT submit SUBMITTED              * DRAFT withdraw WITHDRAWN
* SUBMITTED begin_evaluation UNDER_EVALUATION   * SUBMITTED return_for_correction RETURNED
* SUBMITTED withdraw WITHDRAWN        * RETURNED resubmit SUBMITTED         * RETURNED withdraw WITHDRAWN
N UNDER_EVALUATION recommend RECOMMENDED        D UNDER_EVALUATION decline NOT_RECOMMENDED
* UNDER_EVALUATION return_for_correction RETURNED   * UNDER_EVALUATION withdraw WITHDRAWN
N RECOMMENDED report REPORTED         N RECOMMENDED recall UNDER_EVALUATION
N REPORTED accept ACCEPTED            N REPORTED request_supplement SUPPLEMENTING   D REPORTED refuse REFUSED
R DRAFT bring_forward REVIEWED        R RETURNED bring_forward REVIEWED
N SUPPLEMENTING supplement REPORTED   D SUPPLEMENTING refuse REFUSED        R SUPPLEMENTING go_on REVIEWED
N ACCEPTED begin_review UNDER_REVIEW  N UNDER_REVIEW conclude_review REVIEWED
* REVIEWED propose PROPOSED           Q REVIEWED reject REJECTED
* PROPOSED publicise PUBLICISED       * PROPOSED take_off_list REVIEWED
Q PUBLICISED designate DESIGNATED     R PUBLICISED confirm CONFIRMED        R PUBLICISED fail FAILED
Q PUBLICISED uphold_objection REJECTED   R PUBLICISED uphold_objection REVIEWED   * PUBLICISED withdraw_notice PROPOSED
* SUBMITTED lapse LAPSED  * RETURNED lapse LAPSED  * UNDER_EVALUATION lapse LAPSED  * RECOMMENDED lapse LAPSED
"""
# Art. 18: a province decides by its own evaluation.
APPLICATION += " P UNDER_EVALUATION conclude_evaluation REVIEWED "
# A second look that is granted takes the dossier back to before the decision (carried out with its signatures).
APPLICATION += """ D REFUSED reopen_check REPORTED  Q REJECTED reopen_review REVIEWED
D NOT_RECOMMENDED reopen_evaluation UNDER_EVALUATION  R FAILED reopen_rereview REVIEWED """
REOPENINGS = ("reopen_check", "reopen_review", "reopen_evaluation", "reopen_rereview")
# Where the year does not publicise re-reviews, they are decided from the list.
APPLICATION += " R PROPOSED confirm CONFIRMED R PROPOSED fail FAILED "
# A re-review whose title ended on another road ends with it, wherever it stands (called by the clock).
APPLICATION += " ".join(f"N {state} discontinue WITHDRAWN" for state in LIVE)
APPLICATION += " " + " ".join(f"Q {state} leave_round WITHDRAWN" for state in LEAVABLE)
OTHERS = {
    LogContinuation: "PROPOSED carry_on SIGNED, PROPOSED drop DROPPED",
    CalendarChange: "PROPOSED put_in_force IN_FORCE, PROPOSED drop DROPPED",
    AccountChange: "REQUESTED take_up PROPOSED, PROPOSED carry_out CARRIED_OUT, REQUESTED drop DROPPED, PROPOSED drop DROPPED",
    Cycle: "DRAFT publish PUBLISHED, PUBLISHED take_back DRAFT, PUBLISHED close CLOSED, CLOSED end ENDED",
    CorrectionRequest: "OPEN answer ANSWERED, OPEN cancel CANCELLED",
    Designation: "ACTIVE renew ACTIVE, RECTIFYING renew ACTIVE, ACTIVE order_rectification RECTIFYING,"
    "RECTIFYING accept_rectification ACTIVE, ACTIVE end ENDED, RECTIFYING end ENDED, ACTIVE revoke REVOKED,"
    "RECTIFYING revoke REVOKED, ACTIVE surrender SURRENDERED, RECTIFYING surrender SURRENDERED,"
    "ENDED restore ACTIVE, ACTIVE expire EXPIRED, RECTIFYING expire EXPIRED, EXPIRED prolong ACTIVE,"
    + ",".join(
        f"{state} undo_event ACTIVE" for state in ("ACTIVE", "ENDED", "REVOKED", "SURRENDERED", "EXPIRED")
    )
    + ",ACTIVE take_back UNDONE, RECTIFYING take_back UNDONE, REVOKED take_back UNDONE,"
    "SURRENDERED take_back UNDONE, ENDED take_back UNDONE, EXPIRED take_back UNDONE",
    Complaint: "RECEIVED take_up VERIFYING, RECEIVED decline DECLINED, RECEIVED decline_fraud DECLINED,"
    "VERIFYING conclude CONCLUDED, VERIFYING conclude_fraud CONCLUDED",
    ImportBatch: "PREVIEWED apply APPLIED, PREVIEWED discard DISCARDED, APPLIED undo UNDONE",
    ProvincialTitle: "ACTIVE renew ACTIVE, ACTIVE end ENDED, ACTIVE revoke REVOKED, ACTIVE take_back UNDONE",
    UnitChange: "FILED verify VERIFIED, FILED ask QUERIED, VERIFIED ask QUERIED, AGREED ask QUERIED, QUERIED explain FILED, "
    "VERIFIED agree AGREED, VERIFIED approve DONE, AGREED approve DONE, FILED withdraw WITHDRAWN, "
    "QUERIED withdraw WITHDRAWN, VERIFIED withdraw WITHDRAWN, AGREED withdraw WITHDRAWN",
    ReadingDoubt: "RECEIVED answer ANSWERED, ANSWERED close CLOSED",
    MisconductReport: "RECEIVED answer ANSWERED, ANSWERED close CLOSED",
    TitleClaim: "OPEN admit ADMITTED, OPEN refuse REFUSED, OPEN cancel CANCELLED",
    OrganisationClaim: "OPEN admit ADMITTED, OPEN refuse REFUSED, OPEN cancel CANCELLED",
    ServicePosting: "PUBLISHED hide HIDDEN, HIDDEN restore PUBLISHED, PUBLISHED withdraw WITHDRAWN, HIDDEN withdraw WITHDRAWN",
    AnnualSummary: "DUE file FILED, FILED acknowledge ACKNOWLEDGED, FILED send_back RETURNED, RETURNED file FILED",
    Assignment: "ASSIGNED declare SCORING, ASSIGNED recuse RECUSED, SCORING recuse RECUSED, SCORING hand_in HANDED_IN,"
    "HANDED_IN reopen SCORING, ASSIGNED release RELEASED, SCORING release RELEASED",
    Notice: "PUBLISHED withdraw WITHDRAWN, PUBLISHED correct CORRECTED",
    Objection: "RECEIVED begin_verification VERIFYING, RECEIVED uphold UPHELD, VERIFYING uphold UPHELD,"
    "RECEIVED dismiss DISMISSED, VERIFYING dismiss DISMISSED",
    OutsideHandler: "PROPOSED appoint APPOINTED, PROPOSED drop DROPPED, APPOINTED end ENDED, APPOINTED release ENDED",
    Rectification: "ORDERED report_done REPORTED, REPORTED check_again CHECKED, REPORTED send_back ORDERED,"
    "CHECKED accept ACCEPTED, ORDERED refer REFERRED, REPORTED refer REFERRED, CHECKED refer REFERRED,"
    "ORDERED cancel CANCELLED, REPORTED cancel CANCELLED, CHECKED cancel CANCELLED",
    Revocation: "OPENED notify NOTIFIED, NOTIFIED state_case STATED, STATED hold_hearing HEARD,"
    "NOTIFIED decide DECIDED, STATED decide DECIDED, HEARD decide DECIDED, OPENED drop DROPPED,"
    "NOTIFIED drop DROPPED, STATED drop DROPPED, HEARD drop DROPPED",
    Surrender: "ASKED accept ACCEPTED, ASKED decline DECLINED, ASKED recall RECALLED",
    CheckPlan: "DRAFT announce ANNOUNCED, DRAFT discard DISCARDED, ANNOUNCED draw DRAWN, DRAWN publish_results PUBLISHED",
    SpotCheck: "DRAWN notify NOTIFIED, NOTIFIED hand_over FOUND, FOUND answer_findings ANSWERED, FOUND clear CLEARED,"
    "ANSWERED clear CLEARED, FOUND order_rectification RECTIFYING, ANSWERED order_rectification RECTIFYING,"
    "FOUND refer REFERRED, ANSWERED refer REFERRED, FOUND clear_suspicion CLEARED, ANSWERED clear_suspicion CLEARED",
    Suspension: "IN_FORCE lift LIFTED",
    Deferral: "PROPOSED grant GRANTED",
    SecondLook: "ASKED grant GRANTED, ASKED dismiss DISMISSED",
}
TWO_PERSONS = {
    (Application, verb)
    for verb in ("decline", "refuse", "propose", "reject", "publicise", "designate", "confirm", "fail")
} | {
    (Cycle, "take_back"),
    *((Notice, verb) for verb in ("withdraw", "correct")),
    (Objection, "uphold"),
    (Objection, "dismiss"),
    (Surrender, "accept"),
    (Rectification, "accept"),
    (SpotCheck, "clear_suspicion"),
    (Complaint, "conclude_fraud"),
    (Complaint, "decline_fraud"),
    (Deferral, "grant"),
    *((SecondLook, verb) for verb in ("grant", "dismiss")),
    *((OutsideHandler, verb) for verb in ("appoint", "end")),
    (ImportBatch, "apply"),
    (ImportBatch, "undo"),
    (Revocation, "decide"),
    (Suspension, "lift"),
    (UnitChange, "approve"),
    (AccountChange, "carry_out"),
    (LogContinuation, "carry_on"),
    (CalendarChange, "put_in_force"),
    *((ProvincialTitle, verb) for verb in ("renew", "end", "revoke")),
}
# Who may carry each verb of a dossier out (two-person verbs: who signs); SYSTEM is the clock.
WHO = {
    "submit": "A",
    "resubmit": "A",
    "supplement": "A",
    "withdraw": "A",
    "leave_round": "A",
    "begin_evaluation": "rR",
    "return_for_correction": "rR",
    "recommend": "R",
    "decline": "R",
    "report": "R",
    "recall": "R",
    "bring_forward": "mM",
    "accept": "mM",
    "request_supplement": "mM",
    "begin_review": "mM",
    "conclude_review": "mM",
    "uphold_objection": "mM",
    "refuse": "M",
    "go_on": "M",
    "propose": "M",
    "reject": "M",
    "publicise": "M",
    "take_off_list": "M",
    "designate": "M",
    "confirm": "M",
    "fail": "M",
    "withdraw_notice": "M",
    "lapse": "",
    "discontinue": "",
    "conclude_evaluation": "",
    **dict.fromkeys(REOPENINGS, ""),
}


def declared(procedure: str) -> set[tuple[str, str, str]]:
    words = APPLICATION.split()
    rows = zip(*[iter(words)] * 4, strict=True)
    return {(source, verb, target) for which, source, verb, target in rows if procedure in LETTERS[which]}


def edges_in_words(text: str) -> set[tuple[str, str, str]]:
    return {tuple(edge.split()) for edge in text.split(",")}


# --- the registry, the law and the database say the same ---


def test_every_stateful_model_is_in_this_table():
    assert set(stateful_models()) == {Application, *OTHERS}


@pytest.mark.parametrize("procedure", Procedure.values)
def test_edges_of_the_application_are_the_law(procedure):
    assert {edge[1:] for edge in edges_of(Application) if edge[0] == procedure} == declared(procedure)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.__name__)
def test_edges_of_other_records_are_the_law(model):
    assert {edge[1:] for edge in edges_of(model)} == edges_in_words(OTHERS[model])


@pytest.mark.django_db
def test_edges_in_the_database_are_the_registry():
    stored = set(StateEdge.objects.values_list("model", "procedure", "source", "verb", "target"))
    assert stored == {
        (model._meta.label_lower, *edge) for model in stateful_models() for edge in edges_of(model)
    }


def test_two_person_verbs():
    found = {
        (model, verb.name)
        for model in stateful_models()
        for verb in verbs_of(model).values()
        if verb.two_person
    }
    assert found == TWO_PERSONS


def test_every_verb_has_somebody():
    """A verb that the permission table does not list is the clock's alone."""
    clocks = {
        (Application, "lapse"),
        (Application, "discontinue"),
        (Cycle, "close"),
        (Cycle, "end"),
        (CorrectionRequest, "cancel"),
        (Rectification, "cancel"),
        (OutsideHandler, "release"),
        (Designation, "expire"),
        (Designation, "prolong"),
        *((Application, verb) for verb in REOPENINGS),
    }
    table = permissions.table()
    listed = {
        (model, verb)
        for model in stateful_models()
        for verb in verbs_of(model)
        if verb in table[model._meta.label_lower]
    }
    everything = {(model, verb) for model in stateful_models() for verb in verbs_of(model)}
    assert everything - listed == clocks


# --- every cell ---


@contextmanager
def undone():
    """What happens inside is taken back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


class Bench:
    """A dossier on its road, with somebody of every role who is concerned and somebody who is not."""

    def __init__(self, procedure: str):
        self.application, self.unit = dossiers.draft(procedure=procedure)
        office = self.application.recommender
        officer, lead = people.staff_of(office)
        others = people.staff_of(people.recommender("甘肃"))
        clerk = people.clerk_of(self.unit.organisation)
        stranger = dossiers.unit(people.recommender("甘肃")).user
        self.people = {
            "a": clerk,
            "A": self.unit.user,
            "r": officer,
            "R": lead,
            "m": people.ministry(),
            "M": people.ministry(Role.MINISTRY_LEAD),
        }
        self.strangers = [
            stranger,
            others[1],
            people.staff_of(people.association())[1],
            people.user(Role.EXPERT),
            people.user(Role.INSPECTOR),
            people.user(Role.OUTSIDE_AUDITOR),
            people.user(Role.ADMINISTRATOR),
        ]

    def check_every_cell(self, state: str) -> list[str]:
        wrong, before = [], AuditEvent.objects.count()
        legal = {verb for source, verb, _ in declared(self.application.procedure) if source == state}
        for verb in verbs_of(Application):
            for letter, user in self.people.items():
                wrong += self.check(
                    verb, user, letter in WHO[verb] and self.reaches(letter, verb), verb in legal, letter
                )
            for user in self.strangers:
                wrong += self.check(verb, user, False, verb in legal, user.role)
        if AuditEvent.objects.count() != before:
            wrong.append("a refusal left a trace")
        return wrong

    def reaches(self, letter: str, verb: str) -> bool:
        """The recommender sees what was submitted, the ministry what was reported, or was not filed for a re-review."""
        if verb == "bring_forward":
            return self.application.procedure == Procedure.REREVIEW
        if letter in "rR":
            return self.application.submitted_at is not None
        return letter not in "mM" or self.application.reported_at is not None

    def check(self, verb: str, user: User, may: bool, legal: bool, label: str):
        """Forbidden: PermissionDenied. Allowed but not now: one sentence on the state. Legal: never that sentence."""
        with undone():
            try:
                perform(self.application, verb, by=user, note="理由")
                outcome = "done"
            except PermissionDenied:
                outcome = "denied"
            except TransitionBlocked as refusal:
                outcome = "not now" if "当前状态为" in str(refusal) else "blocked"
            except (TypeError, ValueError, LookupError):
                outcome = "done"  # the verb itself was entered and asks for its facts
        if verbs_of(Application)[verb].two_person and may and outcome != "blocked":
            yield f"{label} {verb}: {outcome} without a second person"
        elif not may and outcome != "denied":
            yield f"{label} {verb}: {outcome} instead of denied"
        elif may and not legal and outcome not in ("not now", "blocked"):
            yield f"{label} {verb}: {outcome} from {self.application.state}"
        elif may and legal and outcome in ("denied", "not now"):
            yield f"{label} {verb}: {outcome} though the table allows it"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("procedure", NATIONAL)
def test_every_cell_of_the_application(procedure):
    """One dossier travels the whole road; at each station every verb is tried by everybody."""
    bench, wrong, seen = Bench(procedure), {}, set()

    def look(state):
        seen.add(state)
        with on(dossiers.CHECKED_ON):
            found = bench.check_every_cell(state)
        if found:
            wrong[state] = found

    end = S.DESIGNATED if procedure == D else S.CONFIRMED
    for state in (*dossiers.ROAD[:-1], end):
        dossiers.bring_to(bench.application, bench.unit, state)
        look(state)
        for side, trunk in dossiers.BRANCHES.items():
            if trunk == state and side in dossiers.states_of(procedure) and side != end:
                with undone():
                    if side == S.FAILED:
                        continue  # needs another proposal; its own test below
                    dossiers.bring_to(bench.application, bench.unit, side)
                    look(side)
                bench.application.refresh_from_db()
    assert wrong == {}
    assert seen | {S.FAILED} >= set(dossiers.states_of(procedure))


@pytest.mark.django_db
def test_an_end_is_an_end():
    """No verb leads out of any end, whoever asks; but a second look, signed by two, reopens it."""
    failed = dossiers.application_in(S.FAILED, procedure=R)
    assert failed.designation.fails_on
    assert [verb for verb in verbs_of(Application) if workflow.is_ready(failed, verb)] == ["reopen_rereview"]


# --- other records: legal triples are done, illegal ones refused ---


def titles(state: str) -> Designation:
    if state == "ENDED":
        return dossiers.ended_title()
    unit = dossiers.unit()
    row = dossiers.title(unit)
    if state == "REVOKED":
        supervision.revocation_in("DECIDED", row, unit)
        return row
    lead = people.ministry(Role.MINISTRY_LEAD)
    if state == "RECTIFYING":
        return perform(row, "order_rectification", by=lead, note="整改", until=dossiers.DECIDED_ON)
    if state == "EXPIRED":
        return perform(row, "expire", by=SYSTEM, note="期满", on=dossiers.DECIDED_ON)
    if state == "SURRENDERED":
        return perform(row, "surrender", by=SYSTEM, note="放弃", on=dossiers.DECIDED_ON)
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["ACTIVE", "RECTIFYING", "REVOKED", "SURRENDERED", "ENDED", "EXPIRED"])
def test_every_verb_of_a_title(state):
    row = titles(state)
    legal = {verb for source, verb, _ in edges_in_words(OTHERS[Designation]) if source == state}
    assert {verb for verb in verbs_of(Designation) if workflow.is_ready(row, verb)} == legal
    for verb in set(verbs_of(Designation)) - legal:
        with pytest.raises(TransitionBlocked), transaction.atomic():
            perform(row, verb, by=SYSTEM, note="理由", on=dossiers.DECIDED_ON, signoff=_Anything())


class _Anything:
    def demand(self, obj, verb, by):
        pass


@pytest.mark.django_db
def test_every_role_on_every_verb_of_the_other_records():
    """Who is not listed is refused by `perform` whatever the state."""
    application = dossiers.application_in(S.PUBLICISED)
    rows = [
        application.cycle,
        titles("ACTIVE"),
        application.assignments.first(),
        application.notice_items.get().notice,
        dossiers.objection_in("RECEIVED", about=application),
    ]
    table, wrong = permissions.table(), []
    outsiders = {role: people.user(role) for role in Role if role != Role.PUBLIC}
    for row in rows:
        for verb in verbs_of(type(row)):
            for role, user in outsiders.items():
                listed = role in table[type(row)._meta.label_lower].get(verb, ())
                if listed:
                    continue
                with undone():
                    try:
                        perform(row, verb, by=user, note="理由")
                        wrong.append((row._meta.label, verb, role))
                    except PermissionDenied:
                        pass
    assert wrong == []

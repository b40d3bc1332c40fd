"""Random lives of a dossier against a plain model: a step is the table's and done, or refused and leaves nothing."""

from __future__ import annotations

import itertools
import os
import random

import pytest
from django.db import transaction

from applications.models import Application
from applications.states import ApplicationState as S
from portal.kernel.workflow import TransitionBlocked, verbs_of
from portal.models import AuditEvent
from tests.factories import dossiers
from tests.factories.dossiers import on
from tests.test_transitions import WHO, Bench, D, R, declared, undone

STEPS = int(os.environ.get("LIFE_STEPS", "600"))  # 100,000 are the goal of bin/assure G2
LONGEST_LIFE = 60  # steps
MOVES = {  # verb → how the right people do it; the table alone says where it leads
    "submit": lambda one: dossiers.STEPS[S.SUBMITTED](one.application, one.unit, ""),
    "begin_evaluation": lambda one: dossiers.STEPS[S.UNDER_EVALUATION](one.application, one.unit, ""),
    "recommend": lambda one: dossiers.STEPS[S.RECOMMENDED](one.application, one.unit, ""),
    "report": lambda one: dossiers.STEPS[S.REPORTED](one.application, one.unit, ""),
    "accept": lambda one: dossiers.STEPS[S.ACCEPTED](one.application, one.unit, ""),
    "begin_review": lambda one: dossiers.STEPS[S.UNDER_REVIEW](one.application, one.unit, ""),
    "conclude_review": lambda one: dossiers.STEPS[S.REVIEWED](one.application, one.unit, ""),
    "propose": lambda one: dossiers.STEPS[S.PROPOSED](one.application, one.unit, ""),
    "return_for_correction": lambda one: dossiers.SIDE_STEPS[S.RETURNED](one.application),
    "withdraw": lambda one: dossiers.SIDE_STEPS[S.WITHDRAWN](one.application),
    "decline": lambda one: dossiers.SIDE_STEPS[S.NOT_RECOMMENDED](one.application),
    "request_supplement": lambda one: dossiers.SIDE_STEPS[S.SUPPLEMENTING](one.application),
    "refuse": lambda one: dossiers.SIDE_STEPS[S.REFUSED](one.application),
    "reject": lambda one: dossiers.SIDE_STEPS[S.REJECTED](one.application),
}


def tries(bench: Bench, state: str, dice: random.Random) -> list[str]:
    """Any verb by anybody: allowed exactly when the tables say so, and taken back."""
    verb = dice.choice(sorted(verbs_of(Application)))
    legal = verb in {name for source, name, _ in declared(bench.application.procedure) if source == state}
    known = [(letter, user) for letter, user in bench.people.items()]
    label, user = dice.choice([*known, *((user.role, user) for user in bench.strangers)])
    may = label in WHO[verb] and bench.reaches(label, verb) if label in bench.people else False
    with on(dossiers.CHECKED_ON):
        return list(bench.check(verb, user, may, legal, label))


def moves(bench: Bench, state: str, dice: random.Random) -> tuple[str, str] | None:
    """One legal step by the right people; the edge, or None where no such step is known."""
    ahead = sorted(
        (verb, target)
        for source, verb, target in declared(bench.application.procedure)
        if source == state and verb in MOVES
    )
    if not ahead:
        return None
    verb, target = dice.choice(ahead)
    try:
        with transaction.atomic():
            MOVES[verb](bench)
    except TransitionBlocked:  # legal, and not on such a day
        target = state
    bench.application.refresh_from_db()
    return verb, target


def complaints(bench: Bench, state: str) -> list[str]:
    """What must hold of every dossier at every moment."""
    row = bench.application
    events = list(AuditEvent.objects.filter(stream=f"applications.application:{row.pk}").order_by("sequence"))
    acts = [event for event in events if event.after]
    wrong = []
    if row.state != state:
        wrong.append(f"stands in {row.state}, the model in {state}")
    if [event.sequence for event in events] != list(range(1, len(events) + 1)):
        wrong.append("its trail has a gap")
    if acts and (acts[-1].after != row.state or acts[-1].uuid != row.state_event):
        wrong.append("its last event is another")
    if any(later.before != earlier.after for earlier, later in itertools.pairwise(acts)):
        wrong.append("its events do not follow from one another")
    if bool(row.number) != bool(row.submissions.count()) or (row.submitted_at is None) != (not row.number):
        wrong.append("numbered and not filed, or filed and not numbered")
    return wrong


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("procedure", [D, R])
def test_random_lives_follow_the_model(procedure, record_property):
    bench, dice, done, edges, wrong = Bench(procedure), random.Random(procedure), 0, set(), []
    while done < STEPS // 2 and not wrong:
        state = S.DRAFT
        with undone():
            for _ in range(LONGEST_LIFE):
                done += 1
                if dice.random() < 0.8:
                    wrong += tries(bench, state, dice)
                else:
                    edge = moves(bench, state, dice)
                    if edge is None:
                        break
                    edges |= {(state, edge[0])} if edge[1] != state else set()
                    state = edge[1]
                wrong += complaints(bench, state)
                if wrong:
                    break
        bench.application.refresh_from_db()
    record_property("random steps", done)
    record_property("edges walked", len(edges))
    assert wrong == [], (done, state)

"""Around `perform`: the database refuses every other way to a state, and of parallel acts one wins."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from applications.filing.submission import submit
from applications.models import Application
from applications.states import ApplicationState as S
from portal.kernel import signoff
from portal.kernel.permissions import Role
from portal.kernel.workflow import DirectTransition, TransitionBlocked, perform
from portal.models import AuditEvent, OutboxMessage
from tests.factories import dossiers, people
from tests.factories.dossiers import on


@pytest.fixture
def submitted(db):
    return dossiers.application_in(S.SUBMITTED)


def refused(message: str):
    return pytest.raises((IntegrityError, DatabaseError), match=message)


def test_the_database_refuses_update_of_a_state(submitted):
    with refused("outside perform"), transaction.atomic():
        Application.objects.filter(pk=submitted.pk).update(state=S.DESIGNATED)


def test_the_database_refuses_a_row_that_begins_elsewhere(submitted):
    copy = Application(
        cycle=submitted.cycle,
        platform=submitted.platform,
        recommender=submitted.recommender,
        created_at=submitted.created_at,
        created_by=submitted.created_by,
        state=S.REJECTED,
    )
    with refused("must begin as DRAFT"), transaction.atomic():
        copy.save()


def test_the_database_refuses_a_stale_save(submitted):
    """A form that was open while the state changed does not carry the old state back."""
    stale = Application.objects.get(pk=submitted.pk)
    with on(dossiers.EVALUATED_ON):
        perform(submitted, "begin_evaluation", by=people.staff_of(submitted.recommender)[0])
    with refused("outside perform"), transaction.atomic():
        stale.save()


def test_the_database_refuses_another_verb_than_the_edge(submitted):
    """The mark names the verb: a legal edge under another verb's name is refused."""
    with refused("has no edge"), transaction.atomic(), connection.cursor() as cursor:
        event = "00000000-0000-4000-8000-000000000001"
        cursor.execute("SELECT set_config('portal.transition', %s, true)", [f"withdraw:{event}"])
        cursor.execute(
            "UPDATE applications_application SET state = 'UNDER_EVALUATION', state_event = %s WHERE id = %s",
            [event, submitted.pk],
        )


def test_the_database_refuses_a_change_without_its_event(submitted):
    with refused("without an audit event"), transaction.atomic(), connection.cursor() as cursor:
        event = "00000000-0000-4000-8000-000000000002"
        cursor.execute("SELECT set_config('portal.transition', %s, true)", [f"begin_evaluation:{event}"])
        cursor.execute(
            "UPDATE applications_application SET state = 'UNDER_EVALUATION', state_event = %s WHERE id = %s",
            [event, submitted.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_field_and_the_method_are_closed(submitted):
    with pytest.raises(AttributeError):
        submitted.state = S.DESIGNATED
    with pytest.raises(DirectTransition):
        submitted.begin_evaluation(by=None, note="")


def test_a_refused_verb_leaves_nothing(submitted):
    before = (AuditEvent.objects.count(), OutboxMessage.objects.count())
    with pytest.raises(TransitionBlocked), on(dossiers.EVALUATED_ON):
        perform(submitted, "withdraw", by=submitted.created_by)
    submitted.refresh_from_db()
    assert submitted.state == S.SUBMITTED
    assert (AuditEvent.objects.count(), OutboxMessage.objects.count()) == before


# --- two at once: real commits on a copy of the database ---


@contextmanager
def connected_to(address: str):
    """The default connection points at another database, for every thread."""
    settings, name = connection.settings_dict, address.rpartition("/")[2]
    was = settings["NAME"]
    connections["default"].close()
    settings["NAME"] = name
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = was


def race(*calls, day=dossiers.EVALUATED_ON) -> list[str]:
    """Every call in a thread of its own, all released at once: what became of each."""
    gate, results = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait()
        try:
            with on(day):
                call()
            results.append("done")
        except TransitionBlocked as refusal:
            results.append(refusal.reasons[0])
        except Exception as error:  # a deadlock would show here by its name
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_parallel_acts_exactly_one_wins(database_copy, django_db_blocker):
    """Sixteen at once, twice: the same verb, then two verbs against each other."""
    with django_db_blocker.unblock(), connected_to(database_copy):
        application = dossiers.application_in(S.SUBMITTED)
        officer, _ = people.staff_of(application.recommender)
        owner = application.created_by
        same = race(*[lambda: perform(application, "begin_evaluation", by=officer)] * 16)
        assert sorted(set(same)) == sorted(
            {"done", "当前状态为“测评中”，不能办理“开始测评”。请刷新页面查看最新进展。"}
        )
        assert same.count("done") == 1
        against = race(
            *[lambda: perform(application, "withdraw", by=owner, note="不报了")] * 8,
            *[lambda: perform(application, "return_for_correction", by=officer, due_on=dossiers.REPORTED_ON)]
            * 8,
        )
        done = against.count("done")
        application.refresh_from_db()
        assert application.state in (S.WITHDRAWN, S.RETURNED)
        # A return may be followed by a withdrawal, never the other way round.
        assert done == 1 or (done == 2 and application.state == S.WITHDRAWN)
        assert all(result == "done" or "当前状态为" in result for result in against)
        stream = AuditEvent.objects.filter(stream=f"applications.application:{application.pk}")
        assert list(stream.order_by("sequence").values_list("sequence", flat=True)) == list(
            range(1, stream.count() + 1)
        )


def test_what_changes_while_the_second_person_signs_is_not_signed(database_copy, django_db_blocker):
    """The row is locked before it is described: a change that is under way is waited for, and then seen."""
    with django_db_blocker.unblock(), connected_to(database_copy):
        with on(dossiers.PROPOSED_ON):
            application = dossiers.application_in(S.REVIEWED)
            act = signoff.prepare(
                [application], "propose", by=people.ministry(), note="", outcome="designate"
            )
        lead, changed = people.ministry(Role.MINISTRY_LEAD), threading.Event()

        def change():
            with transaction.atomic():
                Application.objects.filter(pk=application.pk).update(review_score=61)
                changed.set()
                time.sleep(1.5)

        def sign():
            assert changed.wait(10)
            signoff.sign(act, by=lead)

        results = race(change, sign, day=dossiers.PROPOSED_ON)
        assert sorted(results) == sorted(["done", "拟办之后内容已有变化，请退回后按最新内容重新拟办。"])
        application.refresh_from_db()
        assert application.state == S.REVIEWED


def test_a_double_click_files_once_and_both_see_the_same_receipt(database_copy, django_db_blocker):
    """Eight requests of the same page at the same moment: one submission, one event, no error."""
    with django_db_blocker.unblock(), connected_to(database_copy):
        application, unit = dossiers.draft()
        seen = []

        def click():
            seen.append(
                submit(
                    Application.objects.get(pk=application.pk),
                    by=unit.user,
                    sequence=1,
                    declared=True,
                    declarant_name=unit.user.name,
                    declarant_title="主任",
                ).pk
            )

        assert race(*[click] * 8, day=dossiers.FILED_ON) == ["done"] * 8
        assert len(set(seen)) == 1 and application.submissions.count() == 1
        assert AuditEvent.objects.filter(action="application.submit").count() == 1

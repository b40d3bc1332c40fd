"""The trail: one event per change, append-only in the database, and every tampering found and named."""

from __future__ import annotations

import json
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from applications.states import ApplicationState as S
from portal.kernel import audit
from portal.kernel.workflow import perform
from portal.models import AuditEvent
from portal.trail import log
from portal.trail.chains import walk_chains
from portal.trail.verification import verify_trail
from tests.factories import dossiers, people
from tests.factories.dossiers import on

TABLE = "portal_auditevent"


@pytest.fixture
def trail(db, own_log):
    """A user with a chain of six events, and another chain beside it."""
    account, other = people.user(), people.user()
    for number in range(6):
        audit.record(action="edit", obj=account, by=account, note=f"第 {number} 次", facts={"n": number})
    audit.record(action="edit", obj=other, by=account)
    tampering.run("SET CONSTRAINTS ALL IMMEDIATE")  # nothing of the tables' keys is left for later
    return f"portal.user:{account.pk}"


def breaks() -> list[tuple[str, int]]:
    return [(found.stream, found.sequence) for found in verify_trail().breaks]


class tampering:
    """The owner of the database switches the guards off, as only a person with the keys to it could."""

    def __enter__(self):
        self.run(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")

    def __exit__(self, *error):
        self.run(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")

    @staticmethod
    def run(statement, parameters=()):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def change(stream: str, sequence: int, **columns) -> None:
    with tampering():
        AuditEvent.objects.filter(stream=stream, sequence=sequence).update(**columns)


def test_an_untouched_trail_verifies(trail):
    log.publish()
    assert breaks() == []
    call_command("verify_audit")
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    assert json.loads(out.getvalue())["breaks"] == []


@pytest.mark.parametrize(
    "column",
    [
        "actor_label",
        "object_label",
        "action",
        "note",
        "before",
        "after",
        "root",
        "request_id",
        "body",
        "hash",
    ],
)
def test_an_edited_column_is_found(trail, column):
    was = AuditEvent.objects.filter(stream=trail, sequence=3).values_list(column, flat=True).get()
    changed = was.replace("第 2 次", "第 9 次") if column == "body" else f"{was}x"[-64:]
    change(trail, 3, **{column: changed})
    assert (trail, 3) in breaks()
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_a_deleted_event_is_found(trail):
    with tampering():
        AuditEvent.objects.filter(stream=trail, sequence=3).delete()
    assert breaks()[0] == (trail, 3)


def test_reordered_events_are_found(trail):
    with tampering():
        tampering.run(f"UPDATE {TABLE} SET sequence = 99 WHERE stream = %s AND sequence = 2", [trail])
        tampering.run(f"UPDATE {TABLE} SET sequence = 2 WHERE stream = %s AND sequence = 3", [trail])
        tampering.run(f"UPDATE {TABLE} SET sequence = 3 WHERE stream = %s AND sequence = 99", [trail])
    assert breaks()[0] == (trail, 2)


def test_a_cut_tail_is_found_by_the_log_alone(trail):
    log.publish()
    with tampering():
        AuditEvent.objects.filter(stream=trail, sequence__gte=5).delete()
    assert list(walk_chains()) == []
    assert next(str(found) for found in verify_trail().breaks).endswith("：日志所记的操作已不在库中")


def test_a_chain_hashed_anew_is_found_by_the_log(trail):
    """Whoever owns the database can compute every hash again, and cannot reach the published log."""
    log.publish()
    previous = audit.GENESIS
    with tampering():
        for event in AuditEvent.objects.filter(stream=trail).order_by("sequence"):
            body = json.loads(event.body)
            if event.sequence == 2:
                body["note"] = event.note = "无"
            event.body = audit.canonical_json(body)
            event.previous_hash, event.hash = previous, audit.chain_hash(previous, event.body)
            event.save(update_fields=["note", "body", "previous_hash", "hash"])
            previous = event.hash
    assert list(walk_chains()) == []
    assert breaks()[0] == (trail, 2)


def test_random_tampering_is_always_found(trail):
    """Two hundred single changes to random columns of random events: none goes unseen."""
    dice = random.Random(15)
    columns = ["actor_label", "note", "before", "after", "hash", "previous_hash", "body", "object_label"]
    missed = []
    for _ in range(200):
        sequence, column = dice.randrange(1, 7), dice.choice(columns)
        point = transaction.savepoint()
        was = AuditEvent.objects.filter(stream=trail, sequence=sequence).values_list(column, flat=True).get()
        position = dice.randrange(len(was) or 1)
        changed = (
            f"{was[:position]}{'0' if was[position : position + 1] != '0' else '1'}{was[position + 1 :]}"
        )
        change(trail, sequence, **{column: changed})
        if not list(walk_chains()):
            missed.append((sequence, column, was, changed))
        transaction.savepoint_rollback(point)
    assert missed == []


# --- the database refuses ---


@pytest.mark.parametrize(
    "statement",
    [f"UPDATE {TABLE} SET note = 'x'", f"DELETE FROM {TABLE}", f"TRUNCATE {TABLE} CASCADE"],
)
@pytest.mark.parametrize("role", ["", "portal_app"])
def test_events_are_append_only_for_the_owner_and_the_application(trail, statement, role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'portal_app'")
        assert cursor.fetchone() == (1,)
    refusal = pytest.raises(DatabaseError, match=r"append-only|permission denied for table")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        if role:
            cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(statement)


def test_the_application_may_add_and_read_events_only(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p, has_table_privilege('portal_app', %s, p) FROM unnest(%s::text[]) AS p",
            [TABLE, ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"]],
        )
        rights = dict(cursor.fetchall())
        cursor.execute(
            "SELECT has_table_privilege('portal_app', 'portal_stateedge', 'INSERT, UPDATE, DELETE')"
        )
        edges = cursor.fetchone()[0]
    assert rights == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}
    assert edges is False


# --- one event per change ---


def test_one_event_per_perform_with_both_states_and_both_times(db):
    application = dossiers.application_in(S.SUBMITTED)
    officer, _ = people.staff_of(application.recommender)
    before = AuditEvent.objects.count()
    with on(dossiers.EVALUATED_ON):
        perform(application, "begin_evaluation", by=officer, note="材料齐全")
    event = AuditEvent.objects.order_by("-id").first()
    assert AuditEvent.objects.count() == before + 1
    assert (event.action, event.before, event.after) == (
        "application.begin_evaluation",
        "SUBMITTED",
        "UNDER_EVALUATION",
    )
    assert (event.actor_id, event.note) == (officer.pk, "材料齐全")
    assert event.at.astimezone().date() == dossiers.EVALUATED_ON
    assert event.recorded_at != event.at
    application.refresh_from_db()
    assert application.state_event == event.uuid


def test_a_whole_road_leaves_a_chain_that_verifies(db, own_log):
    application = dossiers.application_in(S.DESIGNATED)
    log.publish()
    assert breaks() == []
    states = AuditEvent.objects.filter(stream=f"applications.application:{application.pk}").exclude(after="")
    assert list(states.order_by("sequence").values_list("after", flat=True)) == [
        str(state) for state in dossiers.ROAD[1:]
    ]


def test_an_event_that_is_rolled_back_leaves_no_gap(trail):
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(action="edit", obj=people.User.objects.get(pk=trail.partition(":")[2]), by=None)
        raise RuntimeError
    assert list(walk_chains()) == []

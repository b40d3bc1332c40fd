"""Sealed columns: neither the application nor the owner of the tables changes or deletes what was sealed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from applications.models import Submission
from applications.states import ApplicationState as S
from portal.models import Seal, SignOff, StoredFile
from portal.trail.sealing import describe_seal, sealed_models
from portal.trail.seals import check_seals
from review.models import Assignment, Notice
from review.states import AssignmentState
from tests.factories import dossiers

ANOTHER = {
    "uuid": "gen_random_uuid()",
    "jsonb": "to_jsonb('x'::text)",
    "date": "coalesce({0}, DATE '2020-01-01') + 1",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 second'",
    "boolean": "NOT coalesce({0}, false)",
    "numeric": "coalesce({0}, 0) + 1",
    "text": "coalesce({0}, '') || 'x'",
    "character varying": "overlay(coalesce({0}, '') || ' ' placing '~' from 1 for 1)",
    "smallint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "bigint": "coalesce({0}, 0) + 1",
}


@pytest.fixture
def designated(db):
    application = dossiers.application_in(S.DESIGNATED)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    return application


def run(statement: str, *parameters, role: str = ""):
    with transaction.atomic(), connection.cursor() as cursor:
        if role:
            cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(statement, parameters)
        if role:
            cursor.execute("RESET ROLE")


def columns_of(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table]
        )
        return dict(cursor.fetchall())


def filled(model) -> bool:
    return model._base_manager.exists()


@pytest.mark.parametrize("role", ["", "portal_app"])
def test_no_sealed_column_of_any_table_is_updated(designated, role):
    tried = set()
    for model in filter(filled, sealed_models()):
        seal = describe_seal(model)
        kinds = columns_of(seal["table"])
        for column in seal["always"]:
            value = ANOTHER[kinds[column]].format(f'"{column}"')
            with pytest.raises(DatabaseError, match="is sealed"):
                run(f'UPDATE {seal["table"]} SET "{column}" = {value}', role=role)
        tried.add(model.__name__)
    assert tried >= {
        "Submission",
        "Reporting",
        "SignOff",
        "StoredFile",
        "Notice",
        "NoticeItem",
        "Certificate",
        "Assignment",
    }


@pytest.mark.parametrize(
    ("role", "refusal"), [("", "are kept"), ("portal_app", "permission denied for table")]
)
def test_no_row_of_a_sealed_table_is_deleted(designated, role, refusal):
    for model in filter(filled, sealed_models()):
        with pytest.raises(DatabaseError, match=refusal):
            run(f"DELETE FROM {model._meta.db_table}", role=role)
        with pytest.raises(DatabaseError, match=r"append-only|permission denied for table"):
            run(f"TRUNCATE {model._meta.db_table} CASCADE", role=role)


def test_every_declared_seal_stands_in_the_database(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%\\_sealed'")
        guarded = {row[0] for row in cursor.fetchall()}
    assert guarded == {model._meta.db_table for model in sealed_models()}


def test_what_is_filled_in_once_is_not_filled_in_again(designated):
    submission = Submission.objects.filter(pdf=None).first()
    first, second = StoredFile.objects.order_by("pk")[:2]
    Submission.objects.filter(pk=submission.pk).update(pdf=first)
    with pytest.raises(DatabaseError, match="pdf_id is sealed"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(pdf=second)


def test_a_signed_act_stays_signed(designated):
    signed = SignOff.objects.filter(state="SIGNED")
    for change in ({"state": "WAITING"}, {"answer": "另有意见"}):
        with pytest.raises(DatabaseError, match="is sealed"), transaction.atomic():
            signed.update(**change)


def test_a_score_stands_still_once_it_is_handed_in(designated):
    handed_in = Assignment.objects.filter(state=AssignmentState.HANDED_IN)
    assert handed_in.exists()
    for change in ({"sheet": {}}, {"total": 1}, {"comment": "改"}):
        with pytest.raises(DatabaseError, match="is sealed"), transaction.atomic():
            handed_in.update(**change)
    handed_in.update(reminded_on=None, version=9)  # these are nobody's opinion


def test_untouched_seals_agree(designated):
    assert list(check_seals()) == []
    assert Seal.objects.filter(table="applications_submission").exists()


def bypassing(table: str, statement: str, *parameters):
    """The owner of the tables switches the triggers off and on again."""
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    run(statement, *parameters)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_row_changed_under_its_seal_is_named(designated):
    notice = Notice.objects.first()
    bypassing("review_notice", "UPDATE review_notice SET title = title || '（改）' WHERE id = %s", notice.pk)
    assert [(found.stream, found.sentence) for found in check_seals()] == [
        (f"公示与公告 {notice.pk}", "封存的内容被改动")
    ]


def test_a_row_put_in_without_a_seal_is_named(designated):
    bypassing(
        "review_moderation",
        "INSERT INTO review_moderation (application_id, outcome, reason, spread, moderated_by_id, moderated_at)"
        " SELECT %s, 'kept', 'x', 1, id, now() FROM portal_user LIMIT 1",
        designated.pk,
    )
    assert [found.sentence for found in check_seals()] == ["没有封存摘要，不是经系统写入的"]


def test_a_row_taken_away_is_named(designated):
    file = StoredFile.objects.filter(pk__in=Seal.objects.none().values("row")).first() or StoredFile(
        owner_model="x",
        owner_id=designated.pk,
        name="a.pdf",
        extension="pdf",
        content_type="application/pdf",
        size=1,
        key="k",
        sha256="0" * 64,
        sm3="0" * 64,
        scan="clean",
        uploaded_at=designated.created_at,
    )
    file.save(force_insert=True)
    bypassing("portal_storedfile", "DELETE FROM portal_storedfile WHERE id = %s", file.pk)
    assert [(found.stream, found.sentence) for found in check_seals()] == [
        (f"文件 {file.pk}", "封存的记录已不在库中")
    ]


def test_a_second_seal_for_a_changed_row_is_named(designated):
    """Whoever owns the tables may seal the changed row anew; two seals on one row give it away."""
    notice = Notice.objects.first()
    bypassing("review_notice", "UPDATE review_notice SET title = title || '（改）' WHERE id = %s", notice.pk)
    run(
        'INSERT INTO portal_seal ("table", "row", columns, while_state, salt, digest, made_at) '
        'SELECT s."table", s."row", s.columns, s.while_state, s.salt, portal_row_digest(to_jsonb(n), s.columns, s.salt), now() '
        'FROM portal_seal s JOIN review_notice n ON n.id::text = s."row" WHERE s."row" = %s',
        str(notice.pk),
    )
    assert "封存摘要多于一份" in [found.sentence for found in check_seals()]

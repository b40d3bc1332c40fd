"""Public records compared with the trail: what the owner of the database changes behind the guards is found and named."""

from __future__ import annotations

import pytest
from django.db import connection, models, transaction

from applications.states import ApplicationState as S
from platforms.models import Certificate, Designation, TitleEvent
from platforms.register.services import take_new_names
from portal.kernel.permissions import SYSTEM
from portal.kernel.standing import columns_on_record
from portal.trail.seals import check_seals
from portal.trail.standing import (
    NotCompared,
    compare_public_records,
    models_on_record,
    read_stock,
    take_stock,
)
from review.models import Notice
from tests.factories import dossiers
from tests.portal.trail.test_sealing import ANOTHER, columns_of

SQL = {**ANOTHER, "ARRAY": "{0} || '{{x}}'"}
TABLES = (
    "platforms_designation",
    "platforms_titleevent",
    "platforms_certificate",
    "review_notice",
    "portal_auditevent",
)


def as_owner(statement: str, *parameters) -> None:
    """With the guards off; the test's own rollback puts them on again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, parameters or None)


@pytest.fixture
def title(db) -> Designation:
    dossiers.application_in(S.DESIGNATED)
    title = Designation.objects.get()
    assert list(compare_public_records()) == []
    return title


def found_after(statement: str, *parameters) -> list[str]:
    with transaction.atomic():
        as_owner(statement, *parameters)
        found = [str(one) for one in compare_public_records()]
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("model", [Designation, TitleEvent, Notice])
def test_each_public_column_changed_behind_the_guards_is_found(title, model):
    types = columns_of(model._meta.db_table)
    row = model.objects.first()
    names = columns_on_record(model)
    assert names
    for name in names:
        column = model._meta.get_field(name.removesuffix("_id")).column
        value, table = SQL[types[column]].format(f'"{column}"'), model._meta.db_table
        found = found_after(f'UPDATE {table} SET "{column}" = {value} WHERE id = %s', row.pk)
        words = model._meta.get_field(name.removesuffix("_id")).verbose_name
        assert found and found[0] == f"{model._meta.label_lower}:{row.pk}：{words}与最近一次操作所记的不符", (
            name
        )


def test_every_column_of_a_public_record_is_sealed_or_on_record():
    """A new column is one of both, or it is named here with its reason."""
    searched = {
        "initials",
        "sort_key",
        "search",
        "state_event",
        "id",
    }  # derived, or compared by the states' check
    for model in (Designation, TitleEvent):
        columns = {one.attname for one in model._meta.concrete_fields}
        assert columns - set(columns_on_record(model)) <= searched
    assert set(Notice.sealed.but) - set(columns_on_record(Notice)) == {"state_event"}


def test_a_title_put_in_or_taken_away_behind_the_guards_is_found(title):
    take_stock()
    events = Designation._meta.db_table
    columns = ", ".join(f'"{one.column}"' for one in TitleEvent._meta.concrete_fields if one.name != "id")
    table = TitleEvent._meta.db_table
    put_in = found_after(
        f"INSERT INTO {table} (id, {columns}) SELECT gen_random_uuid(), {columns} FROM {table} LIMIT 1"
    )
    assert [one.partition("：")[2] for one in put_in] == ["没有操作记录，不是经系统写入的"]
    gone = found_after(f"DELETE FROM {events} WHERE id = %s", title.pk)
    assert gone == [f"platforms.designation:{title.pk}：操作记录所记的对象已不在库中"]


def test_what_is_older_than_the_saying_is_taken_stock_of_once(title):
    with transaction.atomic():
        as_owner("UPDATE portal_auditevent SET body = replace(body, 'stands', 'stood')")
        with pytest.raises(NotCompared, match="条公开记录的现状还没有登记"):
            list(compare_public_records())
    assert take_stock() > 0
    assert take_stock() == 0
    assert list(compare_public_records()) == []
    assert str(title.pk) in read_stock()["platforms.designation"]
    changed = found_after(
        "UPDATE platforms_designation SET platform_name = '另一平台' WHERE id = %s", title.pk
    )
    assert changed == [f"platforms.designation:{title.pk}：平台名称与最近一次操作所记的不符"]
    assert found_after("DELETE FROM platforms_designation WHERE id = %s", title.pk)


def test_a_certificate_marked_as_superseded_behind_the_guards_is_found(title):
    row = Certificate.objects.get()
    assert list(check_seals()) == []
    as_owner("UPDATE platforms_certificate SET superseded_on = DATE '2026-01-01' WHERE id = %s", row.pk)
    assert [str(one) for one in check_seals()] == [f"证书 {row.pk}：封存的内容被补填，不是经系统写入的"]


def test_a_new_name_is_no_break(title):
    type(title.platform).objects.filter(pk=title.platform_id).update(name="更名后的平台")
    take_new_names(title, reason="更名", by=SYSTEM)
    assert list(compare_public_records()) == []


def test_who_is_on_record():
    assert {model._meta.object_name for model in models_on_record()} == {
        "Designation",
        "TitleEvent",
        "ProvincialTitle",
        "Notice",
    }
    assert all(issubclass(model, models.Model) for model in models_on_record())

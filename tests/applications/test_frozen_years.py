"""A published year is judged by the rules that it was published by, whatever the code says later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

import applications.editions as editions_in_code
from applications.cycles.models import kept_edition, kept_text
from applications.cycles.services import create_cycle, proposed_dates
from applications.cycles.years import edition_of_title
from applications.dossiers.facts import refresh
from applications.editions import UNKNOWN, digest_of, editions, get_edition
from applications.editions.frozen import read_checked, text_of
from applications.models import Application, Cycle, KeptEdition
from portal.shared.digests import sha256_hex
from portal.shared.refusal import RecordAltered
from tests.factories import dossiers, people, provinces


@pytest.fixture
def changed_code(monkeypatch):
    """Another text of the 2010 edition in the code: 300 enterprises, 99 days, another declaration, no relaxing."""

    def change():
        old = get_edition("interim-2010")
        thresholds = tuple(
            replace(row, value=Decimal(300) if row.code == "smes" else row.value, relaxable=False)
            for row in old.thresholds
        )
        new = replace(
            old,
            thresholds=thresholds,
            publicity_days=99,
            declaration="改过的声明。",
            window=("05-06", "05-29"),
            rubric=old.rubric[:2],
            operating={"formal_check_days": 1, "scoring_days": 1},
        )
        monkeypatch.setitem(editions_in_code._editions(), "interim-2010", new)
        kept_edition.cache_clear()
        return old, new

    return change


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.code)
def test_an_edition_is_read_back_as_it_was_written(edition):
    text = text_of(edition)
    read = read_checked(text, sha256_hex(text.encode()))
    assert read == edition and text_of(read) == text
    assert [row.value is UNKNOWN for row in read.thresholds] == [
        row.value is UNKNOWN for row in edition.thresholds
    ]


@pytest.mark.django_db
def test_a_changed_edition_in_the_code_moves_no_published_year(changed_code):
    year = dossiers.cycle()
    filed = dossiers.application_in("SUBMITTED")
    before = Application.objects.get(pk=filed.pk).assessment
    old, new = changed_code()
    row = Cycle.objects.get(pk=year.pk)
    assert row.edition == old and row.edition_digest == digest_of(old)
    dossier = Application.objects.get(pk=filed.pk)
    refresh(dossier)
    assert dossier.assessment == before
    assert dossier.spec("declaration").title == old.material("declaration", "DESIGNATION").title
    with dossiers.on(date(2027, 1, 5)):
        coming = create_cycle(by=people.ministry(), year=2027, **proposed_dates(2027, row))
    assert coming.edition == new and coming.handling_from == date(2027, 5, 6)  # the template of new years


@pytest.mark.django_db
def test_a_provinces_round_is_frozen_the_same_way(changed_code):
    round_ = provinces.round_of()
    before = Cycle.objects.get(pk=round_.pk).edition
    changed_code()
    row = Cycle.objects.get(pk=round_.pk)
    assert row.edition == before and row.edition.declaration != "改过的声明。"
    assert json.loads(kept_text(row.edition_digest))["honour"] == row.programme.honour


def alter(digest: str, old: str, new: str) -> None:
    """As somebody with the database's own password would: past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE applications_keptedition DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE applications_keptedition SET text = replace(text, %s, %s) WHERE digest = %s",
            [old, new, digest],
        )
        assert cursor.rowcount == 1
        cursor.execute("ALTER TABLE applications_keptedition ENABLE TRIGGER USER")
    kept_edition.cache_clear()


@pytest.mark.django_db
def test_altered_rules_are_refused_with_a_sentence(client):
    row = dossiers.cycle()
    alter(row.edition_digest, '"publicity_days":15', '"publicity_days":14')
    with pytest.raises(RecordAltered, match="与发布时的摘要不一致"):
        _ = Cycle.objects.get(pk=row.pk).edition
    answer = client.get("/criteria/")
    assert answer.status_code == 500 and "所存的适用办法与发布时的摘要不一致" in answer.content.decode()


@pytest.mark.django_db
def test_lost_rules_are_refused(db):
    row = dossiers.cycle()
    Cycle.objects.filter(pk=row.pk).update(edition_digest="0" * 64)
    with pytest.raises(RecordAltered):
        _ = Cycle.objects.get(pk=row.pk).edition


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(novelty=1), "novelty"),
        (lambda data: data.pop("materials"), "materials"),
        (lambda data: data["thresholds"][0].update(value="three"), "不能完整读出"),
    ],
)
def test_a_kept_rule_that_the_code_cannot_carry_is_refused(change, words):
    data = json.loads(text_of(get_edition("interim-2010")))
    change(data)
    text = json.dumps(data, ensure_ascii=False)
    with pytest.raises(RecordAltered, match=words):
        read_checked(text, sha256_hex(text.encode()))


@pytest.mark.django_db
def test_kept_rules_stand_still():
    row = dossiers.cycle()
    with pytest.raises(DatabaseError, match="is sealed"):
        KeptEdition.objects.filter(digest=row.edition_digest).update(text="{}")


@pytest.mark.django_db
def test_a_title_keeps_the_rules_that_it_was_granted_by(changed_code):
    """Art. 15: whom a fraud reaches is read from the title's own edition, found by its digest, not by its name."""
    year = dossiers.cycle()
    title = dossiers.title(dossiers.unit())
    title.edition_digest = year.edition_digest
    old, _ = changed_code()
    assert edition_of_title(title) == old

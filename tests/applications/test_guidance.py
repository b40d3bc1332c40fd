"""What the public reads of the rules: criteria, text, interpretations."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from applications.editions import get_edition
from applications.editions.interim_2010 import INTERIM_2010
from portal.kernel.permissions import Role
from portal.models import AuditEvent
from portal.regulation import articles
from tests.factories import dossiers, people

pytestmark = pytest.mark.django_db


def test_anybody_reads_criteria_rubric_and_panel_size(client):
    """Art. 4: open, just, fair. What decides is public while the year runs."""
    year = dossiers.cycle()
    text = client.get(reverse("criteria")).content.decode()
    for threshold in year.edition.thresholds:
        assert threshold.label in text and f"{threshold.value} {threshold.unit}" in text
    for dimension in year.edition.rubric:
        assert dimension.name in text and f"{dimension.weight}%" in text
    assert f"每件 {year.panel_size}" in text


def test_every_article_has_its_anchor_and_its_words(client):
    text = client.get(reverse("regulation")).content.decode()
    assert len(articles()) == 21
    for article in articles():
        assert f'id="{article.anchor}"' in text
        for part in article.parts:
            assert part.text in text
            assert not part.anchor or f'id="{part.anchor}"' in text


def test_the_ministry_interprets_and_the_words_stand_at_the_article(client):
    """Art. 20: dated, on record, read by everybody at the article; no one else interprets."""
    said = {"article": 5, "item": "三", "question": "比例怎样计算？", "answer": "二者具备其一即计入。"}
    client.force_login(people.ministry())
    assert client.post(reverse("interpretation_issue"), said).status_code == 403
    client.force_login(people.ministry(Role.MINISTRY_LEAD))
    with dossiers.on(date(2026, 3, 2)):
        assert client.post(reverse("interpretation_issue"), said)["Location"].endswith("#art-5")
    client.logout()
    text = client.get(reverse("regulation")).content.decode()
    at = text.index("二者具备其一即计入。")
    assert text.index('id="art-5"') < at < text.index('id="art-6"')
    assert "2026-03-02" in text
    assert AuditEvent.objects.filter(action="interpretation.issue").count() == 1


def test_the_edition_is_in_force_from_its_publication():
    """Art. 21: the default edition begins with the day of the regulation, and no later one claims that day."""
    assert INTERIM_2010.effective_from == "2010-05-24"
    assert get_edition("interim-2010") is INTERIM_2010

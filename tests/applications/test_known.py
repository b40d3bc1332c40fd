"""What the portal knows of a dossier stands on every page that decides on it, each reader's share of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from lxml import html

from applications.corrections.models import Stage
from applications.corrections.services import mark_material, request_correction
from applications.models import Application, Finding, Overlap
from tests.factories import filing
from training.demo.dossiers import file_dossier, submit

pytestmark = pytest.mark.django_db


def known(client, name: str, dossier) -> str:
    page = client.get(reverse(name, args=[dossier.pk])).content.decode()
    found = html.document_fromstring(page).xpath("//*[@id='known']")
    return found[0].text_content() if found else ""


def filed(unit, year) -> Application:
    dossier = submit(file_dossier(unit, year), unit)
    dossier.refresh_from_db()
    return dossier


def test_marks_and_what_an_answer_left_unchanged_are_told_on_each_page_of_the_desk(client):
    year, unit = filing.year(), filing.unit()
    with filing.on(filing.FILING_DAY):
        dossier = filed(unit, year)
        officer = filing.officer_of(dossier)
        for code, verdict in (("licence", Finding.Verdict.OK), ("audit", Finding.Verdict.DOUBT)):
            mark_material(
                dossier,
                code,
                stage=Stage.RECOMMENDER,
                verdict=verdict,
                reason="illegible" * (verdict == "doubt"),
                words="请换清晰件" * (verdict == "doubt"),
                by=officer,
            )
        client.force_login(officer)
        for name in ("dossier", "reception"):
            assert "请换清晰件" in known(client, name, dossier), name
        items = [{"code": "audit", "reason": "illegible", "words": "请换清晰件"}]
        request_correction(dossier, stage=Stage.RECOMMENDER, items=items, words="", by=officer)
    with filing.on(date(2026, 3, 4)):
        dossier.refresh_from_db()
        submit(dossier, unit)
        page = client.get(reverse("reception", args=[dossier.pk])).content.decode()
        assert "未改：材料" in known(client, "reception", dossier)
    tree = html.document_fromstring(page)
    assert tree.xpath("//input[@name='verdict_licence' and @value='ok']/@checked")
    assert tree.xpath("//input[@name='verdict_audit' and @value='doubt']/@checked")
    client.force_login(unit.user)
    assert "请换清晰件" not in known(client, "dossier_tasks", dossier)


def test_an_overlap_of_one_unit_across_recommenders_is_told_without_the_others_content(client):
    year, unit = filing.year(), filing.unit()
    with filing.on(filing.FILING_DAY):
        ours = filed(unit, year)
        theirs = filed(filing.unit("江苏"), year)
    officer = filing.officer_of(ours)
    Overlap.objects.create(
        application=theirs,
        other=ours,
        rule="same_staff",
        material="staff",
        count=32,
        share=90,
        sample=["王越"],
        found_at=theirs.submitted_at,
    )
    client.force_login(officer)
    assert "32 人" not in known(client, "dossier", ours)  # another unit's, filed elsewhere
    theirs.platform.organisation = unit.organisation
    theirs.platform.save()
    text = known(client, "dossier", ours)
    assert "32 人" in text
    assert theirs.platform.name not in text and "王越" not in text
    page = client.get(reverse("overlap_list")).content.decode()
    assert ours.platform.name in page and "32 人" in page
    assert theirs.platform.name not in page and "王越" not in page


def test_a_unit_is_told_what_two_of_its_own_dossiers_share(client):
    year, unit, second = filing.year(), filing.unit(), filing.unit("江苏")
    with filing.on(filing.FILING_DAY):
        first = file_dossier(unit, year)
        other = file_dossier(second, year)
        client.force_login(unit.user)
        assert known(client, "dossier_tasks", first) == ""
        rows = first.materials.get(code="staff").rows.all()
        copies = other.materials.get(code="staff").rows
        copies.all().delete()
        for row in rows:
            copies.create(number=row.number, key=row.key, data=row.data)
        second.platform.organisation = unit.organisation
        second.platform.save()
        texts = [known(client, name, first) for name in ("dossier_tasks", "dossier_check")]
    for text in texts:  # also where one signs, before it is filed
        assert f"{rows.count()} 人相同" in text
        assert second.platform.name in text

"""The expert's page: the dossier beside the rubric, bands and running total, pins that keep file and page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from applications.editions.operating import RUBRIC
from portal.kernel.workflow import perform
from review.panels.services import draw_panels
from review.scoring import services as scoring
from review.scoring.totals import running
from tests.factories.rounds import Round

DAY = date(2026, 4, 7)


@pytest.fixture
def desk(db, client):
    """One expert who has declared, at the page of one dossier; a place in it with a file of pages."""
    world = Round()
    (row,) = world.bring("浙江", upto="ACCEPTED")
    with world.on(date(2026, 4, 3)):
        draw_panels([row], by=world.people["miit_officer"], seed="a")
        seat = row.assignments.select_related("expert__user").first()
        perform(seat, "declare", by=seat.expert.user)
    seat.refresh_from_db()
    client.force_login(seat.expert.user)
    entry = next(
        entry
        for material in row.materials.prefetch_related("files__file")
        for entry in material.files.all()
        if entry.file.extension == "pdf"
    )
    place = f"{entry.material.code}:{entry.file_id}:{entry.file.pages}"
    return world, seat, reverse("score", args=[seat.pk]), entry, place


def test_what_is_scored_so_far_runs_along():
    first, second = RUBRIC[:2]
    found = running({first.code: {"score": 80}, second.code: {"score": 91}}, RUBRIC)
    assert found["points"] == Decimal("38.75") and (found["most"], found["done"]) == (45, 2)
    assert running({}, RUBRIC)["points"] == Decimal("0.00")


def test_dossier_and_rubric_stand_beside_each_other(desk, client):
    world, _, url, entry, _ = desk
    with world.on(DAY):
        page = client.get(f"{url}?m={entry.material.code}").content.decode()
    assert 'data-part="material"' in page and f"/files/{entry.file_id}/" in page
    assert f'value="{entry.material.code}:{entry.file_id}:1"' in page
    assert page.count("引用当前页</button>") == len(RUBRIC) and "已评 0 / 5 项" in page


def test_a_band_is_lit_and_a_pin_keeps_file_and_page(desk, client):
    world, seat, url, entry, place = desk
    with world.on(DAY):
        answer = client.post(
            url, {"version": seat.version, "score_operation": "88", "pin": "operation", "at": place}
        )
        page = client.get(answer.url).content.decode()
    assert answer.url == f"{url}?m={entry.material.code}&f={entry.file_id}&p={entry.file.pages}#d_operation"
    assert page.count('class="lit"') == 1 and "75—89 档" in page
    seat.refresh_from_db()
    (pin,) = seat.sheet["operation"]["pins"]
    assert pin["sha256"] == entry.file.sha256 and pin["label"].endswith(f"第 {entry.file.pages} 页")
    kept = {"version": seat.version, "score_operation": "88", "pin_operation": place}
    with world.on(DAY):
        client.post(url, {**kept, "unpin": f"operation|{place}"})
    seat.refresh_from_db()
    assert "pins" not in seat.sheet["operation"]


def test_a_pin_points_into_this_dossier_alone(desk, client):
    world, seat, url, entry, place = desk
    (other,) = world.bring("四川", upto="SUBMITTED")
    file = other.materials.exclude(files=None).first().files.first().file
    for wrong in (f"{entry.material.code}:{file.pk}:1", f"{place}9", "nothing::"):
        with world.on(DAY):
            answer = client.post(
                url, {"version": seat.version, "pin_operation": wrong, "comment": "写到一半"}
            )
        page = answer.content.decode()
        assert answer.status_code == 422 and "引用的页不在此件材料中" in page and "写到一半" in page


def test_what_was_typed_stays_when_it_cannot_be_kept(desk, client):
    world, seat, url, _, _ = desk
    with world.on(DAY):
        wrong = client.post(
            url, {"version": seat.version, "score_operation": "八十", "comment": "总体良好"}
        ).content.decode()
        scoring.save_sheet(seat, sheet={}, comment="另一处", version=seat.version, by=seat.expert.user)
        late = client.post(
            url, {"version": seat.version, "score_operation": "70", "comment": "总体良好"}
        ).content.decode()
    assert 'value="八十"' in wrong and "总体良好</textarea>" in wrong
    assert "在另一处已保存过" in late and 'value="70"' in late and "总体良好</textarea>" in late


def test_the_organiser_follows_a_pin(desk, client):
    world, seat, url, entry, place = desk
    sheet = {d.code: {"score": 80, "reason": ""} for d in RUBRIC}
    with world.on(DAY):
        client.post(
            url,
            {
                "version": seat.version,
                "pin_operation": place,
                **{f"score_{code}": "80" for code in sheet},
                "then": "hand_in",
            },
        )
        locked = client.get(url).content.decode()
        for row in seat.application.assignments.exclude(pk=seat.pk).select_related("expert__user"):
            perform(row, "declare", by=row.expert.user)
            row = scoring.save_sheet(row, sheet=sheet, comment="", version=0, by=row.expert.user)
            scoring.hand_in(row, by=row.expert.user)
        client.force_login(world.people["miit_officer"])
        page = client.get(reverse("moderation", args=[seat.application_id])).content.decode()
    assert 'data-part="material"' not in locked and f"第 {entry.file.pages} 页" in locked
    assert f"&amp;f={entry.file_id}&amp;p={entry.file.pages}" in page

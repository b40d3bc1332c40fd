"""The experts' rubric is edited on the cycle desk before publication and frozen with the year."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from applications.cycles.services import create_cycle, proposed_dates, publish_cycle
from applications.editions import get_edition, overlay
from applications.editions.scoring import BANDS
from applications.models import Cycle
from portal.kernel.permissions import Role
from tests.factories import dossiers, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming() -> Cycle:
    with dossiers.on(date(2027, 1, 5)):
        return create_cycle(by=people.ministry(), year=2027, **proposed_dates(2027))


def typed(*rows: tuple[str, str], seen: str = "") -> dict:
    data = {"seen": seen}
    for number, (name, weight) in enumerate(rows):
        data |= {f"code_{number}": "", f"name_{number}": name, f"weight_{number}": weight}
        data |= {f"anchor_{number}_{at}": f"{name}{band}" for at, band in enumerate(BANDS)}
    return data


def test_changed_before_publication_and_frozen_with_the_year(client, coming):
    client.force_login(people.ministry())
    page = reverse("cycle_experts_rubric", args=[coming.pk])
    seen = client.get(page).context["seen"]
    answer = client.post(page, typed(("能力", "60"), ("业绩", "40"), ("", ""), seen=seen))
    assert answer.status_code == 302
    with dossiers.on(date(2027, 1, 6)):
        publish_cycle(Cycle.objects.get(pk=coming.pk), by=people.ministry(Role.MINISTRY_LEAD))
    row = Cycle.objects.get(pk=coming.pk)
    assert [(one.name, one.weight) for one in row.edition.rubric] == [("能力", 60), ("业绩", 40)]
    assert row.edition.rubric[0].anchors[3] == ("90—100", "能力90—100")
    assert "能力" in client.get(reverse("criteria")).content.decode()
    shown = client.get(page).content.decode()
    assert "年度已发布，不能再改" in shown and '<form method="post" novalidate' not in shown
    late = client.post(page, typed(("甲", "100"), seen=client.get(page).context["seen"]))
    assert late.status_code == 422 and "评分维度随适用办法封存，不能再改" in late.content.decode()
    assert Cycle.objects.get(pk=coming.pk).edition.rubric == row.edition.rubric


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((("能力", "60"), ("业绩", "39")), "各维度权重合计应为 100%，现为 99%。"),
        ((("能力", "60"), ("能力", "40")), "评分维度的名称不能重复。"),
        ((("能力", "六十"),), "“能力”的权重应为 1 到 100 的整数。"),
        ((), "评分维度应为 1 到 10 个，现为 0 个。"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(client, coming, rows, words):
    client.force_login(people.ministry())
    page = reverse("cycle_experts_rubric", args=[coming.pk])
    answer = client.post(page, typed(*rows, ("", ""), seen=client.get(page).context["seen"]))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert [row["name"] for row in answer.context["rows"]][: len(rows)] == [name for name, _ in rows]
    assert Cycle.objects.get(pk=coming.pk).edition_overlay == {}


def test_two_editors_do_not_overwrite_each_other(client, coming):
    client.force_login(people.ministry())
    page = reverse("cycle_experts_rubric", args=[coming.pk])
    seen = client.get(page).context["seen"]
    assert client.post(page, typed(("甲", "100"), seen=seen)).status_code == 302
    second = client.post(page, typed(("乙", "100"), seen=seen))
    assert second.status_code == 409 and "已被他人修改" in second.content.decode()
    assert [one.name for one in Cycle.objects.get(pk=coming.pk).edition.rubric] == ["甲"]


def test_an_overlay_that_does_not_add_up_is_refused():
    rows = [{"code": "a", "name": "甲", "weight": 90, "anchors": [["0—59", "差"]]}]
    with pytest.raises(ValueError, match="现为 90%"):
        overlay(get_edition("interim-2010"), {"rubric": rows})

"""Relations declared on the list of candidates before the draw, and what an expert would rather read."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from portal.kernel import outbox
from portal.models import AuditEvent, Notification
from review.experts import candidates as lists
from review.experts.forms import ProfileForm
from review.experts.services import conflict_table
from review.models import Expert, ListDeclaration
from review.panels import drawing
from review.panels.services import draw_again, draw_panels
from tests.factories.rounds import Round

DAY = date(2026, 4, 3)


@pytest.fixture
def list_(db):
    world = Round()
    rows = world.bring("浙江", "四川", upto="ACCEPTED")
    return world, rows, Expert.objects.select_related("user").order_by("pk").first()


def test_an_expert_declares_before_the_draw_and_is_not_drawn(list_, client):
    world, (first, second), expert = list_
    client.force_login(expert.user)
    url = reverse("expert_candidates")
    with world.on(DAY):
        page = client.get(url).content.decode()
        assert first.platform.name in page and second.platform.name in page and "2 家待声明" in page
        bare = client.post(url, {f"related_{first.pk}": "on"})
        assert bare.status_code == 422 and "是什么关系" in bare.content.decode()
        client.post(url, {f"related_{first.pk}": "on", f"words_{first.pk}": "近亲属在该单位任职"})
        assert "待您声明" not in client.get(reverse("expert_home")).content.decode()
        draw = draw_panels([first, second], by=world.people["miit_officer"], seed="a")
    assert "近亲属在该单位任职" in conflict_table(first, [expert])[str(expert.pk)][0]
    assert str(expert.pk) not in draw.result[str(first.pk)]
    assert AuditEvent.objects.filter(action="listdeclaration.declare", root__endswith=str(expert.pk)).exists()


def test_the_last_word_on_each_dossier_counts(list_):
    world, (first, second), expert = list_
    with world.on(DAY):
        lists.declare_relations(expert, {str(first.pk): "合作", str(second.pk): "合作"}, by=expert.user)
        lists.declare_relations(expert, {str(first.pk): ""}, by=expert.user)
    assert conflict_table(first, [expert])[str(expert.pk)] == []
    assert conflict_table(second, [expert])[str(expert.pk)]
    assert ListDeclaration.objects.count() == 2


def test_who_has_not_declared_is_named_and_asked_once_a_day(list_, client):
    world, rows, expert = list_
    client.force_login(world.people["miit_officer"])
    with world.on(DAY):
        lists.declare_relations(expert, {str(row.pk): "" for row in rows}, by=expert.user)
        page = client.get(reverse("panel_matrix")).content.decode()
        assert "6 位专家中，5 位还没有核对" in page
        client.post(reverse("panel_ask"))
        client.post(reverse("panel_ask"))
        outbox.drain_outbox()
    told = Notification.objects.filter(title="请在抽取前核对候选名单")
    assert told.count() == 5 and not told.filter(recipient=expert.user).exists()


def test_names_are_shown_only_before_the_draw_and_only_to_those_who_take_part(list_, client):
    world, (first, second), expert = list_
    with world.on(DAY):
        draw_panels([first], by=world.people["miit_officer"], seed="a")
        assert [row.pk for row in lists.candidates_for(expert.user)] == [second.pk]
        Expert.objects.filter(pk=expert.pk).update(is_available=False)
        assert lists.candidates_for(expert.user) == []


def test_a_wish_decides_between_equals_and_is_part_of_the_record():
    plain = {
        "dossiers": ["a"],
        "experts": ["x", "y"],
        "size": 1,
        "blocked": [],
        "skills": {"x": ["training"], "y": ["training"]},
        "wanted": {"a": ["training"]},
        "load": {},
    }
    drawn = {
        seed: drawing.draw(seed=seed, **{**plain, "preferred": {"y": ["training"]}})["a"] for seed in "123456"
    }
    assert set(map(tuple, drawn.values())) == {("y",)}
    assert {draw_again(seed, plain)["a"][0] for seed in "123456"} == {"x", "y"}


def test_a_wish_lies_within_what_one_knows(db):
    form = ProfileForm({"employer": "某研究所", "functions": ["training"], "preferred": ["information"]})
    assert not form.is_valid() and "之内" in form.errors["preferred"][0]

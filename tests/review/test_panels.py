"""Panels on real dossiers: drawn on record, recused and replaced, and nobody learns who else reviews."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from applications.models import RosterRow
from platforms.models import Recommender
from platforms.recommenders.reference import provinces
from portal.kernel import outbox
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import Notification
from review.experts.invitations import find_invitation, invite, token_of
from review.experts.services import add_expert, assign_experts, conflict_table, edit_expert
from review.models import Assignment, Expert, PanelDraw
from review.panels.services import draw_panels, is_reproduced
from tests.factories import people
from tests.factories.bare import bare
from tests.factories.rounds import Round
from tests.factories.tampering import unsealed

SECRET = "Long-Enough-2026"


@pytest.fixture
def world(db):
    return Round()


def test_a_drawing_is_recorded_reproducible_even_and_free_of_conflicts(world, client):
    rows = world.bring("浙江", "四川", upto="ACCEPTED")
    officer = world.people["miit_officer"]
    author = Expert.objects.get(user__username="expert2")
    employer = Expert.objects.get(user__username="expert3")
    client_row = RosterRow.objects.filter(material__application=rows[0], material__code="smes").first()
    edit_expert(author, by=officer, past_employers=[rows[0].platform.organisation.name])
    edit_expert(employer, by=officer, employer_uscc=client_row.key)
    with world.on(date(2026, 4, 3)):
        draw = draw_panels(rows, by=officer, seed="公开种子")
        assert draw_panels(rows, by=officer) is None
    first = set(draw.result[str(rows[0].pk)])
    assert not first & {str(author.pk), str(employer.pk)} and len(first) == 3
    assert is_reproduced(draw)
    client.force_login(world.people["inspector"])
    page = client.get(reverse("panel_draw_record", args=[draw.pk])).content.decode()
    assert "公开种子" in page and "结果一致" in page and "SHA-256" in page
    with unsealed(PanelDraw):
        PanelDraw.objects.filter(pk=draw.pk).update(seed="另一种子")
    assert not is_reproduced(PanelDraw.objects.get())
    matrix = client.get(reverse("panel_matrix")).content.decode()
    assert "曾在申报单位任职" in matrix and "工作单位是申报单位的签约服务企业" in matrix
    for user in ("zhejiang_officer", "expert1", "admin", "yunfan_lead"):
        client.force_login(world.people.get(user) or world.units[str(rows[0].pk)].user)
        assert client.get(reverse("panel_draw_record", args=[draw.pk])).status_code in (403, 404), user


def test_a_conflict_cannot_be_assigned_by_hand_either(world):
    (row,) = world.bring("浙江", upto="ACCEPTED")
    expert = Expert.objects.first()
    edit_expert(expert, by=world.people["miit_officer"], declared_units=[row.platform.organisation.uscc])
    expert.refresh_from_db()
    assert conflict_table(row, [expert])[str(expert.pk)] == ["本人已申报与申报单位有利益关系"]
    with pytest.raises(TransitionBlocked, match="本人已申报"):
        assign_experts(row, [expert], by=world.people["miit_officer"])


def test_one_province_means_the_cities_that_lie_in_it(world):
    (row,) = world.bring("浙江", upto="ACCEPTED")
    row.cycle.same_province_conflict = True
    expert = Expert.objects.first()
    for label, reasons in (("宁波", ["与申报平台同属一个地区"]), ("大连", [])):
        expert.jurisdiction = Recommender.objects.get(label=label)
        assert conflict_table(row, [expert])[str(expert.pk)] == reasons, label
    lies_in = {row.label: provinces()[row.pk] for row in Recommender.objects.filter(kind="department")}
    assert lies_in["大连"] == lies_in["辽宁"] and lies_in["兵团"] == lies_in["新疆"]
    assert len(set(lies_in.values())) == 31


def test_nothing_is_sent_back_before_all_scores_are_in(world):
    (row,) = world.bring("浙江", upto="UNDER_REVIEW")
    one = row.assignments.first()
    one.__dict__["state"] = "HANDED_IN"  # the others are still at work
    reasons = missing(one, "reopen", by=world.people["miit_officer"])
    assert any("还有专家没有交齐评分" in reason for reason in reasons)


def test_who_is_away_during_the_scoring_days_is_not_drawn(world):
    (row,) = world.bring("浙江", upto="ACCEPTED")
    away = list(Expert.objects.order_by("pk")[:3])
    for expert in away:
        edit_expert(expert, by=expert.user, away_from=date(2026, 4, 10), away_until=date(2026, 4, 30))
    with world.on(date(2026, 4, 3)):
        draw = draw_panels([row], by=world.people["miit_officer"])
    assert not set(draw.result[str(row.pk)]) & {str(expert.pk) for expert in away}


def test_experts_begin_as_soon_as_their_own_panel_is_complete(world):
    """Not when every panel of the year is: the last seat begins the review, unless the day does not allow it."""
    one, two = world.bring("浙江", "四川", upto="ACCEPTED")
    officer = world.people["miit_officer"]
    with world.on(date(2026, 4, 3)):
        draw_panels([one], by=officer, seed="a")
        outbox.drain_outbox()
        free = [one for one in Expert.objects.all() if not conflict_table(two, [one])[str(one.pk)]]
        assign_experts(two, free[:1], by=officer)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("UNDER_REVIEW", "ACCEPTED")
    seated = {row.expert.user_id for row in one.assignments.select_related("expert")}
    told = set(Notification.objects.filter(recipient__role="expert").values_list("recipient", flat=True))
    assert told == seated
    with world.on(date(2026, 4, 5)):  # a Sunday
        assign_experts(two, free[1:3], by=officer)
    two.refresh_from_db()
    assert two.state == "ACCEPTED"


def test_a_recused_expert_is_replaced_and_never_reaches_the_dossier_again(world, client):
    (row,) = world.bring("浙江", upto="ACCEPTED")
    officer = world.people["miit_officer"]
    with world.on(date(2026, 4, 3)):
        draw_panels([row], by=officer, seed="a")
        row.refresh_from_db()
        gone = row.assignments.first()
        client.force_login(gone.expert.user)
        assert client.get(reverse("dossier", args=[row.pk])).status_code == 404
        perform(gone, "recuse", by=gone.expert.user, note="近亲属在该单位任职")
        draw_panels([row], by=officer, seed="b")
        substitute = Assignment.objects.get(replaces=gone)
        assert substitute.expert_id != gone.expert_id and row.assignments.count() == 4
        paths = [reverse("dossier", args=[row.pk]), reverse("score", args=[gone.pk])]
        assert [client.get(path).status_code for path in paths] == [404, 302]
        file = row.materials.get(code="licence").files.first().file
        assert client.get(reverse("file_download", args=[file.pk])).status_code == 404
        home = client.get(reverse("expert_home")).content.decode()
    assert row.platform.name not in home and substitute.expert.user.name not in home
    with pytest.raises(TransitionBlocked):
        assign_experts(row, [gone.expert], by=officer)


def test_nobody_on_a_panel_can_tell_who_else_is_or_how_many(world, client):
    """Every page and message of one expert is the same whether the others have begun, recused or handed in."""
    (row,) = world.bring("浙江", upto="ACCEPTED")
    officer = world.people["miit_officer"]
    with world.on(date(2026, 4, 3)):
        draw_panels([row], by=officer, seed="a")
        outbox.drain_outbox()
        mine, second, third = row.assignments.select_related("expert__user")
        perform(mine, "declare", by=mine.expert.user)
        before = own_view(client, mine, row)
        perform(second, "recuse", by=second.expert.user, note="曾有合作")
        draw_panels([row], by=officer, seed="b")
        perform(third, "declare", by=third.expert.user)
        outbox.drain_outbox()
        after = own_view(client, mine, row)
    assert before == after
    others = [a.expert.user for a in row.assignments.exclude(pk=mine.pk).select_related("expert__user")]
    assert len(others) == 3
    text = "".join(before) + "".join(
        f"{n.title}{n.body}" for n in Notification.objects.filter(recipient=mine.expert.user)
    )
    text += "".join(f"{m.subject}{m.body}" for m in mail.outbox if m.to == [mine.expert.user.email])
    assert not [user.name for user in others if user.name in text]


def own_view(client, assignment, application) -> list[str]:
    client.force_login(assignment.expert.user)
    pages = [
        reverse("expert_home"),
        reverse("score", args=[assignment.pk]),
        reverse("dossier", args=[application.pk]),
        reverse("expert_profile"),
        reverse("notifications"),
    ]
    bodies = [client.get(path).content.decode() for path in pages]
    return [
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|\d+ 毫秒|编号 \w+', "", body) for body in bodies
    ]


def test_an_invitation_works_once_for_a_time_and_only_the_latest(world, client):
    officer, now = world.people["miit_officer"], timezone.now()
    expert = add_expert(
        username="guest",
        name="郭老师",
        email="guest@demo.invalid",
        password=None,
        by=officer,
        employer="研究院",
        functions=["technology"],
    )
    with pytest.raises(TransitionBlocked, match="另一位同事"):
        invite(expert, by=officer, at=now)
    lead = world.people["miit_lead"]
    old = token_of(invite(expert, by=lead, at=now - timedelta(minutes=5)))
    new = invite(expert, by=lead, at=now)
    mail.outbox.clear()
    outbox.drain_outbox()
    link = re.search(r"/experts/join/\S+", mail.outbox[-1].body)[0]
    assert find_invitation(old, at=now) is None and find_invitation("forged", at=now) is None
    assert find_invitation(token_of(new), at=now + timedelta(days=15)) is None
    assert client.post(link, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(link, {"password": SECRET, "again": SECRET}).status_code == 302
    assert client.get(link).status_code == 410
    expert.user.refresh_from_db()
    assert expert.user.check_password(SECRET)
    client.force_login(expert.user)
    with pytest.raises(TransitionBlocked, match="已登录过"):
        invite(expert, by=lead, at=now)
    assert token_of(new) not in str(list(expert.invitations.values()))


def test_who_adds_an_expert_sends_nothing_and_a_colleague_does(world, client):
    client.force_login(world.people["miit_officer"])
    added = client.post(
        reverse("expert_create"),
        {
            "username": "guest2",
            "name": "郭老师",
            "email": "g2@demo.invalid",
            "employer": "研究院",
            "functions": ["technology"],
        },
        follow=True,
    )
    assert "请另一位同事核对郭老师的身份和邮箱" in added.content.decode()
    expert = Expert.objects.get(user__username="guest2")
    answer = client.post(reverse("expert_invite", args=[expert.pk]), follow=True)
    assert "须由另一位同事" in answer.content.decode() and not expert.invitations.exists()
    client.force_login(world.people["miit_lead"])
    assert "g2@demo.invalid" in client.get(reverse("expert_pool") + "?q=郭老师").content.decode()
    client.post(reverse("expert_invite", args=[expert.pk]))
    assert expert.invitations.count() == 1


def test_an_expert_mends_the_own_profile_and_no_other(world, client):
    mine, other = Expert.objects.order_by("user__username")[:2]
    client.force_login(mine.user)
    data = {
        "employer": "新单位",
        "functions": ["technology"],
        "is_available": "on",
        "past": "华信检测有限公司\n91330100MA27XY8T4P",
        "declared_units": "",
        "away_from": "",
        "away_until": "",
    }
    assert client.post(reverse("expert_profile"), data).status_code == 302
    mine.refresh_from_db()
    assert (mine.employer, mine.past_employers[0]) == ("新单位", "华信检测有限公司")
    assert client.get(reverse("expert_edit", args=[other.pk])).status_code in (403, 404)
    assert client.get(reverse("expert_pool")).status_code == 403
    wrong = client.post(reverse("expert_profile"), {**data, "away_until": "2026-04-01"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("state", ["SUBMITTED", "REPORTED", "REVIEWED", "REFUSED"])
def test_nobody_is_drawn_for_a_dossier_that_gathers_no_panel(db, state):
    row = bare(state)
    for _ in range(row.cycle.panel_size):
        people.expert()
    assert draw_panels([row], by=people.ministry()) is None
    assert not row.assignments.exists()

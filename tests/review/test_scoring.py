"""Scores: exact totals, reasons at the extremes, far-apart sheets moderated, nobody sees another's sheet."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applications.editions.operating import RUBRIC
from portal.desk.todo import todos_for
from portal.kernel import outbox
from portal.kernel.calendar import calendar
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import Notification
from review.daily import remind_of_sheets
from review.decision.ranking import LIFTED, SKIPPED, out_of_order, tally
from review.models import Moderation
from review.panels.services import draw_panels
from review.scoring import services as scoring
from review.scoring.totals import mean, spread, total_of, z_scores
from review.states import AT_WORK
from tests.factories import dossiers, people
from tests.factories.dossiers import on
from tests.factories.rounds import Round
from training.demo import officials

scores = st.integers(0, 100)
totals = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=12)


@given(sheet=st.fixed_dictionaries({d.code: scores for d in RUBRIC}))
def test_a_total_lies_between_the_least_and_the_greatest_score(sheet):
    total = total_of({code: {"score": score} for code, score in sheet.items()}, RUBRIC)
    assert min(sheet.values()) <= total <= max(sheet.values())


@given(sheet=st.dictionaries(st.sampled_from([d.code for d in RUBRIC]), scores, max_size=len(RUBRIC) - 1))
def test_an_incomplete_sheet_has_no_total(sheet):
    assert total_of({code: {"score": score} for code, score in sheet.items()}, RUBRIC) is None


@given(values=totals)
def test_z_scores_keep_the_order_and_sum_to_nothing(values):
    marks = z_scores(values)
    if None in marks:
        assert len(values) < 3 or len(set(values)) == 1
        return
    assert abs(sum(marks)) <= Decimal("0.01") * len(values)
    pairs = sorted(zip(values, marks, strict=True))
    assert [mark for _, mark in pairs] == sorted(marks)


@given(values=totals, shift=st.integers(-20, 20))
def test_a_severe_expert_and_a_mild_one_with_the_same_order_have_the_same_z_scores(values, shift):
    assert z_scores(values) == z_scores([value + shift for value in values])


@given(values=totals)
def test_mean_and_spread(values):
    assert spread(values) >= 0 and min(values) <= mean(values) <= max(values)


@given(
    ranked=st.lists(st.integers(), unique=True, min_size=1, max_size=20),
    data=st.data(),
)
def test_out_of_order_is_exactly_what_differs_from_the_line(ranked, data):
    cut = data.draw(st.integers(0, len(ranked)))
    picked = data.draw(st.frozensets(st.sampled_from(ranked)))
    found = out_of_order(ranked, picked, cut)
    assert {entry.key for entry in found} == set(ranked[:cut]) ^ set(picked)
    assert all((entry.what == SKIPPED) == (entry.rank <= cut) for entry in found)
    assert {entry.what for entry in found} <= {SKIPPED, LIFTED}


def test_tally_puts_the_most_frequent_first():
    assert tally(["浙江", "四川", "四川", "甘肃"]) == [("四川", 2), ("浙江", 1), ("甘肃", 1)]


@pytest.fixture
def panel(db):
    """A dossier under review with its three experts declared."""
    world = Round()
    (row,) = world.bring("浙江", upto="ACCEPTED")
    with world.on(date(2026, 4, 3)):
        draw_panels([row], by=world.people["miit_officer"], seed="a")
        row.refresh_from_db()
        seats = list(row.assignments.select_related("expert__user"))
        for seat in seats:
            perform(seat, "declare", by=seat.expert.user)
    return world, row, [type(seat).objects.select_related("expert__user").get(pk=seat.pk) for seat in seats]


def hand_in(seat, score: int, reason: str = "证据充分"):
    sheet = {d.code: {"score": score, "reason": reason} for d in RUBRIC}
    seat = scoring.save_sheet(seat, sheet=sheet, comment="", version=seat.version, by=seat.expert.user)
    return scoring.hand_in(seat, by=seat.expert.user)


def test_autosave_keeps_what_fits_and_hands_nothing_in(panel, client):
    world, _, (seat, *_) = panel
    client.force_login(seat.expert.user)
    url = reverse("score", args=[seat.pk])
    with world.on(date(2026, 4, 7)):
        saved = client.post(
            url,
            {"autosave": "1", "version": seat.version, "score_operation": "88", "score_capability": "八十"},
        )
        stale = client.post(url, {"autosave": "1", "version": seat.version, "score_operation": "70"})
    assert saved.json() == {"version": seat.version + 1, "message": "“服务能力”应为 0 到 100 的整数。"}
    assert stale.status_code == 409 and "另一处" in stale.json()["message"]
    seat.refresh_from_db()
    assert (seat.state, seat.sheet["operation"]["score"]) == ("SCORING", 88)


def test_extremes_need_their_reasons(panel):
    world, _, (seat, *_) = panel
    with world.on(date(2026, 4, 7)):
        for score in (90, 59):
            with pytest.raises(TransitionBlocked, match="请写明理由"):
                hand_in(seat, score, reason="")
            seat.refresh_from_db()
        assert hand_in(seat, 60, reason="").total == Decimal("60.00")


def test_others_see_no_score_before_all_are_in(panel, client):
    world, row, (first, second, third) = panel
    with world.on(date(2026, 4, 7)):
        hand_in(first, 83)
        for seat in (second, third):
            client.force_login(seat.expert.user)
            pages = [
                reverse("expert_home"),
                reverse("score", args=[seat.pk]),
                reverse("dossier", args=[row.pk]),
            ]
            text = "".join(client.get(page).content.decode() for page in pages)
            assert (
                not re.search(r"\b83(\.\d+)?\b", text.replace(row.number, ""))
                and first.expert.user.name not in text
            )
            assert client.get(reverse("score", args=[first.pk])).status_code == 404
            assert client.get(reverse("review_progress")).status_code == 403
        client.force_login(world.people["miit_officer"])
        assert "83.00" not in client.get(reverse("review_progress")).content.decode()
        hand_in(second, 84)
        hand_in(third, 85)
        assert "83.00" in client.get(reverse("review_progress")).content.decode()


def test_far_apart_sheets_wait_for_a_recorded_moderation(panel, client):
    world, row, (first, second, third) = panel
    officer = world.people["miit_officer"]
    with world.on(date(2026, 4, 7)):
        for seat, score in ((first, 66), (second, 80), (third, 89)):
            hand_in(seat, score)
        with pytest.raises(TransitionBlocked, match=r"相差 23\.00 分"):
            scoring.conclude_review(row, by=officer)
        client.force_login(officer)
        assert "差距大" in client.get(reverse("review_progress")).content.decode()
        page = reverse("moderation", args=[row.pk])
        assert client.post(page, {"outcome": "kept", "reason": ""}).status_code == 422
        assert client.post(page, {"outcome": "kept", "reason": "三位专家各有依据"}).status_code == 302
        assert scoring.conclude_review(row, by=officer).review_score == Decimal("78.33")
        with pytest.raises(TransitionBlocked):
            scoring.moderate(row, outcome="kept", reason="再议", by=officer)
    assert Moderation.objects.get().spread == 23
    analysis = client.get(reverse("expert_scores")).content.decode()
    assert first.expert.user.name in analysis and "78.33" in analysis
    client.force_login(first.expert.user)
    assert client.get(reverse("expert_scores")).status_code == 403


def test_a_reminder_reaches_each_late_expert_once_a_day_about_the_own_sheet(panel, client):
    world, _row, (first, second, third) = panel
    client.force_login(world.people["miit_officer"])
    with world.on(date(2026, 4, 7)):
        hand_in(first, 83)
        for _ in range(2):
            client.post(reverse("review_remind"))
        outbox.drain_outbox()
    told = Notification.objects.filter(title__startswith="请按期提交评分")
    assert {note.recipient for note in told} == {second.expert.user, third.expert.user} and told.count() == 2
    assert all(note.recipient.name not in note.title + note.body for note in told)


def test_the_clock_reminds_3_and_1_working_days_before_a_sheet_is_due(panel):
    world, _row, (first, second, third) = panel
    with world.on(date(2026, 4, 7)):
        hand_in(first, 83)
    due, told = second.due_on, []
    for back in range(14, -1, -1):
        day = due - timedelta(days=back)
        with on(day):
            remind_of_sheets(day)
            outbox.drain_outbox()
        told.append(Notification.objects.filter(title__startswith="请按期提交评分").count())
    steps = {due - timedelta(days=14 - n): more - less for n, (less, more) in enumerate(pairwise([0, *told]))}
    days = calendar()
    expected = {day: 2 for day in steps if days.is_workday(day) and days.days_left(day, due) in (3, 1)}
    assert {day: new for day, new in steps.items() if new} == expected and len(expected) == 2
    assert set(
        Notification.objects.filter(title__startswith="请按期提交评分").values_list("recipient", flat=True)
    ) == {
        second.expert.user_id,
        third.expert.user_id,
    }


def test_decisions_out_of_order_need_reasons_that_the_signer_sees_and_signs(db, client):
    world = Round()
    rows = world.bring("浙江", "四川", "陕西", upto="REVIEWED")
    for row, score in zip(rows, (91, 85, 80), strict=True):
        type(row).objects.filter(pk=row.pk).update(review_score=score)
    officer, lead = world.people["miit_officer"], world.people["miit_lead"]
    client.force_login(officer)
    picks = [str(rows[0].pk), str(rows[2].pk)]
    data = {"outcome": "designate", "cut": "2", "pick": picks, "note": "合议"}
    page = reverse("decision")
    with world.on(date(2026, 4, 8)):
        refused = client.post(page, data)
        assert refused.status_code == 422
        text = refused.content.decode()
        assert "第 2 名" in text and "第 3 名" in text and "请在该行写明理由" in text
        reasons = {f"reason_{rows[1].pk}": "服务台账不全", f"reason_{rows[2].pk}": "薄弱地区需要"}
        sent = client.post(page, {**data, **reasons})
        assert sent.status_code == 302
        client.force_login(lead)
        shown = client.get(sent.url).content.decode()
        for words in (
            "服务台账不全",
            "薄弱地区需要",
            "线上未列入",
            "线下列入",
            "前 2 名，共 3 件",
            "浙江 1、陕西 1",
        ):
            assert words in shown
        client.post(sent.url, {"then": "sign", "answer": "同意"})
    states = [type(row).objects.get(pk=row.pk).state for row in rows]
    assert states == ["PROPOSED", "REVIEWED", "PROPOSED"]


def test_the_line_moves_by_its_number_and_the_counts_with_it(db, client):
    world = Round()
    world.bring("浙江", "四川", upto="REVIEWED")
    client.force_login(world.people["miit_officer"])
    page = client.get(reverse("decision"), {"cut": "1"})
    assert len(page.context["by_recommender"]) == 1 and page.context["screen"].cut == 1
    assert len(client.get(reverse("decision"), {"cut": "99"}).context["by_recommender"]) == 2


def test_the_officer_is_told_when_all_sheets_of_a_dossier_are_in(db):
    """Nobody is left to wait for: the home says so, and leads to where far-apart sheets are looked at."""
    row, officer = dossiers.application_in("UNDER_REVIEW"), people.ministry()
    told = "评分已交齐、待复议或者结束评审 1 件"
    with dossiers.on(dossiers.REVIEWED_ON):
        *others, last = row.assignments.filter(state__in=AT_WORK)
        for sheet in others:
            officials.fill_sheet(sheet, level=85)
        assert told not in [todo.title for todo in todos_for(officer)]
        officials.fill_sheet(last, level=85)
        assert told in [todo.title for todo in todos_for(officer)]

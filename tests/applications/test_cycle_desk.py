"""The year is changed on pages: with a reason, after seeing whom it reaches, and letters keep what must be said."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from applications.cycles.forms import CycleForm
from applications.cycles.letters import EXAMPLE, LETTERS, Letter, fill, problems_of
from applications.cycles.services import change_cycle, proposed_dates
from applications.models import Cycle, CycleChange
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import Notification
from tests.factories import filing
from tests.factories.rounds import Round
from training.demo.actors import staff_of


@pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.code)
def test_our_own_letters_are_well_formed(letter):
    assert problems_of(letter) == []
    assert "{" not in fill(letter.body, EXAMPLE)


def test_what_must_be_told_cannot_be_edited_away():
    assert problems_of(Letter("refuse", "标题", "{平台}不予受理")) == ["此信须写明事项，正文请保留“{事项}”。"]
    assert problems_of(Letter("accept", "标题", "{平台名}")) == ["没有“{平台名}”这个项目，请从列表中选用。"]


@pytest.fixture
def year(db):
    return Round()


def posted(cycle, **changes) -> dict:
    form = CycleForm(instance=cycle)
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items() if value is not False}
    return {name: str(value) for name, value in {**values, **changes}.items()}


def test_a_change_shows_whom_it_reaches_before_it_is_made(client, year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    client.force_login(year.people["miit_officer"])
    page = reverse("cycle_edit", args=[year.year.pk])
    data = posted(year.year, handling_until=date(2026, 5, 29), reason="国务院办公厅通知")
    shown = client.post(page, data).content.decode()
    assert "待报送和测评中的申报：1 件，涉及推荐单位 1 家" in shown
    assert not CycleChange.objects.exists()
    back = client.post(page, {**data, "then": "back"})
    assert (back.status_code, back.context["form"]["handling_until"].value()) == (200, "2026-05-29")
    assert not CycleChange.objects.exists()
    assert client.post(page, {**data, "confirmed": "1"}).status_code == 302
    assert CycleChange.objects.get().reason == "国务院办公厅通知"
    drain_outbox()
    officer, _ = staff_of(row.recommender)
    for user in (officer, year.units[str(row.pk)].user):
        note = Notification.objects.get(recipient=user, title="2026 年度安排有调整")
        assert "集中办理结束由 2026-04-30 改为 2026-05-29" in note.body


def test_a_year_may_publicise_longer_and_never_shorter(client, year):
    """Art. 9: 15 working days are the least; what a published year says of it stays."""
    client.force_login(year.people["miit_officer"])
    page, plan = reverse("cycle_create"), proposed_dates(2027)
    said = {name: day.isoformat() for name, day in plan.items()} | {
        "year": "2027",
        "edition_code": "interim-2010",
        "supplement_days": "10",
        "correction_days": "5",
        "panel_size": "3",
        "second_look_days": "10",
        "remedies": "可以依法申请行政复议",
    }
    short = client.post(page, {**said, "publicity_days": "14"})
    assert short.status_code == 422 and "不能少于15个工作日" in "".join(short.content.decode().split())
    assert client.post(page, {**said, "publicity_days": "20"}).status_code == 302
    made = Cycle.objects.get(year=2027)
    assert made.edition.publicity_days == 20 and made.edition_overlay == {"publicity_days": 20}
    edit = reverse("cycle_edit", args=[made.pk])
    assert client.post(edit, posted(made, publicity_days="15")).status_code == 302
    assert Cycle.objects.get(pk=made.pk).edition_overlay == {}
    frozen = reverse("cycle_edit", args=[year.year.pk])
    client.post(frozen, posted(year.year, publicity_days="40", panel_size=5, reason="调整", confirmed="1"))
    changed = Cycle.objects.get(pk=year.year.pk)
    assert (changed.panel_size, changed.edition.publicity_days) == (5, 15)


def test_without_a_reason_nothing_changes(client, year):
    client.force_login(year.people["miit_officer"])
    answer = client.post(
        reverse("cycle_edit", args=[year.year.pk]), posted(year.year, panel_size=5, reason="")
    )
    assert answer.status_code == 422
    assert "修改须写明理由" in answer.content.decode()


@pytest.mark.parametrize(("field", "value"), [("panel_size", 0), ("panel_size", 99), ("correction_days", 0)])
def test_no_year_without_experts_or_days(client, year, field, value):
    """Art. 9: experts review, so a panel has somebody in it."""
    client.force_login(year.people["miit_officer"])
    answer = client.post(
        reverse("cycle_edit", args=[year.year.pk]),
        posted(year.year, reason="调整", confirmed="1", **{field: value}),
    )
    assert answer.status_code == 422 and "之间" in answer.content.decode()


def test_a_year_that_is_over_stays_as_it_was(year):
    with filing.on(date(2027, 1, 4)):
        perform(Cycle.objects.get(pk=year.year.pk), "close", by=SYSTEM)
    with pytest.raises(TransitionBlocked, match="已经结束"):
        change_cycle(year.year, by=year.people["miit_officer"], reason="补记", panel_size=5)


def test_a_change_is_on_record_in_words(client, year):
    officer = year.people["miit_officer"]
    change_cycle(year.year, by=officer, reason="调整", publicise_rereview=not year.year.publicise_rereview)
    client.force_login(officer)
    page = client.get(reverse("cycle", args=[year.year.pk])).content.decode()
    assert "True" not in page and "→ 否" in page


def test_a_letter_says_what_the_year_wrote(year):
    words = {"begin_evaluation": {"title": "{平台}已受理", "body": "请静候测评。联系：{推荐单位}"}}
    change_cycle(year.year, by=year.people["miit_officer"], reason="统一文字", letters=words)
    (row,) = year.bring("浙江", upto="SUBMITTED")
    perform(row, "begin_evaluation", by=staff_of(row.recommender)[0])
    drain_outbox()
    note = Notification.objects.get(
        recipient=year.units[str(row.pk)].user, title=f"{row.platform.name}已受理"
    )
    assert note.body == "请静候测评。联系：浙江省经济和信息化厅"


def test_letters_of_the_same_name_are_told_apart(client, year):
    client.force_login(year.people["miit_officer"])
    lines = client.get(reverse("cycle_letters", args=[year.year.pk])).context["lines"]
    named = [(letter.act.label, before) for letter, before, _ in lines]
    assert len(set(named)) == len(named) == len(LETTERS)
    assert len({label for label, _ in named}) < len(named)


WORDS = {"title": "{平台}已受理", "body": "请静候测评。", "reason": "统一文字"}


def test_a_letter_is_shown_old_beside_new_with_whom_it_reaches(client, year):
    year.bring("浙江", "四川", upto="SUBMITTED")
    client.force_login(year.people["miit_officer"])
    page = reverse("cycle_letter", args=[year.year.pk, "begin_evaluation"])
    data = {**WORDS, "seen": client.get(page).context["seen"], "then": "save"}
    without = client.post(page, {**data, "reason": ""})
    assert without.status_code == 422 and "修改须写明理由" in without.content.decode()
    present = LETTERS["begin_evaluation"]
    unchanged = {**data, "title": present.title, "body": present.body.replace("\n", "\r\n")}
    assert client.post(page, unchanged).context["same"] is True  # as a browser sends it
    asked = client.post(page, data)
    shown = asked.context
    assert shown["pairs"][0] == ("标题", present.title, "{平台}已受理")
    assert [(line["count"], line["recommenders"]) for line in shown["lines"]] == [(2, 2)]
    assert "现为“待受理”，此后可能收到新的文字" in asked.content.decode()
    assert not CycleChange.objects.exists()
    kept = dict(shown["kept"])
    back = client.post(page, {**kept, "then": "back"}).content.decode()
    assert "请静候测评。" in back and "统一文字" in back and not CycleChange.objects.exists()
    assert client.post(page, {**kept, "confirmed": "1"}).url == reverse("cycle_letters", args=[year.year.pk])
    assert Cycle.objects.get(pk=year.year.pk).letters["begin_evaluation"]["body"] == "请静候测评。"
    assert CycleChange.objects.get().reason == "统一文字"
    reset = {**data, "seen": client.get(page).context["seen"], "then": "reset", "confirmed": "1"}
    assert client.post(page, reset).status_code == 302
    assert Cycle.objects.get(pk=year.year.pk).letters == {}


def test_a_second_editor_of_a_letter_is_told_and_loses_nothing(client, year):
    client.force_login(year.people["miit_officer"])
    page = reverse("cycle_letter", args=[year.year.pk, "accept"])
    mine = {**WORDS, "seen": client.get(page).context["seen"]}
    assert client.post(page, mine).context["same"] is False  # asked, not yet confirmed
    words = {"title": "他人的标题", "body": "他人的正文"}
    change_cycle(
        year.year, by=year.people["miit_lead"], reason="先改", letters={"accept": words, "reject": words}
    )
    for sent in (mine, {**mine, "confirmed": "1"}):
        told = client.post(page, sent)
        text = told.content.decode()
        assert told.status_code == 409
        assert all(part in text for part in ("已被他人修改", "请静候测评。", "统一文字", "他人的正文"))
        assert Cycle.objects.get(pk=year.year.pk).letters["accept"] == words
    again = {**mine, "seen": told.context["seen"], "confirmed": "1"}
    assert client.post(page, again).status_code == 302
    letters = Cycle.objects.get(pk=year.year.pk).letters
    assert (letters["accept"]["body"], letters["reject"]) == ("请静候测评。", words)


def rubric_of(*rows: tuple[str, str, int], seen: str) -> dict:
    data = {"reason": "调整", "seen": seen}
    for part in ("operation", "performance", "demonstration"):
        for number, (code, name, points) in enumerate(rows):
            data |= {
                f"code_{part}_{number}": code,
                f"name_{part}_{number}": name,
                f"points_{part}_{number}": str(points),
            }
    return data


def test_the_rubric_is_shown_old_beside_new_with_whom_it_reaches(client, year):
    rows = year.bring("浙江", "四川", upto="SUBMITTED")
    perform(rows[0], "begin_evaluation", by=staff_of(rows[0].recommender)[0])
    client.force_login(year.people["miit_officer"])
    page = reverse("cycle_rubric", args=[year.year.pk])
    data = rubric_of(("status", "主体资格", 40), ("", "治理", 60), seen=client.get(page).context["seen"])
    shown = client.post(page, data).context
    changes = dict(shown["parts"])["运营情况"]
    assert [change.kind for change in changes] == ["修改", "新增", "删去", "删去"]
    assert (changes[0].before.points, changes[0].after.points) == (30, 40)
    assert [line["count"] for line in shown["lines"]] == [1, 0, 1]
    assert not CycleChange.objects.exists()
    assert client.post(page, {**dict(shown["kept"]), "confirmed": "1"}).status_code == 302
    rubric = Cycle.objects.get(pk=year.year.pk).evaluation_rubric
    assert [item.name for item in rubric] == ["主体资格", "治理"] * 3
    late = client.post(page, rubric_of(*[("", f"第{n}项", 20) for n in range(5)], seen=data["seen"]))
    assert late.status_code == 409
    text = late.content.decode()
    assert "测评项目已被他人修改" in text and "主体资格" in text
    assert text.count('value="第4项"') == 3  # more rows than are stored now, and none is lost


def test_the_rubric_must_add_up(client, year):
    client.force_login(year.people["miit_officer"])
    page = reverse("cycle_rubric", args=[year.year.pk])
    text = client.get(page).content.decode()
    assert 'value="主体资格和持续运营"' in text
    data = {
        "reason": "调整",
        "seen": client.get(page).context["seen"],
        "confirmed": "1",
        "name_operation_0": "治理",
        "points_operation_0": "90",
        "guide_operation_0": "",
    }
    answer = client.post(page, data)
    assert answer.status_code == 422
    assert "“运营情况”各项分值合计应为 100，现为 90。" in answer.content.decode()
    for part in ("operation", "performance", "demonstration"):
        data |= {f"name_{part}_0": "总体", f"points_{part}_0": "100"}
    assert client.post(page, {**data, "then": "back"}).status_code == 200
    assert client.post(page, data).status_code == 302
    year.year.refresh_from_db()
    assert [item.name for item in year.year.evaluation_rubric] == ["总体"] * 3

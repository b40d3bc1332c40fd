"""Whose turn a spot check is after its findings, and which ends it may have."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from portal.desk.todo import todos_for
from portal.kernel.workflow import perform
from tests.factories.year import Year
from tests.review.test_spot_check import checked

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def test_where_nothing_was_found_nobody_waits_for_an_answer(year, client):
    """A clean check is closed at once; a suspicion is offered its own road, and only where there is one."""
    check, unit = checked(year, "none")
    lead = year.people["miit_lead"]
    with year.on(date(2026, 9, 15)):
        waiting = [
            (todo.hint, todo.waiting_for)
            for todo in todos_for(lead)
            if check.title.platform_name in todo.title
        ]
        assert waiting == [("检查结果均符合", "")]
        theirs = [todo for todo in todos_for(unit.user) if todo.title.startswith("抽查：")]
        assert [(todo.action, todo.waiting_for) for todo in theirs] == [("查看", "工业和信息化部处理")]
        client.force_login(lead)
        page = client.get(reverse("spot_check", args=[check.pk])).content.decode()
        assert "未发现问题，办结" in page and "排除弄虚作假嫌疑" not in page
        perform(check, "clear", by=lead)
    check.refresh_from_db()
    assert check.state == "CLEARED"


def test_silence_after_the_term_is_the_ministrys_turn(year, client):
    check, _ = checked(year, "fraud")
    lead = year.people["miit_lead"]
    for day, hints in ((date(2026, 9, 15), []), (date(2026, 9, 30), ["期满未说明"])):
        with year.on(day):
            assert [todo.hint for todo in todos_for(lead) if todo.title.startswith("抽查处理")] == hints
    client.force_login(lead)
    page = client.get(reverse("spot_check", args=[check.pk])).content.decode()
    assert "排除弄虚作假嫌疑，办结" in page and "未发现问题，办结" not in page

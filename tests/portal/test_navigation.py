"""The menu: short for every role, and open where one is."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.desk import navigation
from portal.desk.messages import by_case
from portal.desk.navigation import LONGEST, Entry, current_of, folded, groups_of, side_for
from portal.kernel.permissions import Role
from portal.models import Notification
from tests.factories import people

pytestmark = pytest.mark.django_db


def everybody():
    yield from people.staff_of(people.recommender())
    yield from people.staff_of(people.association())
    yield people.expert().user
    for role in (
        Role.MINISTRY_OFFICER,
        Role.MINISTRY_LEAD,
        Role.INSPECTOR,
        Role.OUTSIDE_AUDITOR,
        Role.ADMINISTRATOR,
    ):
        yield people.user(role)


def test_no_role_has_more_than_sixteen_open_lines_wherever_it_is():
    for user in everybody():
        urls = [reverse(entry.url_name) for entry in navigation._entries if user.role in entry.roles]
        lines = {url: sum(group.open_lines for group in side_for(user, url)) for url in ["/help/", *urls]}
        assert {url: count for url, count in lines.items() if count > LONGEST} == {}, user.role


def test_icons_and_labels_are_told_apart():
    for user in everybody():
        shown = [entry for entry in navigation._entries if user.role in entry.roles]
        shown = [entry for entry in shown if entry.when is None or entry.when(user)]
        assert len({entry.icon for entry in shown}) == len({entry.label for entry in shown}), user.role


def entry(name, group=navigation.YEAR, **more) -> Entry:
    fields = {"order": 1, "count": None, "hot": False, "when": None, "covers": (), "under": "", **more}
    return Entry(name, name, "home", group, frozenset(), **fields)


STAGES = [
    entry("cycle_list", covers=("cycle*",)),
    entry("ministry_queue", covers=("dossier*",)),
    entry("overlap_list", under="ministry_queue", covers=("overlap",)),
    entry("panel_matrix"),
    entry("review_progress", under="panel_matrix"),
]
LONG = [*STAGES, *(entry("support_list", "称号管理") for _ in range(16)), entry("export_list", "更多")]


def below(groups):
    year = next(group for group in groups if group.name == navigation.YEAR)
    return {line.label: [one.label for one in line.below] for line in year.lines if line.below}


def test_the_year_opens_where_one_is_else_where_most_of_the_work_is():
    counts = {"ministry_queue": 2, "panel_matrix": 44}
    assert below(groups_of(STAGES, None, counts)) == {"panel_matrix": ["review_progress"]}
    assert below(groups_of(STAGES, STAGES[2], counts)) == {"ministry_queue": ["overlap_list"]}


def test_a_long_menu_opens_the_group_one_is_in():
    assert [group.name for group in groups_of(LONG, None, {}) if group.is_open] == ["本年度"]
    assert [group.name for group in groups_of(LONG, LONG[-1], {}) if group.is_open] == ["更多"]
    assert all(group.is_open for group in folded(groups_of(STAGES, None, {}), ""))


def test_the_nearest_name_wins_over_the_address():
    assert current_of(LONG, "/anywhere/", "dossier_changes").label == "ministry_queue"
    assert current_of(LONG, reverse("export_list"), "").label == "export_list"
    assert current_of(LONG, "/help/", "help") is None


def test_messages_that_lead_to_one_case_stand_together():
    rows = [Notification(pk=n, url=url) for n, url in enumerate(["/a/", "/b/", "/a/", "", "/a/", ""])]
    assert [(one.pk, [row.pk for row in earlier]) for one, earlier in by_case(rows)] == [
        (0, [2, 4]),
        (1, []),
        (3, []),
        (5, []),
    ]


def test_messages_are_found_by_their_words(db, client):
    user = people.ministry()
    client.force_login(user)
    for n, title in enumerate(("专家已交评分：甲平台", "专家回避：乙平台")):
        Notification.objects.create(key=f"m{n}", recipient=user, title=title, created_at=timezone.now())
    page = client.get(reverse("notifications"), {"q": "乙平台"}).content.decode()
    assert "专家回避：乙平台" in page and "甲平台" not in page
    assert "没有写到“丙”的消息" in client.get(reverse("notifications"), {"q": "丙"}).content.decode()

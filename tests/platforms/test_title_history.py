"""The public life of one title: every event a line, and the days that are still to come."""

from __future__ import annotations

from datetime import date

from platforms.title_history import history_of
from tests.factories import dossiers


def test_each_event_is_a_line_and_so_are_days_to_come(db):
    title = dossiers.title(dossiers.unit())
    granted = ("2023-06-01", "授予称号（2023 年度公告）")
    assert [line[:2] for line in history_of(title)] == [granted]
    title.rectify_until = date(2026, 12, 1)
    title.fails_on = date(2026, 9, 1)
    fails = "已公告复核不合格；结果申诉期满、原结论不变的，自此日起撤销称号"
    days = [("2026-09-01", fails), ("2026-12-01", "整改期限")]
    assert [line[:2] for line in history_of(title)] == [granted, *days]
    title.ended_on = date(2026, 9, 1)
    assert [line[:2] for line in history_of(title)] == [granted, days[1]]

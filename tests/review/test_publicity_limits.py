"""What a change of the calendar moves among publicities: what runs today, never what is over or withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

from portal.kernel.calendar import calendar
from review.models import Notice, NoticeItem
from review.publicity.limits import publicities
from tests.factories.bare import NOON, bare, put
from tests.factories.dossiers import on

DAY = date(2026, 6, 8)
TEXTS = {"body": "", "items_text": "", "digest": "", "created_at": NOON, "published_on": date(2026, 5, 29)}
WORDS = {"organisation_name": "单位", "recommender_name": "浙江", "outcome": "designate"}


def notice(
    title: str, serial: int, ends: int, *, kind: str = "publicity", state: str = "PUBLISHED"
) -> Notice:
    fields = {
        "title": title,
        "serial": serial,
        "ends_on": DAY + timedelta(days=ends),
        "kind": kind,
        "state": state,
    }
    return put(Notice, **TEXTS, **fields)


def line(of: Notice, name: str, position: int, ends: int | None, *, state: str = "PUBLICISED") -> NoticeItem:
    fields = {"position": position, "ends_on": None if ends is None else DAY + timedelta(days=ends)}
    return put(NoticeItem, notice=of, application=bare(state), platform_name=name, **fields, **WORDS)


def test_what_runs_today_may_be_moved(db):
    runs = notice("今天截止", 1, 0)
    notice("昨天截止", 2, -1)
    notice("已撤回", 3, 5, state="WITHDRAWN")
    notice("公告", 4, 5, kind="announcement")
    line(runs, "今天", 1, 0)
    line(runs, "昨天", 2, -1)
    line(runs, "随整份", 3, None)
    line(runs, "已退出", 4, 5, state="WITHDRAWN")
    with on(DAY):
        moves = list(publicities(calendar(), calendar()))
    assert [move.what for move in moves] == ["公示：今天截止", "公示项：今天"]

"""Which published last days a change of the calendar moves: shown to both administrators before it is in force."""

from __future__ import annotations

from collections.abc import Iterator

from applications.states import ApplicationState
from portal.shared.workingdays import Calendar
from portal.workdays.moves import Move, finds_moves
from review.models import Notice, NoticeItem
from review.secondlooks.terms import open_terms
from review.states import NoticeState


@finds_moves
def publicities(old: Calendar, new: Calendar) -> Iterator[Move]:
    """Running ones as wholes, and the lines of a correction that have days of their own."""
    running = Notice.objects.filter(kind=Notice.Kind.PUBLICITY, state=NoticeState.PUBLISHED)
    for row in running.exclude(ends_on=None).order_by("published_on"):
        if row.has_run:
            continue
        yield Move(f"公示：{row.title}", row.last_day_by(old), row.last_day_by(new))
    lines = NoticeItem.objects.filter(notice__in=running).exclude(ends_on=None)
    lines = lines.filter(application__state=ApplicationState.PUBLICISED)
    for line in lines.select_related("notice__cycle", "notice__replaces").order_by("position"):
        if line.has_run:
            continue
        yield Move(f"公示项：{line.platform_name}", line.last_day_by(old), line.last_day_by(new))


@finds_moves
def second_looks(old: Calendar, new: Calendar) -> Iterator[Move]:
    for row, before, after in open_terms(old, new):
        yield Move(f"结果申诉期限：{row.platform.name}（{row.number}）", before, after)

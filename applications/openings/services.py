"""Lines of a page of readings, and doubts about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from applications.models import Application, ReadingDoubt
from applications.openings.model import Opening
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import MINISTRY, Role, demand_scope
from portal.shared.workingdays import date_cn

WHO: dict[str, str] = {
    Role.EXPERT: "评审专家",
    Role.RECOMMENDER: "推荐单位",
    **{role: role.label for role in MINISTRY},
}


@dataclass
class Line:
    """The readings of one day that look alike; its key is the first one's."""

    key: str
    day: date
    who: str
    step: str
    what: str
    count: int = 0
    pages: set[int] = field(default_factory=set)

    @property
    def words(self) -> str:
        listed = "、".join(map(str, sorted(self.pages)))
        return f"{self.what}{f' 第 {listed} 页' if listed else ''}"

    def __str__(self) -> str:
        return f"{date_cn(self.day)}　{self.who}　{self.step}　{self.what}"


def lines_of(openings: Iterable[Opening]) -> list[Line]:
    """Newest day first; of an expert nothing but that it was one."""
    found: dict[tuple, Line] = {}
    for one in openings:
        day = clock.day_of(one.at)
        key = (day, describe_reader(one), one.step, one.what)
        line = found.setdefault(key, Line(one.uuid, *key))
        line.count += 1
        if one.page:
            line.pages.add(one.page)
    return sorted(found.values(), key=lambda line: line.day, reverse=True)


def describe_reader(opening: Opening) -> str:
    if opening.is_own:
        return opening.person
    who = WHO.get(opening.role, "")
    return f"{opening.office}（{who}）" if opening.office and who != opening.office else who


@transaction.atomic
def doubt_opening(application: Application, *, line: Line, words: str, by) -> ReadingDoubt:
    demand_scope(by, "doubt_opening", application)
    row = ReadingDoubt.objects.create(
        application=application, line=str(line)[:300], words=words, asked_by=by, asked_at=clock.now()
    )
    outbox.send_event(audit.record(action="ask", obj=row, by=by, note=words, facts={"event": line.key}))
    return row

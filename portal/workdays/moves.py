"""What a change of the calendar moves: an app registers how its own published days and deadlines are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from portal.shared.workingdays import Calendar, date_cn_weekday


@dataclass(frozen=True)
class Move:
    """One day that stands in public or on a record, before and after; it is never brought forward."""

    what: str
    before: date
    after: date

    @property
    def words(self) -> str:
        return f"{date_cn_weekday(self.before)} → {date_cn_weekday(self.after)}"


Finder = Callable[[Calendar, Calendar], Iterable[Move]]
_finders: list[Finder] = []


def finds_moves(function: Finder) -> Finder:
    """Register a finder: it gets the calendar in force and the one to come."""
    _finders.append(function)
    return function


def moves_between(old: Calendar, new: Calendar) -> list[Move]:
    return [move for finder in _finders for move in finder(old, new) if move.before != move.after]

"""Numbers of the whole trail: what was counted once stands, since nothing is ever changed or taken away.

A process keeps what it has counted up to an event that everything before has been committed beside, and counts what
came since. The event's hash is asked for each time: another database, or one restored, is counted from its beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from types import MappingProxyType

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from portal.models import AuditEvent
from portal.shared.together import Number, ask
from portal.trail.watching import Signal, is_about_actions, signals

SETTLED_AFTER = timedelta(hours=1)  # no transaction lasts so long


@dataclass
class TrailNumbers:
    """How many events there are of each action, of each day, and for each signal that is read in their text."""

    by_action: Counter[str] = field(default_factory=Counter)
    by_day: Counter[date] = field(default_factory=Counter)
    by_signal: Counter[str] = field(default_factory=Counter)  # of those that nothing but the event decides

    @property
    def total(self) -> int:
        return self.by_action.total()

    def plus(
        self, groups: Iterable[dict], by_signal: Mapping[str, int] = MappingProxyType({})
    ) -> TrailNumbers:
        found = TrailNumbers(self.by_action.copy(), self.by_day.copy(), self.by_signal.copy())
        found.by_signal.update(by_signal)
        for row in groups:
            found.by_action[row["action"]] += row["n"]
            found.by_day[row["day"]] += row["n"]
        return found


_lock = Lock()
_kept: tuple[int, str, TrailNumbers] = (0, "", TrailNumbers())  # up to which event, its hash, the numbers


def count_trail() -> TrailNumbers:
    global _kept
    with _lock:
        upto, mark, numbers = _kept
        old = AuditEvent.objects.filter(recorded_at__lt=timezone.now() - SETTLED_AFTER)
        stands, newest = ask(
            AuditEvent.objects.filter(pk=upto, hash=mark).values("pk"),
            old.order_by("-pk").values_list("pk", "hash")[:1],
        )
        if not stands:
            upto, mark, numbers = 0, "", TrailNumbers()
        settled, its_hash = next(iter(newest), (upto, mark))
        settled, its_hash = (settled, its_hash) if settled > upto else (upto, mark)
        between = AuditEvent.objects.filter(pk__gt=upto, pk__lte=settled)
        (old_groups, *old_signals), (new_groups, *new_signals) = ask(
            _questions(between), _questions(AuditEvent.objects.filter(pk__gt=settled))
        )
        codes = [row.code for row in _read_in_texts()]
        numbers = numbers.plus(old_groups, dict(zip(codes, old_signals, strict=True)))
        _kept = settled, its_hash, numbers
        return numbers.plus(new_groups, dict(zip(codes, new_signals, strict=True)))


def _read_in_texts() -> list[Signal]:
    return [row for row in signals() if row.is_fixed and not is_about_actions(row.condition())]


def _questions(events: QuerySet) -> tuple:
    return group_events(events), *(Number(events.filter(row.condition())) for row in _read_in_texts())


def group_events(events: QuerySet) -> QuerySet:
    return events.order_by().values("action", day=TruncDate("at")).annotate(n=Count("*"))

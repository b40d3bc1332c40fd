"""First questions kept: of many generators that ask the same each time, only those are run that find something.

To write what a home asks into SQL costs more than the answers, and most answers are empty. A generator's first question
is kept as it was written, for a key that names all that it depends on; its answer never is. One that finds nothing, and
had nothing to say the last time it found nothing, isn't even begun. A bare number, which a home only shows, may stand for
the few seconds that a menu's does.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from portal.shared.together import (
    Asking,
    Figures,
    Number,
    answer_all,
    each_of,
    fetch_together,
    go_on,
    made,
    rows_of,
    shape_answer,
    upto_question,
)

KEPT_FOR = 300.0  # seconds
MOST_KEPT = 24  # keys a process keeps, with all their questions: a megabyte each
_kept: dict[Hashable, tuple[float, dict[str, First]]] = {}


@dataclass
class First:
    """What a generator asks first: as it asked, and as it is put to the database."""

    question: Any
    rows: list[QuerySet]
    is_silent: bool = False  # said nothing when nothing was found
    numbers: dict[int, tuple[float, str, list]] = field(default_factory=dict)

    def fits(self, question) -> bool:
        """Whether a generator that was begun anew asks for the same kinds of things."""
        if isinstance(question, Asking):
            return True
        return list(map(type, each_of((question,)))) == list(map(type, each_of((self.question,))))

    def finds_nothing(self, rows: list[QuerySet]) -> bool:
        if self.question is None:
            return True
        return not any(map(_says_anything, each_of((self.question,)), rows))

    def once_more(self, mark: str) -> list[QuerySet]:
        """The rows to be read anew; of the numbers those that still stand are there already."""
        rows = list(map(_once_more, self.rows))
        for place, (until, known, answer) in self.numbers.items():
            if monotonic() < until and known == mark:
                rows[place]._result_cache = list(answer)
        return rows

    def keep_numbers(self, rows: list[QuerySet], asked: list[bool], stand: Stand) -> None:
        """Those that were asked now; a new mapping, since other threads read the old one."""
        leaves, until = enumerate(each_of((self.question,))), monotonic() + stand.seconds
        found = {
            place: (until, stand.mark, list(rows[place]))
            for place, question in leaves
            if isinstance(question, Number) and asked[place]
        }
        self.numbers = {**self.numbers, **found}


@dataclass(frozen=True)
class Stand:
    """How long a bare number may stand, and the mark of the person's last act, after which none does."""

    seconds: float = 0
    mark: str = ""


def run_with_kept(key: Hashable, works: Mapping[str, Callable[[], Iterator]], stand: Stand = Stand()) -> list:
    """As `run_together`; the first question of each depends on nothing but its name and the key."""
    until, firsts = _kept.get(key, (0.0, {}))
    if monotonic() > until:
        until, firsts = monotonic() + KEPT_FOR, {}
    # One's own copy: another thread may ask by the same key and find that a question fits no more.
    firsts = dict(firsts)
    given: dict[str, list] = {name: [] for name in works}
    begun = {name: work() for name, work in works.items() if name not in firsts}
    fresh = set(begun)
    for name, work in begun.items():
        question = made(upto_question(work, None, given[name]))
        firsts[name] = First(question, [_write(one) for one in each_of((question,)) if one is not None])
    asked = _read({name: firsts[name] for name in works}, stand)
    empty = {name for name in works if firsts[name].finds_nothing(asked[name])}
    ready = {name: shape_answer(firsts[name].question, iter(asked[name])) for name in begun}
    for name in works:
        if name not in fresh and not (name in empty and firsts[name].is_silent):
            begun[name] = works[name]()
            question = upto_question(begun[name], None, given[name])
            if firsts[name].fits(question):
                ready[name] = shape_answer(firsts[name].question, iter(asked[name]))
            else:
                ready[name] = None if question is None else answer_all([question])[0]
                firsts.pop(name)
    asked_on = go_on(begun, given, {name: one for name, one in ready.items() if one is not None})
    for name in fresh:
        firsts[name].is_silent = name in empty and not given[name] and name not in asked_on
    if key not in _kept and len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = until, firsts
    return [one for name in works for one in given[name]]


def _read(firsts: Mapping[str, First], stand: Stand) -> dict[str, list[QuerySet]]:
    """What the first questions find, by one request; numbers that stand are not asked for."""
    asked = {name: first.once_more(stand.mark) for name, first in firsts.items()}
    are_open = {name: [one._result_cache is None for one in rows] for name, rows in asked.items()}
    fetch_together(*(one for rows in asked.values() for one in rows if one._result_cache is None))
    if stand.seconds:
        for name, first in firsts.items():
            first.keep_numbers(asked[name], are_open[name], stand)
    return asked


def _says_anything(question: QuerySet | Number | Figures, rows: QuerySet) -> bool:
    if isinstance(question, Number):
        return any(row["how_many"] for row in rows)
    return isinstance(question, Figures) or len(rows) > 0


def _write(question: QuerySet | Number | Figures) -> QuerySet:
    """The rows of a question with their statement, never filled themselves."""
    rows = rows_of(question)
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return rows.none()
    rows._portal_statement = (compiler, sql, values)
    return rows


def _once_more(rows: QuerySet) -> QuerySet:
    mine = rows.all()
    if hasattr(rows, "_portal_statement"):
        compiler, sql, values = rows._portal_statement
        mine._portal_statement = (copy(compiler), sql, values)
    return mine

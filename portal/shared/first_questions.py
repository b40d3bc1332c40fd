"""First questions kept: of many generators that ask the same each time, only those are run that find something.

To write what a home asks into SQL costs more than the answers, and most answers are empty. A generator's first question
is kept as it was written, for a key that names all that it depends on; its answer never is. One that finds nothing, and
had nothing to say the last time it found nothing, isn't even begun.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from portal.shared.together import (
    Figures,
    Number,
    answer_all,
    each_of,
    fetch_together,
    go_on,
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

    def fits(self, question) -> bool:
        """Whether a generator that was begun anew asks for the same kinds of things."""
        return list(map(type, each_of((question,)))) == list(map(type, each_of((self.question,))))

    def finds_nothing(self, rows: list[QuerySet]) -> bool:
        if self.question is None:
            return True
        return not any(map(_says_anything, each_of((self.question,)), rows))


def run_with_kept(key: Hashable, works: Mapping[str, Callable[[], Iterator]]) -> list:
    """As `run_together`; the first question of each depends on nothing but its name and the key."""
    until, firsts = _kept.get(key, (0.0, {}))
    if monotonic() > until:
        until, firsts = monotonic() + KEPT_FOR, {}
    given: dict[str, list] = {name: [] for name in works}
    begun = {name: work() for name, work in works.items() if name not in firsts}
    fresh = set(begun)
    for name, work in begun.items():
        question = upto_question(work, None, given[name])
        firsts[name] = First(question, [_write(one) for one in each_of((question,)) if one is not None])
    asked = {name: [_once_more(one) for one in firsts[name].rows] for name in works}
    fetch_together(*(one for rows in asked.values() for one in rows))
    empty = {name for name in works if firsts[name].finds_nothing(asked[name])}
    ready = {name: shape_answer(firsts[name].question, iter(asked[name])) for name in begun}
    for name in works:
        if name not in fresh and not (name in empty and firsts[name].is_silent):
            begun[name] = works[name]()
            question = upto_question(begun[name], None, given[name])
            if firsts[name].fits(question):
                ready[name] = shape_answer(question, iter(asked[name]))
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

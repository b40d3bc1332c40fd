"""Several querysets in one round trip: what a home needs from a dozen tables is asked for at once.

A generator that yields a queryset (or `Written`, `Number`, `Figures`, or a tuple of them) gets it back filled; generators that run side by
side wait for each other at these places, so that all their questions travel together. Whatever else they yield is
their answer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Aggregate, Func, Model, QuerySet, Value

MOST_WRITTEN, REWRITTEN_AFTER = 512, 300.0  # statements a process, and seconds
_written: dict[Hashable, tuple] = {}
_forms: dict[Callable, tuple] = {}


@dataclass(frozen=True)
class Written:
    """The rows that `build(*values)` finds, answered as a list; its statement is written once in a process.

    Each use puts its own values into the places of the first ones. So `build` depends on nothing else, and compares
    each value as it is: neither None, nor inside JSON, a list or a pattern.
    """

    build: Callable[..., QuerySet]
    values: tuple


def written(build: Callable[..., QuerySet], *values: Any) -> Written:
    return Written(build, values)


@dataclass(frozen=True)
class Number:
    """How many rows there are, asked for in place of the rows."""

    rows: QuerySet


@dataclass(frozen=True)
class Figures:
    """Several counts and sums of the same rows by one look at them."""

    rows: QuerySet
    counts: dict[str, Aggregate]


@dataclass(frozen=True)
class Asking:
    """A question that is made only where nobody has kept it (`portal.shared.first_questions`): to build a dozen querysets
    costs as much as to read what they find.
    """

    make: Callable[[], Any]


def how_many(rows: QuerySet) -> QuerySet:
    """COUNT(*) as a queryset of one number: an aggregate would group by the row."""
    if rows.query.distinct:
        rows = rows.model._base_manager.filter(pk__in=rows.values("pk"))
    return rows.order_by().annotate(how_many=Func(Value(1), function="COUNT")).values("how_many")


def fetch_together(*wanted: QuerySet, before: tuple[str, Iterable] | None = None) -> None:
    """Fill the querysets by one request to the database, each as if it had been read alone.

    `before` is a statement that runs first, and whose end each of them sees: a lock that is waited for.
    """
    asked = []
    for rows in wanted:
        try:
            asked.append((rows, *_statement_of(rows)))
        except EmptyResultSet:
            rows._result_cache = []
    if not asked:
        return
    with connections[asked[0][0].db].cursor() as cursor:
        statements = [*([before] if before else ()), *((sql, values) for _, _, sql, values in asked)]
        cursor.execute(
            ";\n".join(sql for sql, _ in statements), [one for _, values in statements for one in values]
        )
        answers = [cursor.fetchall()]
        while cursor.nextset():
            answers.append(cursor.fetchall())
    for (rows, compiler, _, _), found in zip(asked, answers[bool(before) :], strict=True):
        _fill(rows, compiler, found)


def keep_statement(key: Hashable, build: Callable[[], QuerySet]) -> QuerySet:
    """The queryset that `build` makes; its statement is written once for the key and sent anew each time.

    To put a page of conditions into SQL costs more than to answer it. The key names all that they depend on; what is
    read is never kept. After a few minutes the statement is written again, for what a key can't name.
    """
    now = monotonic()
    until, rows, compiler, sql, values = _written.get(key, (0.0, None, None, "", ()))
    if rows is None or now > until:
        rows = build()
        compiler = rows.query.get_compiler(rows.db)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return rows
        if len(_written) >= MOST_WRITTEN:
            _written.clear()
        _written[key] = (now + REWRITTEN_AFTER, rows, compiler, sql, values)
    mine = rows.all()
    mine._portal_statement = (copy(compiler), sql, values)
    return mine


def statement_of(question: Written) -> tuple[str, tuple]:
    """Its SQL and its values, for what runs before others."""
    _, sql, values = _filled_in(question)._portal_statement
    return sql, values


# What no real value is, for each kind of value: the places are found by it.
MARKS: dict[type, Callable[[int], Any]] = {
    UUID: lambda number: UUID(int=0xF0F0 << 96 | number),
    int: lambda number: 31_321 + number,  # of the smallest column, too
    str: lambda number: f"\x01{number}",
    date: lambda number: date(1, 1, number + 1),
}


def _filled_in(question: Written) -> Any:
    if question.build not in _forms:
        marks = [
            next(mark(number) for kind, mark in MARKS.items() if isinstance(value, kind))
            for number, value in enumerate(question.values)
        ]
        rows = question.build(*marks)
        compiler = rows.query.get_compiler(rows.db)
        sql, values = compiler.as_sql()
        places = [(number, marks.index(value)) for number, value in enumerate(values) if value in marks]
        if {place for _, place in places} != set(range(len(marks))):
            raise TypeError(f"{question.build.__name__} does not compare each of its values as it is")
        _forms[question.build] = rows, compiler, sql, list(values), places
    rows, compiler, sql, values, places = _forms[question.build]
    own = list(values)
    for number, place in places:
        own[number] = question.values[place]
    mine = rows.all()
    mine._portal_statement = (copy(compiler), sql, tuple(own))
    return mine


def _statement_of(rows: QuerySet) -> tuple:
    if hasattr(rows, "_portal_statement"):
        return rows._portal_statement
    compiler = rows.query.get_compiler(rows.db)
    return compiler, *compiler.as_sql()


def _fill(rows: QuerySet, compiler, found: list) -> None:
    """Let the queryset make its objects of what was found; its query is as it was afterwards."""
    if compiler.has_extra_select:  # columns that are there for the order alone
        found = [row[: compiler.col_count] for row in found]
    compiler.execute_sql = lambda *args, **kwargs: [found]
    rows.query.get_compiler = lambda *args, **kwargs: compiler
    try:
        len(rows)
    finally:
        del rows.query.get_compiler


def run_together(works: Iterable[Iterator]) -> list:
    """What the generators yield, one after the other in their order; their questions travel together."""
    begun = dict(enumerate(works))
    given: dict[Hashable, list] = {number: [] for number in begun}
    go_on(begun, given, dict.fromkeys(begun))
    return [one for each in given.values() for one in each]


def go_on(
    works: Mapping[Hashable, Iterator], given: Mapping[Hashable, list], ready: Mapping[Hashable, Any]
) -> set:
    """Send each generator its answer, and answer what they ask from then on; returns who asked at all."""
    asked_on = set()
    while ready:
        asked = {}
        for name, answer in ready.items():
            question = upto_question(works[name], answer, given[name])
            if question is not None:
                asked[name] = question
        asked_on |= set(asked)
        ready = dict(zip(asked, answer_all(list(asked.values())), strict=True))
    return asked_on


def alone(work: Generator):
    """What a generator returns, when nothing else is asked beside it."""
    answer = None
    while True:
        try:
            question = work.send(answer)
        except StopIteration as end:
            return end.value
        [answer] = answer_all([question])


def keep_found(obj: Model, parts: Mapping[str, list]) -> None:
    """The same for rows that were found by another queryset: each knows whose it is."""
    for name, found in parts.items():
        manager = getattr(obj, name)
        for row in found:
            setattr(row, manager.field.name, obj)
        keep_parts(obj, {name: read_rows(manager.all(), found)})


def keep_parts(obj: Model, parts: Mapping[str, QuerySet]) -> None:
    """Let the managers of an object's related rows give what has been read, as after `prefetch_related`."""
    for name, rows in parts.items():
        rows._prefetch_done = True
        obj.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows


def read_rows(rows: QuerySet, found: Iterable) -> QuerySet:
    """The queryset filled with rows that came with others."""
    rows._result_cache = list(found)
    return rows


def ask(
    *questions: QuerySet | Written | Number | Figures, before: tuple[str, Iterable] | None = None
) -> tuple:
    """The same for one place that has several questions; `before`: see `fetch_together`."""
    return answer_all([questions], before)[0]


def upto_question(work: Iterator, answer, given: list):
    try:
        item = next(work) if answer is None else cast(Generator, work).send(answer)
        while not isinstance(item, QuerySet | Written | Number | Figures | Asking | tuple):
            given.append(item)
            item = next(work)
    except StopIteration:
        return None
    return item


def rows_of(question: QuerySet | Written | Number | Figures) -> QuerySet:
    """What is asked of the database for a question."""
    if isinstance(question, Written):
        return _filled_in(question)
    if isinstance(question, Number):
        return how_many(question.rows)
    if isinstance(question, Figures):
        all_of_them = question.rows.order_by().annotate(of_all=Value(1)).values("of_all")
        return all_of_them.annotate(**question.counts)
    return question


def made(question):
    return question.make() if isinstance(question, Asking) else question


def answer_all(questions: list, before: tuple[str, Iterable] | None = None) -> list:
    questions = list(map(made, questions))
    rows = [rows_of(one) for one in each_of(questions)]
    fetch_together(*rows, before=before)
    found = iter(rows)
    return [shape_answer(question, found) for question in questions]


def shape_answer(question, found: Iterator[QuerySet]):
    """The answer in the shape of its question, from the filled rows of all questions in their order."""
    if question is None:
        return None
    if isinstance(question, tuple):
        return tuple(shape_answer(one, found) for one in question)
    rows = next(found)
    if isinstance(question, Written):
        return list(rows)
    if isinstance(question, Number):
        return next((row["how_many"] for row in rows), 0)
    if isinstance(question, Figures):
        return next(iter(rows), dict.fromkeys(question.counts, 0))
    return rows


def each_of(questions: Iterable) -> Iterator:
    """Every single question, of tuples within tuples too."""
    for one in questions:
        yield from each_of(one) if isinstance(one, tuple) else (one,)

"""What is checked in a roster: every check is one declared object with its sentence and how to mend it.

Four scopes: the workbook as a whole, one cell, one row, all rows together. The reader (read.py) runs
them in this order; tests/applications/test_roster_checks.py holds each against a good and a bad workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from applications.rosters.finding import Finding
from portal.kernel.rules import OPERATING, Rule, add_rule, rules_of

ERROR, WARNING = "error", "warning"
BOOK, CELL, ROW, ROSTER = "book", "cell", "row", "roster"


@dataclass(frozen=True)
class RosterContext:
    """Whose roster it is and when; what is not known is not checked."""

    year: int | None = None  # of the round
    today: date | None = None
    own_code: str = ""
    own_name: str = ""


@dataclass(frozen=True)
class Check(Rule):
    """`judge` answers with the words of each thing found; `reader_finds` stands where the reader meets it while reading."""

    scope: str
    level: str
    kind: str
    problem: str
    mend: str
    only: frozenset[str]  # kinds of column for a cell, rosters for rows; empty means all

    def sentences(self, *facts: Any) -> tuple[str, ...]:
        """Of a cell one answer or None, of the other scopes a row of answers that end with the words."""
        found = self.judge(*facts)
        if self.scope == CELL:
            label = facts[0].column.label
            return (self.problem.format(**{"label": label, **words_of(found)}),) if found else ()
        return tuple(self.problem.format(**answer[-1]) for answer in found)

    def finding(
        self, cell: str = "", value: Any = "", *, column: str = "", number: int = 0, headings=(), **words
    ) -> Finding:
        """`column` and `number` (of the row) say where a person may mend it on the page."""
        return Finding(
            cell,
            str(value)[:60],
            self.problem.format(**words),
            self.mend.format(**words),
            self.level,
            self.name,
            self.kind,
            column,
            number,
            tuple(headings),
        )

    def applies(self, what: str) -> bool:
        return not self.only or what in self.only


CHECKS = rules_of(Check)


def reader_finds(*_: Any) -> tuple:
    return ()


class SheetRefused(Exception):
    """The workbook cannot be read as a roster; the check's sentence says why, `further` what else is to be known."""

    def __init__(self, code: str, *, further: Iterable[Finding] = (), **words):
        self.finding = CHECKS[code].finding("", "", **words)
        self.findings = [self.finding, *further]
        super().__init__(self.finding.problem)


def declare(
    code: str,
    scope: str,
    level: str,
    kind: str,
    *,
    problem: str,
    mend: str,
    only: Iterable[str] = (),
    look: Callable | None = None,
):
    """Declare a check; as a decorator it takes the function that looks."""

    def register(function: Callable | None) -> Callable | None:
        add_rule(
            Check(
                code, OPERATING, function or reader_finds, scope, level, kind, problem, mend, frozenset(only)
            )
        )
        return function

    if look is not None:
        register(look)
    return register


@cache
def of_scope(scope: str, what: str) -> tuple[Check, ...]:
    """The checks that look themselves, in the order declared; all are declared when the package is imported."""
    return tuple(
        check
        for check in CHECKS.values()
        if check.scope == scope and check.judge is not reader_finds and check.applies(what)
    )


def words_of(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}

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
class Check:
    code: str
    scope: str
    level: str
    kind: str
    problem: str
    mend: str
    only: frozenset[str]  # kinds of column for a cell, rosters for rows; empty means all
    look: Callable | None

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
            self.code,
            self.kind,
            column,
            number,
            tuple(headings),
        )

    def applies(self, what: str) -> bool:
        return not self.only or what in self.only


CHECKS: dict[str, Check] = {}


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
        if code in CHECKS:
            raise ValueError(f"check {code} is declared twice")
        CHECKS[code] = Check(code, scope, level, kind, problem, mend, frozenset(only), function)
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
        if check.scope == scope and check.look is not None and check.applies(what)
    )


def words_of(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}

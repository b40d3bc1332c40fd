"""The shape of a cross-check: what stands in one material held against what stands in another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.kernel.rules import Basis, Rule, add_rule, rules_of

CONFLICT, NOTICE = "conflict", "notice"
FIRST, AGAIN = ("DESIGNATION", "PROVINCIAL"), ("REREVIEW",)
NATIONAL_FIRST = ("DESIGNATION",)
BOTH = (*FIRST, *AGAIN)
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Paper:
    """One material as far as it can be compared: registered fields, figures counted from its roster."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    none_declared: bool = False


@dataclass(frozen=True)
class Earlier:
    """The platform's last filed dossier of the same procedure."""

    year: int
    report: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """All that a dossier says of itself, from registration, report, materials and the year before."""

    year: int
    as_of: date
    name: str
    uscc: str
    kind: str
    established_on: date
    operating_since: date
    procedure: str = "DESIGNATION"
    report: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    earlier: Earlier | None = None
    leader_listed: bool | None = None
    serves_itself: bool = False
    same_smes: bool = False
    failing: bool = False
    province: str = ""  # the province that keeps its register here
    proof: str = ""  # what that register says of this platform

    def paper(self, *codes: str) -> Paper:
        return next((self.papers[code] for code in codes if code in self.papers), Paper())

    def said(self, section: str, name: str) -> Any:
        return (self.report.get(section) or NOTHING).get(name)

    def number(self, section: str, name: str) -> Decimal | None:
        return number(self.said(section, name))

    def counted(self, code: str, name: str) -> Decimal | None:
        return number(self.paper(code).figures.get(name))

    def year_row(self, year: int) -> Mapping[str, Any]:
        """The row of a year in the report's table of accounts (Annex 2) or of years (Annex 3)."""
        return row_of(self.report, year)


def row_of(report: Mapping[str, Any], year: int) -> Mapping[str, Any]:
    for section, table in (("overview", "finance"), ("years", "years")):
        for row in (report.get(section) or NOTHING).get(table) or []:
            if number(row.get("year")) == year:
                return row
    return NOTHING


def number(value: Any) -> Decimal | None:
    if value in (None, "") or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


# Yields nothing when the two agree, one sentence when they do not, None when there is nothing to compare yet.
Compare = Callable[[Evidence], str | None]


@dataclass(frozen=True)
class CrossCheck(Rule):
    """The basis says which rule makes the two things belong together, `materials` where to mend.

    `adopts` is the field of the report (section, field) that can take the roster's figure over, or one of the
    licence ("licence", field) that can take the unit's registration over.
    """

    label: str
    severity: str
    materials: tuple[str, ...]
    procedures: tuple[str, ...] = FIRST
    adopts: tuple[str, str] | None = None

    def sentences(self, *facts: Any) -> tuple[str, ...]:
        sentence = self.judge(*facts)
        return (sentence,) if sentence else ()

    @property
    def adopts_registration(self) -> bool:
        return self.adopts is not None and self.adopts[0] == "licence"


@dataclass(frozen=True)
class Outcome:
    check: CrossCheck
    sentence: str | None

    @property
    def verdict(self) -> str:
        if self.sentence is None:
            return "open"
        return self.check.severity if self.sentence else "agrees"


def cross_check(
    name: str,
    article: int,
    item: str,
    label: str,
    *materials: str,
    severity: str = CONFLICT,
    procedures: tuple[str, ...] = FIRST,
    adopts: tuple[str, str] | None = None,
) -> Callable[[Compare], Compare]:
    """Declare a check; the function answers "" (agrees), a sentence, or None (cannot be compared yet)."""

    def register(function: Compare) -> Compare:
        add_rule(
            CrossCheck(name, Basis(article, item), function, label, severity, materials, procedures, adopts)
        )
        return function

    return register


def declared() -> tuple[CrossCheck, ...]:
    return tuple(rules_of(CrossCheck).values())


def differ(left: Decimal | None, right: Decimal | None, sentence: str, tolerance: Decimal = Decimal(0)):
    """The common comparison: `sentence` may name {left}, {right} and {gap}."""
    if left is None or right is None:
        return None
    gap = abs(left - right)
    if gap <= tolerance:
        return ""
    return sentence.format(left=plain(left), right=plain(right), gap=plain(gap))

"""Candidates of one recommender beside each other: their figures against Art. 5, and who comes first by Art. 6.

Carries out Art. 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from applications.editions import Edition

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# Art. 6: commended or recognised by the province; an association's own recognition stands for it (Art. 19).
PRIORITY_LEVELS = ("national", "provincial")


@dataclass(frozen=True)
class Candidate:
    """One dossier as the comparison needs it. `honours` are rows of material (九)."""

    key: str
    name: str
    organisation: str
    number: str
    state: str
    tone: str
    mark: str
    score: Decimal | None
    rank: int | None
    criteria: Sequence[dict]
    honours: Sequence[dict]
    recognised: bool
    commended: bool
    verified: str = ""  # what the province's own register says of it
    unproven: str = ""  # the warning that it does not hold what material (九) claims

    @property
    def priorities(self) -> list[str]:
        """Why Art. 6 puts it first, in words."""
        kinds = {row.get("kind") for row in self.honours if row.get("level") in PRIORITY_LEVELS}
        words = []
        if self.commended or "commendation" in kinds:
            words.append("省级表彰")
        if self.verified:
            words.append("省级认定（名录核实）")
        elif self.recognised or "recognition" in kinds:
            words.append("省级认定")
        return words

    def figure(self, code: str) -> dict:
        return next((row for row in self.criteria if row["code"] == code), {})


def suggested(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Art. 6 first, then the evaluation's score; the officer decides, this is only where to start."""
    return sorted(candidates, key=lambda one: (not one.priorities, -(one.score or Decimal(0)), one.number))


def against_priority(ordered: Sequence[Candidate]) -> list[Candidate]:
    """Those with a priority of Art. 6 that stand behind one without."""
    behind, seen_without = [], False
    for candidate in ordered:
        if not candidate.priorities:
            seen_without = True
        elif seen_without:
            behind.append(candidate)
    return behind


@dataclass(frozen=True)
class Dot:
    x: str
    name: str
    figure: str
    kind: str  # ok, relaxed, bad


@dataclass(frozen=True)
class Line:
    """One condition with a number: where the threshold lies and where everybody stands. Places from 0 to 100."""

    label: str
    threshold: str
    at: str
    dots: tuple[Dot, ...]


KINDS = {"PASS": "ok", "GRANTED": "relaxed", "RELAXABLE": "relaxed"}


def dot_lines(edition: Edition, candidates: Sequence[Candidate]) -> list[Line]:
    lines = []
    for threshold in edition.thresholds:
        if not isinstance(threshold.value, Decimal):
            continue
        known = [
            (candidate, row, value)
            for candidate in candidates
            if (row := candidate.figure(threshold.code))
            and (value := _value(row.get("figure", ""))) is not None
        ]
        top = max([value for _, _, value in known] + [threshold.value]) or Decimal(1)
        full = Decimal(100) if threshold.unit == "%" else max(top, threshold.value * 2)
        lines.append(
            Line(
                f"（{threshold.item}）{threshold.label}",
                f"≥ {threshold.value} {threshold.unit}",
                _place(threshold.value, full),
                tuple(
                    Dot(_place(value, full), candidate.name, row["figure"], KINDS.get(row["verdict"], "bad"))
                    for candidate, row, value in known
                ),
            )
        )
    return lines


def _value(figure: str) -> Decimal | None:
    """The leading number of a figure as it is shown: “6 年 10 个月” is 6, “78.2%” is 78.2."""
    found = NUMBER.search(figure or "")
    return Decimal(found[0]) if found else None


def _place(value: Decimal, full: Decimal) -> str:
    return f"{min(Decimal(100), max(Decimal(0), value * 100 / full)):.1f}"

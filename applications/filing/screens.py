"""Screens of an applicant's desk: what the templates of its two pages read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from applications.models import CorrectionRequest, Submission


@dataclass(frozen=True)
class HomeScreen:
    """What waits on an applicant's desk, and what its platforms may file."""

    units: list
    unit: Any
    present: list
    earlier: list
    can_file: list
    can_file_provincial: list
    no_platform: bool
    titles: list
    provincial_titles: list
    suspensions: Any
    filing_is_over: bool
    admitted_until: Any
    filing_deadline: Any
    todos: list
    messages_in: Any
    waits: list


@dataclass(frozen=True)
class TasksScreen:
    """What an applicant reads of a dossier beside its materials and findings."""

    goes_on: str
    promise: str
    groups: list[dict]
    done: int
    total: int
    optional: int
    steps: list[tuple[str, str]]
    step: int
    next: Any
    reasons: list[str]
    correction: CorrectionRequest | None
    correction_items: list[dict]
    changed: int
    unchanged: int
    late: Any
    submissions: list[Submission]
    timeline: list
    may_withdraw: bool
    may_leave: bool
    unmet: list
    outcome_label: str
    saved: tuple | None
    people: int

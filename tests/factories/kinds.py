"""Kinds of people whom the access tables speak of, and the groups that most of their rows name."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Flag, auto


class Kind(Flag):
    """Whoever is not signed in, and twelve accounts; `people` of a row is any sum of them."""

    PUBLIC = auto()
    APPLICANT_CLERK = auto()
    APPLICANT_LEAD = auto()
    RECOMMENDER_OFFICER = auto()
    RECOMMENDER_LEAD = auto()
    ASSOCIATION_OFFICER = auto()
    ASSOCIATION_LEAD = auto()
    MINISTRY_OFFICER = auto()
    MINISTRY_LEAD = auto()
    EXPERT = auto()
    INSPECTOR = auto()
    OUTSIDE_AUDITOR = auto()
    ADMINISTRATOR = auto()


PUBLIC = Kind.PUBLIC
APPLICANT_CLERK, APPLICANT_LEAD = Kind.APPLICANT_CLERK, Kind.APPLICANT_LEAD
RECOMMENDER_OFFICER, RECOMMENDER_LEAD = Kind.RECOMMENDER_OFFICER, Kind.RECOMMENDER_LEAD
ASSOCIATION_OFFICER, ASSOCIATION_LEAD = Kind.ASSOCIATION_OFFICER, Kind.ASSOCIATION_LEAD
MINISTRY_OFFICER, MINISTRY_LEAD = Kind.MINISTRY_OFFICER, Kind.MINISTRY_LEAD
EXPERT, INSPECTOR = Kind.EXPERT, Kind.INSPECTOR
OUTSIDE_AUDITOR, ADMINISTRATOR = Kind.OUTSIDE_AUDITOR, Kind.ADMINISTRATOR

NOBODY = Kind(0)
APPLICANTS = APPLICANT_CLERK | APPLICANT_LEAD
RECOMMENDERS = RECOMMENDER_OFFICER | RECOMMENDER_LEAD
ASSOCIATIONS = ASSOCIATION_OFFICER | ASSOCIATION_LEAD
OFFICES = RECOMMENDERS | ASSOCIATIONS
MINISTRY = MINISTRY_OFFICER | MINISTRY_LEAD
EVERYBODY = ~NOBODY
ALL = EVERYBODY & ~PUBLIC  # who signed in

NAMES = {kind.name.lower(): kind for kind in Kind}


def names(people: Kind) -> Iterator[str]:
    """The names that the tables' world gives its accounts."""
    return (name for name, kind in NAMES.items() if kind in people)

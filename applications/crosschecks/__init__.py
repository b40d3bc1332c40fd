"""Evidence decides: what stands in one material is held against what stands in the others.

The same outcomes are shown to the applicant before filing and to every later reader of the dossier.
"""

from __future__ import annotations

from applications.crosschecks import (  # noqa: F401  they register
    accounts,
    history,
    identity,
    performance,
    register,
)
from applications.crosschecks.model import (
    CONFLICT,
    NOTICE,
    CrossCheck,
    Earlier,
    Evidence,
    Outcome,
    Paper,
    declared,
)

__all__ = [
    "CONFLICT",
    "NOTICE",
    "CrossCheck",
    "Earlier",
    "Evidence",
    "Outcome",
    "Paper",
    "checked_in",
    "compare",
    "declared",
]


def checked_in(code: str, procedure: str) -> list[CrossCheck]:
    """What every reader of a material sees held against the others."""
    return [check for check in declared() if code in check.materials and procedure in check.procedures]


def compare(evidence: Evidence) -> list[Outcome]:
    """Every check declared for the procedure, in the order of declaration."""
    return [
        Outcome(check, check.judge(evidence))
        for check in declared()
        if evidence.procedure in check.procedures
    ]

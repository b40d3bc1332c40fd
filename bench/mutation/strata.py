"""The modules that carry rules, permissions, requirements, editions and services."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STRATA = {
    "editions": ("applications/editions/*.py",),
    "permissions": ("*/permissions.py", "*/*/permissions.py"),
    "requirements": ("*/requirements.py", "*/*/requirements.py"),
    "rules": (
        "applications/crosschecks/*.py",
        "applications/eligibility.py",
        "applications/filing/deadlines.py",
        "applications/nearness.py",
        "applications/overlaps/rules.py",
        "applications/recommendation/quota.py",
        "applications/rosters/c*.py",
        "applications/rosters/f*.py",
        "platforms/title_history.py",
        "portal/kernel/[cswr]*.py",
        "portal/shared/workingdays.py",
        "review/experts/conflicts.py",
        "review/freedom.py",
        "review/panels/drawing.py",
        "review/publicity/limits.py",
        "review/publicity/prechecks.py",
        "review/rereview/failing.py",
        "review/scoring/totals.py",
        "review/secondlooks/terms.py",
    ),
    "services": ("*/*/services.py", "*/*/acts.py", "*/*/submission.py", "*/*/undo.py", "*/*/endings.py"),
}


def modules_of(stratum: str) -> list[str]:
    """By their patterns; a module that an earlier stratum took belongs to that one."""
    found: dict[str, str] = {}
    for name, patterns in STRATA.items():
        for path in (path for pattern in patterns for path in ROOT.glob(pattern)):
            found.setdefault(str(path.relative_to(ROOT)), name)
    return sorted(path for path, name in found.items() if name == stratum)


def modules() -> list[str]:
    return sorted(path for stratum in STRATA for path in modules_of(stratum))

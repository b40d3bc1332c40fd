"""Excel rosters of materials 四, 五 and 六: templates, safe reading, checks by cell, figures."""

from applications.rosters.checks import CHECKS, Check, RosterContext
from applications.rosters.columns import ROSTERS, Column, Roster
from applications.rosters.difference import difference_of
from applications.rosters.figures import figures_of, summary_of
from applications.rosters.finding import Finding
from applications.rosters.read import RosterResult, read_roster
from applications.rosters.templates import make_roster, template

__all__ = [
    "CHECKS",
    "ROSTERS",
    "Check",
    "Column",
    "Finding",
    "Roster",
    "RosterContext",
    "RosterResult",
    "difference_of",
    "figures_of",
    "make_roster",
    "read_roster",
    "summary_of",
    "template",
]

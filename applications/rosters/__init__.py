"""Excel rosters of materials 四, 五 and 六: templates, safe reading, checks by cell, figures."""

from applications.rosters.columns import ROSTERS, Column, Roster
from applications.rosters.figures import figures_of, summary_of
from applications.rosters.read import Finding, RosterResult, read_roster
from applications.rosters.templates import make_roster, template

__all__ = [
    "ROSTERS",
    "Column",
    "Finding",
    "Roster",
    "RosterResult",
    "figures_of",
    "make_roster",
    "read_roster",
    "summary_of",
    "template",
]

"""Finding what an app registers: modules of these names are imported once, wherever in the app they stand.

docs/extending.md shows for each kind what it may register and an example.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

KINDS = (
    "permissions",  # who: rows of the permission table
    "requirements",  # what must be in place before a verb
    "prechecks",  # what is looked at before something is published
    "acts",  # two-person acts: how they are described and carried out
    "effects",  # what the worker does afterwards: handlers of outbox messages
    "notifications",  # who is told of an event
    "daily",  # jobs of the clock
    "todo",  # what waits for whom
    "menu",  # navigation, desks, search, words of events
    "public_home",  # what the public home shows
    "exports",  # files made in the background
    "public_log",  # public records and statements of the public log
    "matters",  # what may run before its unit is told, so that no list of readings gives it away
    "watch",  # what deserves an auditor's look
    "limits",  # figures that a lower app shows without knowing the law
    "checks",  # deployment checks
    "health",  # what an operator watches: findings and figures
    "access",  # who signed in and out
    "places",  # the office or the years that a role's account belongs to
    "links",  # letters with a link for one person
    "changes",  # acts on accounts
    "bulk",  # lists whose rows are handled many at once, and by which verbs
    "opendata",  # what programs may read, pages for search engines, days of the public year
)


def discover(app: str) -> None:
    """Import every registering module of an app, in one fixed order."""
    root = Path(str(import_module(app).__file__)).parent
    for path in sorted(found for found in root.rglob("*.py") if found.stem in KINDS):
        import_module(".".join([app, *path.relative_to(root).with_suffix("").parts]))

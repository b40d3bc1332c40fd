"""Changes that nobody could notice, each with its reason; whoever adds one has looked at every caller."""

from __future__ import annotations

EQUIVALENT = {
    (
        "portal/workdays/acts.py",
        "change = objects[0] → change = objects[ -1]",
    ): "an act on the calendar is proposed for one change alone",
}

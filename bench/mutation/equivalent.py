"""Changes that nobody could notice, each with its reason; whoever adds one has looked at every caller."""

from __future__ import annotations

EQUIVALENT = {
    (
        "portal/workdays/acts.py",
        "change = objects[0] → change = objects[ -1]",
    ): "an act on the calendar is proposed for one change alone",
    (
        "portal/kernel/receipts.py",
        'if time.time() - session.get(f"receipt:{number}", 0) > SHOWN_FOR: → if time.time() - session.get(f"receipt:{number}", 1) > SHOWN_FOR:',
    ): "a second after 1970 lies as long ago as its beginning",
}

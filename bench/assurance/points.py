"""Where a request may be killed: before and after functions that uploads and submissions pass, in their order."""

from __future__ import annotations

PLACES = {
    "bytes": ("portal.files.intake", "_store"),
    "row": ("portal.files.intake", "_create"),
    "event": ("portal.kernel.audit", "record"),
    "message": ("portal.kernel.outbox", "send_all"),
    "seal": ("applications.filing.submission", "_seal"),
}
UPLOADS = ("before bytes", "after bytes", "after row", "before message", "after message")
UPLOADS += ("before event", "after event", "before answer")
SUBMISSIONS = ("before event", "after event", "before message", "after message", "before seal", "after seal")
SUBMISSIONS += ("before answer",)

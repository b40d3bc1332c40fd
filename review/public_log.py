"""Decisions in the public log: notices and announcements from the day they are public, and drawings by lot."""

from __future__ import annotations

from portal.kernel import clock
from portal.trail.publishing import register_records
from review.models import Notice, PanelDraw


def notice_records():
    """Nothing of a notice signed in advance enters the log before its day."""
    for row in Notice.objects.public().order_by("pk"):
        record = {
            "title": row.title,
            "document": row.document_number,
            "dated": str(row.published_on),
            "until": str(row.ends_on or ""),
            "sha256": row.digest,
            "state": row.state,
        }
        yield str(row.pk), record


def draw_records():
    """The seed and the digest of what went in and came out: who was drawn stays inside."""
    for row in PanelDraw.objects.order_by("pk"):
        yield str(row.pk), {"seed": row.seed, "sha256": row.digest, "dated": str(clock.day_of(row.drawn_at))}


register_records("notice", notice_records)
register_records("draw", draw_records)

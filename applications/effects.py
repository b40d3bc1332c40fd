"""What the worker does after a change: renditions that nobody waits for."""

from __future__ import annotations

from applications.documents import store_receipt
from applications.models import Submission
from portal import outbox


@outbox.handler("receipt_pdf")
def render_receipt(submission: str) -> None:
    row = Submission.objects.select_related("application__platform__organisation", "application__cycle").get(
        pk=submission
    )
    if row.pdf_id is None:
        store_receipt(row)

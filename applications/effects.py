"""What the worker does after a change: renditions and comparisons that nobody waits for."""

from __future__ import annotations

from applications.documents import store_receipt
from applications.models import Application, Submission
from applications.services.facts import refresh
from applications.services.overlaps import find_overlaps
from portal import outbox
from portal.models import StoredFile


@outbox.handler("receipt_pdf")
def render_receipt(submission: str) -> None:
    row = Submission.objects.select_related("application__platform__organisation", "application__cycle").get(
        pk=submission
    )
    if row.pdf_id is None:
        store_receipt(row)


@outbox.handler("overlaps")
def look_for_overlaps(application: str) -> None:
    find_overlaps(Application.objects.get(pk=application))


@outbox.handler("file_scanned")
def renew_material_of_file(file: str) -> None:
    """A verdict that came late changes what the material's row says."""
    stored = StoredFile.objects.get(pk=file)
    application = Application.objects.filter(pk=stored.owner_id).first()
    if stored.owner_model == Application._meta.label_lower and application:
        refresh(application)

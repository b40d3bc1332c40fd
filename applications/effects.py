"""What the worker does after a change: renditions and comparisons that nobody waits for."""

from __future__ import annotations

from applications.dossiers.documents import store_receipt
from applications.dossiers.facts import refresh
from applications.materials.checked import take_verdict
from applications.models import Application, Submission
from applications.overlaps.services import find_overlaps
from applications.states import LIVE, Procedure
from portal.kernel import outbox
from portal.models import StoredFile


@outbox.handler("receipt_pdf", label="收件回执 PDF", outside=True)
def render_receipt(submission: str) -> None:
    row = Submission.objects.select_related("application__platform__organisation", "application__cycle").get(
        pk=submission
    )
    if row.pdf_id is None:
        store_receipt(row)


@outbox.handler("overlaps", label="重复情况比对")
def look_for_overlaps(application: str) -> None:
    find_overlaps(Application.objects.get(pk=application))


@outbox.handler("provincial_register", label="省级认定证明更新")
def renew_proofs(unit: str, province: str) -> None:
    """A line came into a province's register or left it: dossiers under way rely on it as proof (Art. 5 (七))."""
    rows = Application.objects.filter(
        platform__organisation__uscc=unit,
        platform__jurisdiction=province,
        procedure=Procedure.DESIGNATION,
        state__in=LIVE,
    )
    for application in rows:
        refresh(application)


@outbox.handler("file_checked", label="文件核对结果", outside=True)
def go_on_after_check(file: str) -> None:
    """A verdict changes what the material says, and may be the last that a submission waits for."""
    stored = StoredFile.objects.get(pk=file)
    if stored.owner_model == Application._meta.label_lower:
        take_verdict(stored)

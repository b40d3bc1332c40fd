"""What the worker does after a change: renditions and comparisons that nobody waits for."""

from __future__ import annotations

from applications.dossiers.documents import store_receipt
from applications.dossiers.facts import refresh
from applications.models import Application, Submission
from applications.overlaps.services import find_overlaps
from applications.states import LIVE, Procedure
from portal.kernel import outbox
from portal.models import StoredFile


@outbox.handler("receipt_pdf", label="收件回执 PDF")
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
        platform__organisation__uscc=unit, platform__jurisdiction=province, procedure=Procedure.DESIGNATION,
        state__in=LIVE,
    )  # fmt: skip
    for application in rows:
        refresh(application)


@outbox.handler("file_scanned", label="查毒结果更新")
def renew_material_of_file(file: str) -> None:
    """A verdict that came late changes what the material's row says."""
    stored = StoredFile.objects.get(pk=file)
    application = Application.objects.filter(pk=stored.owner_id).first()
    if stored.owner_model == Application._meta.label_lower and application:
        refresh(application)

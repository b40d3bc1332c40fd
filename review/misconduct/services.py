"""Reports of misconduct in the review (Art. 17): taken in at any time, for 纪检 alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from portal.files.intake import Judged, place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import deadline_in
from portal.kernel.numbers import next_number
from portal.kernel.receipts import new_code
from review.models import MisconductEvidence, MisconductReport

ANSWER_IN = 30  # working days from receipt, an operating rule
MAX_BYTES = 20 * 1024 * 1024
TYPES = frozenset({"pdf", "jpg", "png"})


def receive_report(
    *,
    about: str,
    conduct: str,
    whom: str,
    facts: str,
    name: str = "",
    contact: str = "",
    evidence: Sequence = (),
    pk: UUID | None = None,
) -> MisconductReport:
    """What came with the same `pk` is the same. Raises UploadRefused for a bad file, before anybody waits for a number."""
    said = {
        "about": about,
        "conduct": conduct,
        "whom": whom,
        "facts": facts,
        "reporter_name": name,
        "reporter_contact": contact,
    }
    return _enter(said, evidence, pk)


@takes_files(evidence=Papers(TYPES, MAX_BYTES))
def _enter(said: dict[str, str], evidence: Sequence[Judged], pk: UUID | None) -> MisconductReport:
    number = next_number(MisconductReport, f"JB{clock.today().year}-", field="receipt_number")
    if known := MisconductReport.objects.filter(pk=pk).first():
        return known
    row = MisconductReport.objects.create(
        pk=pk or uuid4(),
        receipt_number=number,
        query_code=new_code(),
        received_at=clock.now(),
        due_on=deadline_in(ANSWER_IN),
        **said,
    )
    for one in evidence:
        MisconductEvidence.objects.create(report=row, file=place(one, owner=row, by=None))
    outbox.send_event(audit.record(action="receive", obj=row, by=None))
    return row

"""Complaints by the public (Art. 13): taken in at any time, routed, answered by the platform, concluded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from platforms.models import Complaint, ComplaintEvidence, Designation
from platforms.requirements import awaited_answer
from platforms.states import ComplaintState
from portal.files.intake import Judged, place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import deadline_in
from portal.kernel.numbers import next_number
from portal.kernel.permissions import demand_scope
from portal.kernel.receipts import new_code
from portal.kernel.signoff import prepare
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import SignOff
from portal.shared.uploads import PAPER_BYTES

FRAUD = re.compile(r"弄虚|作假|造假|虚假|伪造|骗取|编造")  # what a complaint says of fraud
CONCLUDE_IN = 30  # working days from receipt (operating rules, like the next)
ANSWER_IN = 10  # working days for the platform's account
MAX_EVIDENCE = 3
EVIDENCE_TYPES = {"pdf", "jpg", "png"}


def receive_complaint(
    title: Designation,
    *,
    subject: str,
    facts: str,
    name: str = "",
    contact: str = "",
    evidence: Sequence = (),
    pk: UUID | None = None,
) -> Complaint:
    """Take a complaint in for the supervising recommender; what came with the same `pk` is the same.

    Raises UploadRefused for a bad file. Files are looked into before the number is drawn, for which others wait.
    """
    if not name and not settings.COMPLAINTS_ANONYMOUS:
        raise TransitionBlocked(["请填写姓名或者单位名称。"])
    said = {"subject": subject, "facts": facts, "complainant_name": name, "complainant_contact": contact}
    return _enter(title, said, list(evidence)[:MAX_EVIDENCE], pk)


@takes_files(evidence=Papers(EVIDENCE_TYPES, PAPER_BYTES))
def _enter(
    title: Designation, said: dict[str, str], evidence: Sequence[Judged], pk: UUID | None
) -> Complaint:
    number = next_number(
        Complaint, f"TS{clock.today().year}-", field="receipt_number"
    )  # one at a time from here
    if known := Complaint.objects.filter(pk=pk).first():
        return known
    row = Complaint.objects.create(
        pk=pk or uuid4(),
        title=title,
        recommender=title.supervising_recommender,
        receipt_number=number,
        query_code=new_code(),
        alleges_fraud=bool(FRAUD.search(f"{said['subject']}{said['facts']}")),
        received_at=clock.now(),
        due_on=deadline_in(CONCLUDE_IN),
        **said,
    )
    for one in evidence:
        ComplaintEvidence.objects.create(complaint=row, file=place(one, owner=row, by=None))
    event = audit.record(
        action="receive", obj=row, by=None, facts={"title": title.number, "subject": said["subject"]}
    )
    outbox.send_event(event)
    return row


def take_up(complaint: Complaint, *, summary: str, by, alleges_fraud: bool = False) -> Complaint:
    return perform(
        complaint,
        "take_up",
        by=by,
        summary=summary,
        answer_due_on=deadline_in(ANSWER_IN),
        alleges_fraud=alleges_fraud,
    )


def decline(complaint: Complaint, *, note: str, by) -> Complaint:
    return perform(complaint, "decline", by=by, note=note, at=clock.now())


def propose_declining_fraud(complaint: Complaint, *, note: str, by) -> SignOff:
    return prepare([complaint], "decline_fraud", by=by, note=note)


def conclude(complaint: Complaint, *, finding: str, note: str, by) -> Complaint:
    return perform(complaint, "conclude", by=by, note=note, finding=finding, at=clock.now())


def propose_fraud_conclusion(complaint: Complaint, *, finding: str, note: str, by) -> SignOff:
    """One prepares, a head of the office signs; what the platform may still say is asked for before both."""
    if finding != Complaint.Finding.UNTRUE and (awaited := awaited_answer(complaint)):
        raise TransitionBlocked([awaited])
    return prepare([complaint], "conclude_fraud", by=by, note=note, finding=finding)


@transaction.atomic
def answer(complaint: Complaint, *, words: str, by) -> Complaint:
    """The platform's own account of the redacted summary; it may be given anew until the conclusion."""
    demand_scope(by, "answer", complaint)
    row = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if row.state != ComplaintState.VERIFYING:
        raise TransitionBlocked(["此件投诉已办结，不再需要说明。"])
    row.platform_answer, row.answered_at = words, clock.now()
    row.save(update_fields=["platform_answer", "answered_at"])
    outbox.send_event(audit.record(action="answer", obj=row, by=by, note=words))
    return row

"""Objections during publicity: received from anyone, verified, concluded with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction

from portal.files.intake import Judged, place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, signoff
from portal.kernel.calendar import deadline_in
from portal.kernel.numbers import next_number
from portal.kernel.permissions import allowed, demand_scope
from portal.kernel.receipts import new_code
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import SignOff
from portal.shared.workingdays import date_cn_weekday
from review.models import AnswerProof, NoticeItem, Objection, ObjectionEvidence
from review.requirements import names_in
from review.states import OPEN_OBJECTIONS

VERIFICATION_DAYS = 5  # working days for recommender and platform (an operating rule)
MAX_EVIDENCE = 3
EVIDENCE_TYPES = {"pdf", "jpg", "png"}
MAX_BYTES = 20 * 1024 * 1024


def receive_objection(
    item: NoticeItem, *, facts: str, name: str, contact: str, evidence: Sequence = (), pk: UUID | None = None
) -> Objection:
    """Take an objection in; what came with the same `pk` is the same.

    Raises TransitionBlocked outside the publicity, UploadRefused for a bad file. Files are looked into before the
    number is drawn: everybody else who objects at that moment waits for the number.
    """
    notice = item.notice
    if notice.state != "PUBLISHED" or not notice.is_public:
        raise TransitionBlocked(["此名单当前不在公示中。"])
    if item.has_run:
        raise TransitionBlocked(
            [
                f"公示已于 {date_cn_weekday(item.last_day)} 24:00 结束，不再受理异议；仍可通过监督电话反映情况。"
            ]
        )
    said = {"facts": facts, "objector_name": name, "objector_contact": contact}
    return _enter(item, said, list(evidence)[:MAX_EVIDENCE], pk)


@takes_files(evidence=Papers(EVIDENCE_TYPES, MAX_BYTES))
def _enter(item: NoticeItem, said: dict[str, str], evidence: Sequence[Judged], pk: UUID | None) -> Objection:
    number = next_number(
        Objection, f"YY{item.notice.cycle.year}-", field="receipt_number"
    )  # one at a time from here
    if known := Objection.objects.filter(pk=pk).first():
        return known
    objection = Objection.objects.create(
        pk=pk or uuid4(),
        item=item,
        receipt_number=number,
        query_code=new_code(),
        received_at=clock.now(),
        **said,
    )
    for one in evidence:
        ObjectionEvidence.objects.create(objection=objection, file=place(one, owner=objection, by=None))
    audit.record(action="receive", obj=objection, by=None, facts={"item": item.platform_name})
    return objection


def _still_handles(row: Objection) -> bool:
    """Whoever left, or whose appointment ended, keeps nobody else from the case."""
    return row.handler.is_active and allowed(row.handler, "take_on", row)


@transaction.atomic
def take_on(objection: Objection, *, by) -> Objection:
    """Become the handling officer; from then on, and only for this officer, the objector has a name."""
    demand_scope(by, "take_on", objection, "您经办或者审签过该平台的评审结论，异议须由其他人员办理。")
    row = Objection.objects.select_for_update(of=("self",)).select_related("handler").get(pk=objection.pk)
    if row.state not in OPEN_OBJECTIONS:
        raise TransitionBlocked(["此件异议已办结。"])
    if row.handler_id and row.handler_id != by.pk and _still_handles(row):
        raise TransitionBlocked([f"此件异议已由{row.handler}经办。"])
    row.handler = by
    row.save(update_fields=["handler"])
    audit.record(action="take_on", obj=row, by=by)
    return row


@transaction.atomic
def pass_on(objection: Objection, *, summary: str, by) -> Objection:
    """To the recommender for verification and to the platform for its account, in summary only."""
    return perform(
        objection, "begin_verification", by=by, summary=summary, answer_due_on=deadline_in(VERIFICATION_DAYS)
    )


@transaction.atomic
def record_reply(objection: Objection, *, how: str, by) -> Objection:
    """The objector has been answered; how (by telephone, by letter) stays on record."""
    demand_scope(by, "reply", objection)
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    if row.state in OPEN_OBJECTIONS:
        raise TransitionBlocked(["作出结论后才能答复异议人。"])
    row.reply_note, row.replied_at = how, clock.now()
    row.save(update_fields=["reply_note", "replied_at"])
    audit.record(action="reply", obj=row, by=by, note=how)
    return row


@takes_files(proofs=Papers(EVIDENCE_TYPES, MAX_BYTES))
def answer(objection: Objection, *, as_recommender: bool, words: str, by, proofs: Sequence = ()) -> Objection:
    """The recommender's verification, or the platform's own account; both answer the redacted summary.

    Raises UploadRefused for a proof that does not pass.
    """
    verb = "answer_as_recommender" if as_recommender else "answer_as_platform"
    demand_scope(by, verb, objection)
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    if row.state not in OPEN_OBJECTIONS:
        raise TransitionBlocked(["此件异议已办结。"])
    if as_recommender:
        row.recommender_answer, row.answered_by_recommender_at = words, clock.now()
        row.save(update_fields=["recommender_answer", "answered_by_recommender_at"])
    else:
        row.platform_answer, row.answered_by_platform_at = words, clock.now()
        row.save(update_fields=["platform_answer", "answered_by_platform_at"])
    for judged in proofs:
        proof = AnswerProof.objects.create(objection=row, by_recommender=as_recommender)
        proof.file = place(judged, owner=proof, by=by)
        proof.save(update_fields=["file"])
    names = [judged.received.name for judged in proofs]
    audit.record(action=verb, obj=row, by=by, note=words, facts={"proofs": names} if names else {})
    return row


@transaction.atomic
def record_findings(objection: Objection, *, words: str, by) -> Objection:
    """The handling officer's own verification, where the recommender's is not enough or does not come."""
    demand_scope(by, "record_findings", objection)
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    if row.state not in OPEN_OBJECTIONS:
        raise TransitionBlocked(["此件异议已办结。"])
    reasons = list(names_in(row, words))
    if reasons:
        raise TransitionBlocked(reasons)
    row.handler_findings = words
    row.save(update_fields=["handler_findings"])
    audit.record(action="record_findings", obj=row, by=by, note=words)
    return row


def propose_conclusion(objection: Objection, *, upheld: bool, note: str, by) -> SignOff:
    """One prepares the conclusion, another signs it; neither had a part in what is objected to."""
    reasons = list(names_in(objection, note))
    if reasons:
        raise TransitionBlocked(reasons)
    return signoff.prepare([objection], "uphold" if upheld else "dismiss", by=by, note=note, conclusion=note)


def carry_out(act: SignOff, objection: Objection, *, by) -> Objection:
    """Upheld: the designation falls (or the re-review goes back); dismissed: the way is free again."""
    row = perform(objection, act.verb, by=by, note=act.note, signoff=act, at=clock.now())
    application = row.item.application
    if act.verb == "uphold" and application.state == "PUBLICISED":
        perform(application, "uphold_objection", by=by, note=act.note)
    return row

"""Objections during publicity: received from anyone, verified, concluded with reasons."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal import audit, clock
from portal.intake import take_in
from portal.permissions import allowed
from portal.receipts import new_code, next_number
from portal.shared.workingdays import date_cn_weekday
from portal.workflow import TransitionBlocked, perform
from review.models import NoticeItem, Objection, ObjectionEvidence
from review.states import OPEN_OBJECTIONS

MAX_EVIDENCE = 3
MAX_BYTES = 20 * 1024 * 1024


@transaction.atomic
def receive_objection(
    item: NoticeItem, *, facts: str, name: str, contact: str, evidence: Sequence = ()
) -> Objection:
    """Take an objection in. Raises TransitionBlocked outside the publicity, UploadRefused for a bad file."""
    notice = item.notice
    if notice.state != "PUBLISHED" or not notice.is_public:
        raise TransitionBlocked(["此名单当前不在公示中。"])
    if notice.has_run:
        raise TransitionBlocked(
            [
                f"公示已于 {date_cn_weekday(notice.ends_on)} 24:00 结束，不再受理异议；仍可通过监督电话反映情况。"
            ]
        )
    objection = Objection.objects.create(
        item=item,
        receipt_number=next_number(Objection, f"YY{notice.cycle.year}-"),
        query_code=new_code(),
        facts=facts,
        objector_name=name,
        objector_contact=contact,
        received_at=clock.now(),
    )
    for upload in list(evidence)[:MAX_EVIDENCE]:
        stored = take_in(
            upload,
            name=upload.name,
            owner=objection,
            by=None,
            allowed={"pdf", "jpg", "png"},
            max_bytes=MAX_BYTES,
        )
        ObjectionEvidence.objects.create(objection=objection, file=stored)
    audit.record(action="receive", obj=objection, by=None, facts={"item": item.platform_name})
    return objection


@transaction.atomic
def answer(objection: Objection, *, as_recommender: bool, words: str, by) -> Objection:
    """The recommender's verification, or the platform's own account; both answer the redacted summary."""
    verb = "answer_as_recommender" if as_recommender else "answer_as_platform"
    if not allowed(by, verb, objection):
        raise PermissionDenied
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    if row.state not in OPEN_OBJECTIONS:
        raise TransitionBlocked(["此件异议已办结。"])
    if as_recommender:
        row.recommender_answer, row.answered_by_recommender_at = words, clock.now()
        row.save(update_fields=["recommender_answer", "answered_by_recommender_at"])
    else:
        row.platform_answer, row.answered_by_platform_at = words, clock.now()
        row.save(update_fields=["platform_answer", "answered_by_platform_at"])
    audit.record(action=verb, obj=row, by=by, note=words)
    return row


@transaction.atomic
def conclude(objection: Objection, *, upheld: bool, note: str, by) -> Objection:
    """Upheld: the designation falls (or the re-review goes back); dismissed: the way is free again."""
    row = perform(objection, "uphold" if upheld else "dismiss", by=by, note=note, at=clock.now())
    application = row.item.application
    if upheld and application.state == "PUBLICISED":
        perform(application, "uphold_objection", by=by, note=note)
    return row

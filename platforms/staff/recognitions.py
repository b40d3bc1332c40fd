"""The platforms that an association has recognised itself (Art. 19), kept by the association with the proof."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from platforms.models import Platform, Recognition, Recommender
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock
from portal.kernel.permissions import allowed, demand_scope, forbid
from portal.kernel.workflow import TransitionBlocked
from portal.shared.uploads import DOCUMENT_BYTES


@takes_files(proof=Papers({"pdf", "ofd", "jpg", "png"}, DOCUMENT_BYTES))
def record_recognition(recommender: Recommender, *, proof, by, **fields) -> Recognition:
    """Enter one recognition. Raises UploadRefused when the proof is not taken."""
    if not recommender.is_association or not allowed(by, "edit", recommender):
        forbid("认定平台登记册由全国性行业协会自行登记。")
    if fields["recognised_on"] > clock.today():
        raise TransitionBlocked(["认定日期不能晚于今天。"])
    same = Recognition.objects.filter(
        recommender=recommender, uscc=fields["uscc"], platform_name=fields["platform_name"], ended_on=None
    )
    if same.exists():
        raise TransitionBlocked(["此平台已在登记册中，不需要重复登记。"])
    row = Recognition.objects.create(
        recommender=recommender, recorded_by=by, recorded_at=clock.now(), **fields
    )
    row.proof = place(proof, owner=row, by=by)
    row.save(update_fields=["proof"])
    audit.record(action="create", obj=row, by=by, facts={name: str(value) for name, value in fields.items()})
    return row


@transaction.atomic
def end_recognition(recognition: Recognition, *, on: date, reason: str, by) -> Recognition:
    """The association takes its recognition back; the entry stays with its reason."""
    demand_scope(by, "end", recognition, "登记册由认定的协会管理。")
    row = Recognition.objects.select_for_update().get(pk=recognition.pk)
    if row.ended_on:
        raise TransitionBlocked(["此认定已经撤销。"])
    if on < row.recognised_on or on > clock.today():
        raise TransitionBlocked(["撤销日期应在认定日期之后、今天之前（含今天）。"])
    row.ended_on, row.end_reason = on, reason
    row.save(update_fields=["ended_on", "end_reason"])
    audit.record(action="end", obj=row, by=by, note=reason, facts={"on": on.isoformat()})
    return row


def standing_recognition(
    recommender: Recommender, platform: Platform, *, by_day: date | None = None
) -> Recognition | None:
    """The recognition in force of this platform by this association, or None; `by_day` leaves out younger ones."""
    rows = _recognitions_of(platform).filter(recommender=recommender)
    return next((row for row in rows if row.stands and row.recognised_on <= (by_day or clock.today())), None)


def recognising_associations(platform: Platform) -> list[Recommender]:
    """The associations that have this platform in their register: only these can be asked to recommend it."""
    rows = _recognitions_of(platform).filter(recommender__is_active=True).select_related("recommender")
    return list({row.recommender_id: row.recommender for row in rows if row.stands}.values())


def _recognitions_of(platform: Platform):
    return Recognition.objects.filter(
        uscc=platform.organisation.uscc, platform_name=platform.name, ended_on=None
    )

"""整改: ordered, reported by the platform, checked by its recommender, concluded by the ministry."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from applications.cycles.services import admit_late_filing
from applications.filing.services import create_dossier
from applications.models import Application, Cycle
from applications.states import ApplicationState, Procedure
from platforms.models import Designation
from platforms.register.events import change_title
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel import signoff as signing
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import demand_role
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import SignOff
from review.models import Deferral, Rectification, Revocation, SpotCheck
from review.revocations.services import open_revocation
from review.states import OPEN_REVOCATIONS, DeferralState

RECTIFY_DAYS = 60  # working days, an operating rule
TYPES = {"pdf", "ofd", "jpg", "png"}
MAX_BYTES = 50 * 1024 * 1024


@transaction.atomic
def order(
    title: Designation,
    *,
    requirements: str,
    by,
    application: Application | None = None,
    spot_check: SpotCheck | None = None,
) -> Rectification:
    """Turn the title to 整改中 and open the record that brings it back, or ends in a referral."""
    if Rectification.objects.filter(title=title, state__in=("ORDERED", "REPORTED", "CHECKED")).exists():
        raise TransitionBlocked([f"{title.platform_name}已有一项整改在办，请先办结。"])
    due_on = deadline_in(RECTIFY_DAYS)
    change_title(title, "order_rectification", by=by, note=requirements, until=due_on)
    row = Rectification.objects.create(
        title=title,
        application=application,
        spot_check=spot_check,
        requirements=requirements,
        ordered_by=by,
        ordered_on=clock.today(),
        due_on=due_on,
    )
    facts = {"due_on": due_on.isoformat()}
    outbox.send_event(audit.record(action="order", obj=row, by=by, note=requirements, facts=facts))
    return row


@takes_files(upload=Papers(TYPES, MAX_BYTES))
def report_done(row: Rectification, *, words: str, upload=None, by) -> Rectification:
    proof = place(upload, owner=row, by=by) if upload else None
    return perform(row, "report_done", by=by, note=words, proof=proof)


@transaction.atomic
def accept(row: Rectification, *, signoff, by) -> Rectification:
    note = signoff.note
    done = perform(row, "accept", by=by, note=note, signoff=signoff)
    change_title(done.title, "accept_rectification", by=by, note=note or "整改合格")
    return done


@transaction.atomic
def refer(row: Rectification, *, by, note: str) -> Rectification:
    """The rectification failed or never came: a revocation is opened, which decides."""
    done = perform(row, "refer", by=by, note=note)
    open_revocation(done.title, ground=Revocation.Ground.RECTIFICATION, referral=note, by=by)
    return done


@transaction.atomic
def propose_deferral(title: Designation, cycle: Cycle, *, until: date, reason: str, by) -> SignOff:
    """A re-review not filed in time is made up in the same round: two persons, with the reason (Art. 14)."""
    demand_role(Deferral, by, "prepare_grant", "准予补办复核由工业和信息化部办理。")
    if not reason.strip():
        raise TransitionBlocked(["请写明准予补办的理由。"])
    if Deferral.objects.filter(title=title, cycle=cycle, state=DeferralState.GRANTED).exists():
        raise TransitionBlocked(["此称号本年度已准予补办。"])
    if Revocation.objects.filter(title=title, state__in=OPEN_REVOCATIONS).exists():
        raise TransitionBlocked(["此称号正在撤销程序中，请先办结该程序。"])
    row, is_new = Deferral.objects.get_or_create(
        title=title, cycle=cycle, defaults={"reason": reason, "until": until}
    )
    if not is_new and not signing.waiting_for(row).exists():
        row.reason, row.until = reason, until
        row.save(update_fields=["reason", "until"])
    return signing.prepare([row], "grant", by=by, note=reason)


@transaction.atomic
def grant_deferral(row: Deferral, *, signoff, by) -> Deferral:
    """With the second signature the unit has a draft that it may submit until that day."""
    done = perform(row, "grant", by=by, note=signoff.note, signoff=signoff)
    title, cycle = done.title, done.cycle
    draft = Application.objects.filter(
        platform=title.platform, cycle=cycle, procedure=Procedure.REREVIEW, state=ApplicationState.DRAFT
    ).first() or create_dossier(title.platform, cycle, Procedure.REREVIEW, title.recommender, title, by=by)
    admit_late_filing(draft, until=done.until, reason=done.reason, by=by)
    return done

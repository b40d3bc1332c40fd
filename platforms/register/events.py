"""Events of a title: written with every change of its state or name, each with the notice that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from platforms.models import Designation, ImportBatch, TitleEvent
from portal.kernel import audit, clock
from portal.kernel.workflow import perform
from portal.models import User, Webhook
from portal.opendata.webhooks import announce

Kind = TitleEvent.Kind
KINDS = {
    "renew": Kind.CONFIRMED,
    "order_rectification": Kind.RECTIFYING,
    "accept_rectification": Kind.RECTIFIED,
    "expire": Kind.EXPIRED,
    "end": Kind.ENDED,
    "revoke": Kind.REVOKED,
    "surrender": Kind.SURRENDERED,
    "prolong": Kind.REDESIGNATED,
    "restore": Kind.RESTORED,
}


@dataclass(frozen=True)
class NoticeRef:
    """Where an event is announced."""

    title: str = ""
    number: str = ""
    address: str = ""


NO_NOTICE = NoticeRef()


def record_event(
    title: Designation,
    kind: str,
    *,
    on: date,
    by,
    notice: NoticeRef = NO_NOTICE,
    state: str = "",
    remark: str = "",
    platform_name: str = "",
    organisation_name: str = "",
    batch: ImportBatch | None = None,
) -> TitleEvent:
    """Append one event; several of one day keep the order in which they were written."""
    if batch is None:  # what is entered from old notices is no news
        announce(Webhook.Kind.TITLE, str(kind), f"/api/v1/titles/{title.key}")
    event = TitleEvent.objects.create(
        title=title,
        kind=kind,
        on=on,
        order=TitleEvent._base_manager.filter(title=title, on=on).count(),
        state=state,
        platform_name=platform_name,
        organisation_name=organisation_name,
        notice_title=notice.title[:200],
        notice_number=notice.number[:64],
        notice_address=notice.address[:200],
        remark=remark[:500],
        batch=batch,
        recorded_by=by if isinstance(by, User) else None,
        recorded_at=clock.now(),
    )
    audit.record(action="enter", obj=event, by=by, facts={"title": title.key, "on": on.isoformat()})
    return event


@transaction.atomic
def change_title(
    title: Designation,
    verb: str,
    *,
    by,
    note: str = "",
    on: date | None = None,
    notice: NoticeRef = NO_NOTICE,
    remark: str = "",
    batch: ImportBatch | None = None,
    kind: str = "",
    **facts,
) -> Designation:
    """Carry out a verb on a title and write its event; nothing else may perform one."""
    day = on or clock.today()
    done = perform(title, verb, by=by, note=note, on=day, **facts)
    record_event(
        done, kind or KINDS[verb], on=day, by=by, notice=notice, state=done.state, remark=remark, batch=batch
    )
    return done


def latest_of(title: Designation, day: date | None = None) -> TitleEvent | None:
    """The event that says in which state the title is, today or on a day."""
    rows = title.history.filter(replaced_by=None).exclude(state="")
    if day:
        rows = rows.filter(on__lte=day)
    return rows.order_by("-on", "-order").first()

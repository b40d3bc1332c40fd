"""Ending a title, whatever the road: the announcement, the title itself, and what hangs on it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from applications.filing.services import discontinue
from applications.models import Application
from applications.states import LIVE, Procedure
from platforms.models import Designation
from platforms.register.services import close_title
from portal.kernel import clock
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import perform
from portal.shared.workingdays import date_cn
from review.models import Notice, Rectification, Revocation, Surrender
from review.notices.services import publish
from review.states import OPEN_RECTIFICATIONS, OPEN_REVOCATIONS


def line_of(title: Designation) -> dict:
    """The one line of such an announcement's annex."""
    return {
        "position": 1,
        "application": None,
        "platform": title.platform_name,
        "organisation": title.organisation_name,
        "recommender": title.recommender.name,
        "functions": "、".join(title.function_labels),
        "number": title.number_label,
        "outcome": "",
    }


def compose_decision_notice(
    *, heading: str, opening: str, sections: list[dict], items: list[dict], number: str
) -> dict:
    """The sheet as signers see it and as it is published, but for the day of the signature."""
    return {
        "title": heading,
        "opening": opening,
        "sections": sections,
        "annex": "名单" if len(items) > 1 else "",  # of one title the text says all that a list would
        "signature": "工业和信息化部",
        "document_number": number,
        "items": items,
        "titles": bool(items) and "number" in items[0],
    }


def announce(
    title: Designation,
    *,
    heading: str,
    opening: str,
    sections: list[dict],
    by,
    signoff=None,
    number: str = "",
) -> Notice:
    """One announcement of one title's end, in the form of GB/T 9704, outside the yearly round."""
    return announce_decision(
        heading=heading,
        opening=opening,
        sections=sections,
        items=[line_of(title)],
        subject=Notice.Subject.REVOCATION,
        by=by,
        signoff=signoff,
        number=number,
    )


def announce_decision(
    *,
    heading: str,
    opening: str,
    sections: list[dict],
    items: list[dict],
    subject: str,
    by,
    signoff,
    number: str,
) -> Notice:
    """One decision of the ministry in public, in the form of GB/T 9704; without items it has no annex."""
    today = clock.today()
    content = compose_decision_notice(
        heading=heading, opening=opening, sections=sections, items=items, number=number
    )
    return publish(
        kind=Notice.Kind.ANNOUNCEMENT,
        subject=subject,
        cycle=None,
        procedure="",
        content=content | {"date": date_cn(today)},
        published_on=today,
        ends_on=None,
        by=by,
        signoff=signoff,
        document_number=number,
    )


@transaction.atomic
def finish_title(
    title: Designation, verb: str, *, notice: Notice, by, note: str, on: date | None = None
) -> Designation:
    """End the title with its announcement, today or on the day that was announced, and close what presupposes it."""
    row = close_title(
        title,
        verb,
        on=on or clock.today(),
        by=by,
        note=note,
        announcement=notice.title,
        address=reverse("notice", args=[notice.pk]),
    )
    words = f"称号已终止（{row.get_state_display()}）"
    for rectification in Rectification.objects.filter(title=row, state__in=OPEN_RECTIFICATIONS):
        perform(rectification, "cancel", by=SYSTEM, note=words)
    rereviews = Application.objects.filter(
        platform_id=row.platform_id, procedure=Procedure.REREVIEW, state__in=LIVE
    )
    for application in rereviews:
        discontinue(application, words=words, by=SYSTEM)
    for surrender in Surrender.objects.filter(title=row, state="ASKED"):
        perform(surrender, "decline", by=SYSTEM, note=words)
    for revocation in Revocation.objects.filter(title=row, state__in=OPEN_REVOCATIONS):
        perform(revocation, "drop", by=SYSTEM, note=words)
    return row

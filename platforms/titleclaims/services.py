"""Claims of titles: made by the unit, admitted by the department, which fills in the code the notice did not give."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from platforms.models import Designation, Platform, TitleClaim, TitleEvent
from platforms.register.events import record_event
from platforms.register.services import index
from platforms.titleclaims.requirements import obstacles
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, perform


@transaction.atomic
def claim_title(title: Designation, platform: Platform, *, words: str, by) -> TitleClaim:
    """Raises TransitionBlocked with what stands against it."""
    demand_scope(by, "claim_title", platform)
    locked = Designation.objects.select_for_update(of=("self",)).get(pk=title.pk)
    reasons = list(obstacles(locked, platform))
    if TitleClaim.objects.filter(title=locked, state="OPEN").exists():
        reasons.append("此称号已有一项认领等待主管部门答复。")
    if reasons:
        raise TransitionBlocked(reasons)
    row = TitleClaim.objects.create(
        title=locked, platform=platform, claimant=by, words=words, made_at=clock.now()
    )
    outbox.send_event(audit.record(action="make", obj=row, by=by, note=words, facts={"title": locked.key}))
    return row


@transaction.atomic
def answer_claim(claim: TitleClaim, verb: str, *, by, note: str) -> TitleClaim:
    done = perform(claim, verb, by=by, note=note, at=clock.now())
    if verb == "admit":
        _give(done, by)
    return done


def _give(claim: TitleClaim, by) -> None:
    title = Designation.objects.select_for_update(of=("self",)).get(pk=claim.title_id)
    unit, before = claim.platform.organisation, title.platform
    title.platform, title.uscc = claim.platform, unit.uscc
    title.functions = title.functions or claim.platform.functions
    title.save(update_fields=["platform", "uscc", "functions"])
    record_event(
        title,
        TitleEvent.Kind.CLAIMED,
        on=clock.today(),
        by=by,
        remark=f"{unit.name}（{unit.uscc}），经主管部门核验",
    )
    index(title)
    audit.record(
        action="claimed", obj=title, by=by, facts={"platform": str(claim.platform_id), "uscc": unit.uscc}
    )
    _retire(before, by)


def _retire(place: Platform, by) -> None:
    """The stand-in that the import had made has no title any more: it leaves every list."""
    if place.designations.exists():
        return
    rows: list[Any] = [place, place.organisation]
    for row in rows:
        if row is place or not row.platforms.exists():
            row.taken_back_at = clock.now()
            row.save(update_fields=["taken_back_at"])
            audit.record(action="take_back", obj=row, by=by, note="称号已由运营单位认领")

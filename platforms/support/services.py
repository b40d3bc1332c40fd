"""Support for platforms (Arts. 16, 18): recorded by who gave it, voided with a reason, never deleted.

Carries out Art. 16.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from platforms.models import Designation, Platform, SupportPlan, SupportRecord
from platforms.querysets import office_of
from platforms.states import LIVE_TITLES
from portal.kernel import audit, clock
from portal.kernel.permissions import demand_role, demand_scope
from portal.kernel.workflow import TransitionBlocked


@transaction.atomic
def record_support(
    platform: Platform, *, by, plan: SupportPlan | None = None, known: Sequence[str] = (), **content: Any
) -> SupportRecord:
    """`known` are the doubts that whoever enters it was asked about and has answered."""
    demand_scope(by, "support", platform)
    giver = office_of(by)  # None: the ministry
    if plan and (plan.giver_id != (giver.pk if giver else None) or plan.closed_at):
        raise TransitionBlocked(["只能列入本单位没有办结的扶持计划。"])
    live = Designation.objects.filter(platform=platform, state__in=LIVE_TITLES).exists()
    row = SupportRecord.objects.create(
        platform=platform,
        giver=giver,
        plan=plan,
        entered_by=by,
        entered_at=clock.now(),
        level=SupportRecord.Level.NATIONAL if live else SupportRecord.Level.PROVINCIAL,
        **content,
    )
    facts = {**content, **({"plan": plan} if plan else {}), **({"known": list(known)} if known else {})}
    audit.record(action="record", obj=row, by=by, facts=facts)
    return row


@transaction.atomic
def open_plan(*, by, **content: Any) -> SupportPlan:
    """A call for support, by the ministry (Art. 16) or a department (Art. 18)."""
    demand_role(SupportPlan, by, "close")
    giver = office_of(by)  # None: the ministry
    if SupportPlan.objects.filter(giver=giver, year=content["year"], name=content["name"]).exists():
        raise TransitionBlocked(["本单位在此年度已有同名的扶持计划。"])
    row = SupportPlan.objects.create(giver=giver, opened_by=by, opened_at=clock.now(), **content)
    audit.record(action="open", obj=row, by=by, facts=content)
    return row


@transaction.atomic
def close_plan(plan: SupportPlan, *, result: str, by) -> SupportPlan:
    """What came of it; its list stays as it is then."""
    demand_scope(by, "close", plan)
    row = SupportPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if row.closed_at:
        raise TransitionBlocked(["此项扶持计划已经办结。"])
    row.result, row.closed_at = result, clock.now()
    row.save(update_fields=["result", "closed_at"])
    audit.record(action="close", obj=row, by=by, note=result)
    return row


@transaction.atomic
def void_support(record: SupportRecord, *, reason: str, by) -> SupportRecord:
    demand_scope(by, "void", record)
    row = SupportRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if row.voided_at:
        raise TransitionBlocked(["此条记录已经作废。"])
    row.voided_at, row.void_reason = clock.now(), reason
    row.save(update_fields=["voided_at", "void_reason"])
    audit.record(action="void", obj=row, by=by, note=reason)
    return row

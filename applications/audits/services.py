"""Appointments of outside auditors (Art. 17): years, term and order, proposed by one administrator, signed by another.

Carries out Art. 17.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from applications.models import AuditAppointment, Cycle
from portal.accounts.changes import propose_for_a_time
from portal.kernel import audit, clock
from portal.kernel.permissions import Role, demand_scope
from portal.kernel.workflow import TransitionBlocked
from portal.models import AccountChange, SignOff, User
from portal.shared.workingdays import date_cn

LONGEST = 3 * 366  # days of an appointment, an operating rule


def propose_appointment(
    auditor: User, *, cycles: Iterable[Cycle], from_on: date, until: date, order_number: str, note: str, by
) -> SignOff:
    cycles = list(cycles)
    _check_term(auditor, cycles, from_on, until)
    wanted = {
        "years": [str(row.pk) for row in cycles],
        "order_number": order_number,
        "from_on": from_on.isoformat(),
        "until": until.isoformat(),
    }
    return propose_for_a_time(AccountChange.Kind.APPOINT, auditor, wanted, by=by, note=note)


@transaction.atomic
def appoint(auditor: User, wanted: Mapping[str, Any], *, reason: str, by) -> None:
    """What two have signed: one row a year."""
    from_on, until = (date.fromisoformat(wanted[name]) for name in ("from_on", "until"))
    cycles = list(Cycle.objects.filter(pk__in=wanted["years"]).order_by("year"))
    _check_term(auditor, cycles, from_on, until)
    for cycle in cycles:
        row = AuditAppointment.objects.create(
            auditor=auditor,
            cycle=cycle,
            order_number=wanted["order_number"],
            from_on=from_on,
            until=until,
            appointed_by=by,
            appointed_at=clock.now(),
        )
        audit.record(action="appoint", obj=row, by=by, note=reason, facts={"auditor": auditor, **wanted})


@transaction.atomic
def end_appointment(appointment: AuditAppointment, *, reason: str, by) -> AuditAppointment:
    """Taking a view away is safe and may be urgent: one administrator, at once."""
    demand_scope(by, "end", appointment, "审计委派由系统管理员办理。")
    row = AuditAppointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if not row.can_be_ended:
        raise TransitionBlocked(["此项委派已经结束。"])
    row.ended_on, row.end_reason = clock.today(), reason
    row.save(update_fields=["ended_on", "end_reason"])
    audit.record(action="end", obj=row, by=by, note=reason, facts={"auditor": row.auditor})
    return row


def _check_term(auditor: User, cycles: list[Cycle], from_on: date, until: date) -> None:
    if auditor.role != Role.OUTSIDE_AUDITOR or not auditor.is_active:
        raise TransitionBlocked(["只能委派已启用的外部审计账号。"])
    if until < clock.today() or until < from_on:
        raise TransitionBlocked(["委派的结束日期不能早于今天和开始日期。"])
    if (until - from_on).days > LONGEST:
        raise TransitionBlocked(["一次委派不超过三年，到期的请重新委派。"])
    same = (
        AuditAppointment.objects.filter(
            auditor=auditor, cycle__in=cycles, ended_on=None, until__gte=from_on, from_on__lte=until
        )
        .select_related("cycle")
        .first()
    )
    if same:
        raise TransitionBlocked(
            [f"{auditor.name}已委派审计{same.cycle}，至 {date_cn(same.until)}，不需要重复委派。"]
        )

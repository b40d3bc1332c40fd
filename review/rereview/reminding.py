"""Reminding who has not filed a re-review: by the ministry or by the supervising department, once a day."""

from __future__ import annotations

from django.db import transaction

from applications.models import Cycle
from applications.rereviews.cohort import left_undone
from platforms.models import Designation
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import forbid
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent


def reminded_today(title: Designation) -> bool:
    """Once a day is enough, whoever presses the button."""
    return AuditEvent.objects.filter(
        stream=f"platforms.designation:{title.pk}",
        action="designation.remind_rereview",
        at__gte=clock.start_of(clock.today()),
    ).exists()


@transaction.atomic
def remind(titles, cycle: Cycle, *, by) -> int:
    """Those of the titles that may still be reminded; how many were."""
    rows = list(Designation.objects.for_user(by, "remind_rereview").filter(pk__in=[one.pk for one in titles]))
    if not rows:
        forbid("提醒办理复核由工业和信息化部或者推荐单位办理。")
    undone = set(left_undone(cycle).filter(pk__in=[one.pk for one in rows]).values_list("pk", flat=True))
    told = [row for row in rows if row.pk in undone and not reminded_today(row)]
    if not told:
        raise TransitionBlocked(["没有需要提醒的平台：已提交，或者今天已经提醒过。"])
    for row in told:
        facts = {"year": cycle.year}
        event = audit.record(
            action="remind_rereview", obj=row, by=by, note=f"{cycle}复核材料尚未提交", facts=facts
        )
        outbox.send_event(event)
    return len(told)

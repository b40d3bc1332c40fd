"""How long a step may take by the rules of its year: the same words for the unit and for the public."""

from __future__ import annotations

from applications.cycles.models import Cycle
from applications.states import ApplicationState as S
from applications.states import facts_of
from portal.shared.workingdays import date_cn


def promise_of(cycle: Cycle, state: str) -> str:
    """Empty for a draft, for an end, and where the rules of the year say nothing."""
    by = facts_of(state).promised_by
    if by == "handling":
        return f"不晚于集中办理结束，{date_cn(cycle.handling_until)}"
    if by == "review":
        return "由本省在年度内办理" if cycle.programme_id else f"不晚于 {date_cn(cycle.review_until)}"
    if state == S.RETURNED:
        return f"申报单位 {cycle.correction_days} 个工作日"
    if state == S.SUPPLEMENTING:
        return f"申报单位 {cycle.supplement_days} 个工作日"
    if state == S.PUBLICISED and cycle.edition.publicity_days:
        return f"公示 {cycle.edition.publicity_days} 个工作日，期满后办理"
    return ""

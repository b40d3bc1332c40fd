"""What a second look waits for, and what keeps its year open."""

from __future__ import annotations

from collections.abc import Iterable

from applications.models import Application, Cycle
from applications.requirements import handling_day_reasons
from applications.states import LIVE, ApplicationState, CycleState
from platforms.models import Designation
from platforms.states import LIVE_TITLES, DesignationState
from portal.kernel.workflow import Attempt, requires
from review.models import SecondLook
from review.secondlooks.terms import still_open_in
from review.states import RevocationState, SecondLookState


@requires(SecondLook, "grant")
def dossier_can_go_on(look: SecondLook, attempt: Attempt) -> Iterable[str]:
    """The place that it goes back to is free, and there is time for what follows."""
    row = look.application
    if row.state != look.decision:
        yield f"申报现为“{row.get_state_display()}”，原结论已经变化，请刷新页面。"
    same = Application.objects.filter(
        platform=row.platform_id, cycle=row.cycle_id, procedure=row.procedure, state__in=LIVE
    )
    if same.exclude(pk=row.pk).exists():
        yield "同一年度此平台另有一件申报在办，请先办结那一件。"
    if look.decision == ApplicationState.FAILED and _has_another_title(row):
        yield "此平台已另有有效称号，不需要恢复。"
    if look.decision == ApplicationState.FAILED and _was_taken(row.designation):
        yield f"称号已因其他程序{row.designation.get_state_display()}，复核不能重新办理。"
    if look.decision == ApplicationState.NOT_RECOMMENDED:
        if row.cycle.state != CycleState.PUBLISHED:
            yield f"{row.cycle}申报已结束，省级测评不能再报送；可以在下一年度申报。"
        else:
            yield from handling_day_reasons(row.cycle)


def _was_taken(title: Designation) -> bool:
    """A re-review does not wash away what another procedure has decided."""
    gone = (DesignationState.REVOKED, DesignationState.SURRENDERED, DesignationState.EXPIRED)
    return title.state in gone or title.revocations.filter(state=RevocationState.DECIDED).exists()


def _has_another_title(row: Application) -> bool:
    titles = Designation.objects.filter(platform=row.platform_id, state__in=LIVE_TITLES)
    return titles.exclude(pk=row.designation_id).exists()


@requires(Cycle, "end")
def no_second_look_is_open(cycle: Cycle, attempt: Attempt) -> Iterable[str]:
    asked = SecondLook.objects.filter(application__cycle=cycle, state=SecondLookState.ASKED).count()
    if asked:
        yield f"还有 {asked} 件结果申诉没有办结。"
    left = still_open_in(cycle)
    if left:
        yield f"还有 {left} 件结论在结果申诉期限内。"

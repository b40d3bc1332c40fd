"""Jobs of the clock: lapse at the cycle's close, reminders before deadlines."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse

from applications.models import Application, CorrectionRequest, Cycle
from applications.rereviews.cohort import stuck, unfiled
from applications.states import UNREPORTED, ApplicationState, CorrectionState, CycleState
from platforms.querysets import people_of_organisation, people_of_recommender
from portal.desk.notifications import Message, tell, until
from portal.kernel.calendar import calendar
from portal.kernel.daily import daily
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import missing, perform
from portal.shared.workingdays import date_cn_weekday

REMIND_AT = (10, 3, 1)  # working days before a deadline


@daily
def close_cycles(day: date) -> None:
    """After the cycle's last day what was never reported lapses, and the cycle closes."""
    for cycle in Cycle.objects.filter(state=CycleState.PUBLISHED, closes_on__lt=day):
        for application in Application.objects.filter(cycle=cycle, state__in=UNREPORTED):
            for request in application.corrections.filter(state=CorrectionState.OPEN):
                perform(request, "cancel", by=SYSTEM)
            perform(application, "lapse", by=SYSTEM)
        perform(cycle, "close", by=SYSTEM)


@daily
def end_cycles(day: date) -> None:
    """A closed year ends with its last dossier, in whatever year that is."""
    for cycle in Cycle.objects.filter(state=CycleState.CLOSED):
        if not missing(cycle, "end"):
            perform(cycle, "end", by=SYSTEM)


@daily
def remind_of_drafts(day: date) -> None:
    """草稿不等于提交: 10, 3 and 1 working days before filing closes."""
    for cycle in Cycle.objects.filter(state=CycleState.PUBLISHED, filing_until__gte=day):
        left = calendar().days_left(day, cycle.filing_until)
        if left not in REMIND_AT or not calendar().is_workday(day):
            continue
        drafts = Application.objects.filter(cycle=cycle, state=ApplicationState.DRAFT)
        for application in drafts.select_related("platform__organisation"):
            tell(
                Message(
                    people_of_organisation(application.platform.organisation),
                    f"{cycle}申报尚未提交，{calendar().words_until(day, cycle.filing_until)}",
                    f"{application.platform.name}的申报仍是草稿，{until(cycle.filing_until)} 截止。保存不等于提交。",
                    reverse("dossier_tasks", args=[application.pk]),
                ),
                key=f"draft:{application.pk}:{day}",
                of=application,
            )


REMIND_OF_REREVIEW = (30, *REMIND_AT)


@daily
def remind_of_rereviews(day: date) -> None:
    """Art. 14: the platforms that are due and have not filed; their supervising recommender with the last call."""
    for cycle in Cycle.objects.national().filter(state=CycleState.PUBLISHED, filing_until__gte=day):
        left = calendar().days_left(day, cycle.filing_until)
        if left not in REMIND_OF_REREVIEW or not calendar().is_workday(day):
            continue
        rows = list(unfiled(cycle).select_related("platform__organisation", "recommender"))
        for title in rows:
            tell(
                Message(
                    people_of_organisation(title.platform.organisation),
                    f"三年复核尚未提交，{calendar().words_until(day, cycle.filing_until)}",
                    f"{title.platform_name}（{title.number}）到复核年度，复核材料须在 {until(cycle.filing_until)} 前提交。逾期未提交的，由工业和信息化部处理。",
                    reverse("dossier_open", args=[title.platform_id]),
                ),
                key=f"rereview:{title.pk}:{day}",
                of=title,
            )
        if left == min(REMIND_OF_REREVIEW):
            for recommender in {title.recommender for title in rows}:
                count = sum(title.recommender_id == recommender.pk for title in rows)
                tell(
                    Message(
                        people_of_recommender(recommender),
                        f"{cycle}还有 {count} 家示范平台未提交复核",
                        "请督促有关平台在截止前提交。",
                        reverse("rereview") + "?standing=unfiled",
                    ),
                    key=f"rereview:{recommender.pk}:{day}",
                )


@daily
def remind_provinces_of_rereviews(day: date) -> None:
    """Filed in time and left at the province: it is told when handling ends and every ten working days until the close."""
    days = calendar()
    for cycle in Cycle.objects.national().filter(state=CycleState.PUBLISHED, handling_until__lt=day):
        passed = len(days.workdays_between(cycle.handling_until + timedelta(days=1), day))
        if not days.is_workday(day) or passed % 10 != 1:
            continue
        for row in stuck(cycle).select_related("platform", "recommender"):
            tell(
                Message(
                    people_of_recommender(row.recommender),
                    f"复核尚未报送：{row.platform.name}",
                    f"该平台已按期提交{cycle}复核（{row.number}），集中办理期已过。至 {date_cn_weekday(cycle.closes_on)}仍未报送的，本年度不能办结，责任不在平台；需要时请工业和信息化部负责人延长办理期。",
                    reverse("dossier", args=[row.pk]),
                ),
                key=f"stuck:{row.pk}:{day}",
                of=row,
            )


@daily
def remind_of_corrections(day: date) -> None:
    requests = CorrectionRequest.objects.filter(state=CorrectionState.OPEN, due_on__gte=day)
    for request in requests.select_related("application__platform__organisation"):
        left = calendar().days_left(day, request.due_on)
        if left in (3, 1) and calendar().is_workday(day):
            tell(
                Message(
                    people_of_organisation(request.application.platform.organisation),
                    f"补正{calendar().words_until(day, request.due_on)}",
                    f"{request.application.platform.name}须在 {until(request.due_on)} 前提交补正。",
                    reverse("dossier_tasks", args=[request.application_id]),
                ),
                key=f"correction:{request.pk}:{day}",
                of=request,
            )

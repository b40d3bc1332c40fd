"""What a title's later life asks of the platform, of its recommender and of the ministry."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from platforms.models import (
    AnnualSummary,
    Complaint,
    OrganisationClaim,
    ProvincialTitle,
    ServicePosting,
)
from platforms.states import LIVE_TITLES, OPEN_COMPLAINTS, UNFILED, ClaimState, ComplaintState, SummaryState
from portal.desk.todo import Todo, counted, most_of, provides_todos, provides_todos_of, the_rest
from portal.kernel import clock
from portal.kernel.permissions import MINISTRY, holds
from portal.shared.together import Number


@provides_todos_of(AnnualSummary, "edit")
def summaries_of_platform(user) -> Iterator[Todo]:
    rows = (
        AnnualSummary.objects.for_user(user)
        .filter(title__state__in=LIVE_TITLES)
        .select_related("title__platform", "recommender")
    )
    for row in (yield rows.filter(state__in=(*UNFILED, SummaryState.FILED))):
        unit = row.title.platform.organisation_id
        name = f"{row.year} 年度总结：{row.title.platform_name}"
        if row.state == SummaryState.FILED:
            waiting = f"{row.recommender.name}审阅"
            yield Todo(name, reverse("summary", args=[row.pk]), "已报送", waiting_for=waiting, unit=unit)
        else:
            returned = row.state == SummaryState.RETURNED
            yield Todo(
                name,
                reverse("summary_edit", args=[row.pk]),
                "退回修改" if returned else "尚未报送",
                row.due_on,
                action="修改" if returned else "填报",
                urgent=returned,
                unit=unit,
            )


@provides_todos_of(AnnualSummary, "acknowledge")
def summaries_of_recommender(user) -> Iterator[Todo]:
    rows = AnnualSummary.objects.for_user(user, "acknowledge")
    overdue = rows.filter(state__in=UNFILED, due_on__lt=clock.today(), title__state__in=LIVE_TITLES)
    waiting, late = yield Number(rows.filter(state=SummaryState.FILED)), Number(overdue)
    filed, overdue = (f"{reverse('summary_list')}?state={state}" for state in (SummaryState.FILED, "overdue"))
    yield from counted("待审阅的年度总结 {} 份", waiting, filed, action="审阅")
    yield from counted("逾期未报的年度总结 {} 份", late, overdue, action="督促")


@provides_todos
def summaries_of_ministry(user) -> Iterator[Todo]:
    """The ministry is shown what has been overdue for long: the recommender had its time."""
    if user.role not in MINISTRY:
        return
    late = AnnualSummary.objects.for_user(user).filter(
        state__in=UNFILED, due_on__lt=clock.today(), title__state__in=LIVE_TITLES
    )
    number, url = (yield Number(late)), f"{reverse('summary_list')}?state=overdue"
    yield from counted("逾期未报的年度总结 {} 份", number, url, "由推荐单位督促", action="查看")


@provides_todos_of(ProvincialTitle, "prepare_renew")
def ending_titles_of_province(user) -> Iterator[Todo]:
    """Art. 18: what comes to its end in the province's own register."""
    number = yield Number(ProvincialTitle.objects.for_user(user, "prepare_renew").ending())
    url = f"{reverse('province_titles')}?view=ending"
    yield from counted("一年内到期、已到期的省级称号 {} 家", number, url, "复核确认或者终止")


@provides_todos_of(ServicePosting, "edit")
def stale_postings(user) -> Iterator[Todo]:
    rows = (
        ServicePosting.objects.for_user(user, "edit")
        .stale()
        .filter(platform__designations__state__in=LIVE_TITLES)
    )
    last, (rows, of_all) = None, (yield most_of(rows.select_related("platform")))
    for row in rows:
        last = Todo(
            f"确认服务信息：{row.name}",
            reverse("postings_ours", args=[row.platform_id]),
            f"{row.confirmed_on:%Y-%m-%d} 后未再确认，已不对外显示",
            action="确认",
            unit=row.platform.organisation_id,
        )
        yield last
    yield from the_rest("确认服务信息", of_all, last.url if last else "", last)


@provides_todos_of(Complaint, "answer")
def complaints_to_answer(user) -> Iterator[Todo]:
    rows = Complaint.objects.for_user(user, "answer")
    rows = rows.filter(state=ComplaintState.VERIFYING, answered_at=None)
    for row in (yield rows.select_related("title__platform")):
        yield Todo(
            f"投诉待说明：{row.receipt_number}",
            reverse("complaint", args=[row.pk]),
            "请按转办摘要说明情况",
            row.answer_due_on,
            action="说明",
            urgent=True,
            unit=row.title.platform.organisation_id,
        )


@provides_todos_of(Complaint, "take_up")
def complaints_to_handle(user) -> Iterator[Todo]:
    rows = Complaint.objects.for_user(user, "take_up").filter(state__in=OPEN_COMPLAINTS)
    rows, of_all = yield most_of(rows.select_related("title", "handler").order_by("due_on", "receipt_number"))
    last = None
    for row in rows:
        last = Todo(
            f"投诉：{row.title.platform_name}",
            reverse("complaint", args=[row.pk]),
            f"{row.receipt_number} {row.get_state_display()}",
            row.due_on,
            action="办理",
            waiting_for="平台说明" if row.answer_is_awaited else "",
        )
        yield last
    yield from the_rest("投诉", of_all, f"{reverse('complaint_list')}?view=open", last)


def _open_claims(user, verb: str) -> QuerySet[OrganisationClaim]:
    rows = OrganisationClaim.objects.for_user(user, verb).filter(state=ClaimState.OPEN)
    return rows.select_related("organisation", "claimant")


@provides_todos_of(OrganisationClaim, "admit")
def claims_to_answer(user) -> Iterator[Todo]:
    """A unit's head names each; a department has a list of them."""
    rows = _open_claims(user, "admit").order_by("made_at")
    has_list = holds(OrganisationClaim, user, "list")
    rows, of_all = (yield most_of(rows)) if has_list else ((yield rows), 0)
    last = None
    for row in rows:
        last = Todo(
            f"{row.claimant.name}申请加入{row.organisation.name}",
            reverse("organisation_claim", args=[row.pk]),
            "已上传授权文件" if row.authorisation_id else "请核对是否本单位人员",
            action="答复",
            unit=row.organisation_id,
        )
        yield last
    yield from the_rest("加入单位的申请", of_all, reverse("organisation_claims"), last)


@provides_todos_of(OrganisationClaim, "cancel")
def claims_of_ours(user) -> Iterator[Todo]:
    """Whoever asks to be let in waits."""
    for row in (yield _open_claims(user, "cancel")):
        yield Todo(
            f"申请加入{row.organisation.name}",
            reverse("organisation_claim", args=[row.pk]),
            waiting_for="该单位负责人或者主管部门答复",
        )

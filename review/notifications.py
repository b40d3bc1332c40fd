"""Who is told of review steps: experts of their tasks, organisers of what comes back, parties of objections."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from applications.models import Application
from applications.states import NATIONAL
from platforms.querysets import people_of_organisation, people_of_recommender
from portal.desk.notifications import Message, notifies, still
from portal.kernel.permissions import ORGANISERS, Role
from portal.models import AuditEvent
from portal.shared.workingdays import date_cn, date_cn_weekday
from review.decision.letters import RESULTS, SURRENDER, names_by_recommender, result_text, told_of_results
from review.models import Assignment, Expert, Notice, Objection, Surrender
from review.states import AT_WORK


@notifies(Application, "begin_review")
def tell_experts(event: AuditEvent, application: Application) -> Iterator[Message]:
    for row in application.assignments.filter(state__in=AT_WORK).select_related("expert__user"):
        yield Message(
            still(row.expert.user, Role.EXPERT),
            f"评审任务：{application.platform.name}",
            f"请先声明有无利益关系，再打开材料评分。截止 {date_cn_weekday(row.due_on)}。",
            reverse("declare", args=[row.pk]),
        )


@notifies(Assignment, "assign")
def tell_late_expert(event: AuditEvent, assignment: Assignment) -> Iterator[Message]:
    """A substitute who joins a review that has begun."""
    yield Message(
        still(assignment.expert.user, Role.EXPERT),
        f"评审任务：{assignment.application.platform.name}",
        f"请先声明有无利益关系，再打开材料评分。截止 {date_cn_weekday(assignment.due_on)}。",
        reverse("declare", args=[assignment.pk]),
    )


@notifies(Expert, "ask_to_declare")
def ask_expert(event: AuditEvent, expert: Expert) -> Iterator[Message]:
    yield Message(
        still(expert.user, Role.EXPERT),
        "请在抽取前核对候选名单",
        "请逐家声明有无利益关系。有关系的不会分派给您；名单尚未公开，请勿外传。",
        reverse("expert_candidates"),
    )


@notifies(Assignment, "recuse", "hand_in")
def tell_organiser(event: AuditEvent, assignment: Assignment) -> Iterator[Message]:
    """Of a recusal at once, of the sheets when the last one is in: one message a dossier."""
    recused, application = event.action.endswith("recuse"), assignment.application
    if not recused and application.assignments.filter(state__in=AT_WORK).exists():
        return
    title = "专家回避，请补派" if recused else "专家评分已交齐"
    yield Message(
        still(assignment.assigned_by, *ORGANISERS),
        f"{title}：{application.platform.name}",
        assignment.expert.user.name
        if recused
        else f"{application.number}，各位专家的评分都已提交，可以结束评审。",
        reverse("panel", args=[assignment.application_id]),
    )


@notifies(Assignment, "remind")
def remind_expert(event: AuditEvent, assignment: Assignment) -> Iterator[Message]:
    yield Message(
        still(assignment.expert.user, Role.EXPERT),
        f"请按期提交评分：{assignment.application.platform.name}",
        f"评分截止 {date_cn_weekday(assignment.due_on)}。",
        reverse("expert_home"),
    )


@notifies(Assignment, "reopen", "release")
def tell_expert(event: AuditEvent, assignment: Assignment) -> Iterator[Message]:
    title = "评分退回，请修改后再交" if event.action.endswith("reopen") else "评审任务已解除"
    yield Message(
        still(assignment.expert.user, Role.EXPERT),
        f"{title}：{assignment.application.platform.name}",
        event.note,
        reverse("expert_home"),
    )


@notifies(Notice, "publish")
def tell_results(event: AuditEvent, notice: Notice) -> Iterator[Message]:
    """The result of a round goes to every recommender, each with its own platforms by name."""
    if notice.subject not in RESULTS or not notice.items.exists():
        return
    items = notice.content["items"]
    subject = SURRENDER if Surrender.objects.filter(notice=notice).exists() else notice.subject
    own = names_by_recommender(items)
    for recommender in told_of_results(notice.cycle):
        body = result_text(len(items), own.get(recommender.name, []), subject)
        yield Message(
            people_of_recommender(recommender),
            f"结果通报：{notice.title}",
            body,
            reverse("notice", args=[notice.pk]),
        )


@notifies(Notice, "correct")
def tell_of_correction(event: AuditEvent, notice: Notice) -> Iterator[Message]:
    """Everybody who stays on the list: whose days go on, and whose start anew."""
    correction = notice.replaced_by.get()
    related = ("notice__replaces", "application__platform__organisation", "application__recommender")
    for item in correction.items.select_related(*related):
        application = item.application
        title = f"公示已更正：{application.platform.name}"
        body = (
            f"《{correction.title}》已发布，以更正后的公示为准。{item.platform_name}的公示期为 "
            f"{date_cn(item.first_day)}至 {date_cn(item.last_day)}。更正理由：{event.note}"
        )
        url = reverse("publicity", args=[correction.pk])
        yield Message(people_of_organisation(application.platform.organisation), title, body, url)
        if application.procedure in NATIONAL:
            yield Message(people_of_recommender(application.recommender), title, body, url)


@notifies(Objection, "begin_verification")
def tell_parties(event: AuditEvent, objection: Objection) -> Iterator[Message]:
    application = objection.item.application
    title = f"公示期间收到异议，请说明情况：{application.platform.name}"
    url = reverse("objection", args=[objection.pk])
    yield Message(people_of_recommender(application.recommender), title, objection.summary, url)
    yield Message(people_of_organisation(application.platform.organisation), title, objection.summary, url)


@notifies(Objection, "dismiss", "uphold")
def tell_conclusion(event: AuditEvent, objection: Objection) -> Iterator[Message]:
    if not objection.summary:
        return
    application = objection.item.application
    title = f"异议已办结（{objection.get_state_display()}）：{application.platform.name}"
    for people in (
        people_of_recommender(application.recommender),
        people_of_organisation(application.platform.organisation),
    ):
        yield Message(people, title, objection.conclusion, reverse("objection", args=[objection.pk]))

"""Who is told in 动态管理: the unit, its recommender, the ministry; after fraud everybody who meant to file."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from platforms.models import Designation, Organisation, Platform, Suspension
from platforms.querysets import people_of_organisation, people_of_recommender
from portal.desk.notifications import Message, notifies, still, until
from portal.kernel.permissions import MINISTRY, Role
from portal.models import AuditEvent, SignOff, User
from portal.shared import law
from portal.shared.sentences import ended
from portal.shared.workingdays import date_cn_weekday
from review.models import FailingNotice, Rectification, Revocation, SpotCheck, Surrender


def _unit(title):
    return people_of_organisation(title.platform.organisation)


def _leads():
    return User.objects.filter(role=Role.MINISTRY_LEAD, is_active=True)


@notifies(Rectification, "order", "send_back")
def tell_unit_to_mend(event: AuditEvent, row: Rectification) -> Iterator[Message]:
    title = f"须限期整改：{row.title.platform_name}"
    body = f"{event.note}\n整改期限：{until(row.due_on)}。"
    yield Message(_unit(row.title), title, body, reverse("rectification", args=[row.pk]))
    yield Message(
        people_of_recommender(row.title.recommender), title, body, reverse("rectification", args=[row.pk])
    )


@notifies(Rectification, "report_done", "check_again")
def pass_rectification_on(event: AuditEvent, row: Rectification) -> Iterator[Message]:
    if event.action.endswith("report_done"):
        yield Message(
            people_of_recommender(row.title.recommender),
            f"请核查整改：{row.title.platform_name}",
            row.report,
            reverse("rectification", args=[row.pk]),
        )
    else:
        yield Message(
            _leads(),
            f"整改待结论：{row.title.platform_name}",
            row.check_words,
            reverse("rectification", args=[row.pk]),
        )


@notifies(Rectification, "accept", "refer")
def tell_end_of_rectification(event: AuditEvent, row: Rectification) -> Iterator[Message]:
    title = f"{row.get_state_display()}：{row.title.platform_name}"
    yield Message(_unit(row.title), title, row.conclusion, reverse("rectification", args=[row.pk]))
    yield Message(
        people_of_recommender(row.title.recommender),
        title,
        row.conclusion,
        reverse("rectification", args=[row.pk]),
    )


@notifies(Revocation, "notify")
def tell_unit_of_case(event: AuditEvent, row: Revocation) -> Iterator[Message]:
    title = f"撤销称号事先告知：{row.title.platform_name}"
    body = f"事由：{row.get_ground_display()}。可陈述意见或者要求听证，期限：{until(row.statement_due)}。"
    yield Message(_unit(row.title), title, body, reverse("revocation", args=[row.pk]))
    yield Message(
        people_of_recommender(row.title.recommender), title, body, reverse("revocation", args=[row.pk])
    )


@notifies(Revocation, "notify")
def ask_the_department(event: AuditEvent, row: Revocation) -> Iterator[Message]:
    """Whose work a decision would suspend is asked before it."""
    if row.is_fraud:
        body = (
            f"拟撤销称号并暂停本地区下一年度申报工作。请在 {until(row.statement_due)} 前提出本部门意见；期满未提出的，"
            "工业和信息化部可以作出决定。"
        )
        title = f"请提出意见：{row.title.platform_name}涉嫌弄虚作假"
        people = people_of_recommender(row.title.jurisdiction, "sign_recommender")
        yield Message(people, title, body, reverse("revocation", args=[row.pk]))


@notifies(Revocation, "state_view")
def tell_ministry_of_view(event: AuditEvent, row: Revocation) -> Iterator[Message]:
    title = f"{row.title.jurisdiction.label}已提出意见：{row.title.platform_name}"
    yield Message(
        still(row.opened_by, *MINISTRY) or _leads(),
        title,
        row.department_view,
        reverse("revocation", args=[row.pk]),
    )


@notifies(FailingNotice, "tell")
def tell_of_failing(event: AuditEvent, row: FailingNotice) -> Iterator[Message]:
    title, url = f"三年复核拟不合格告知：{row.title.platform_name}", reverse("failing_notice", args=[row.pk])
    body = (
        f"{row.reasons}\n可以陈述意见、提交证据，期限：{until(row.answer_due)}。收到陈述或者期满之前不公示。"
    )
    yield Message(_unit(row.title), title, body, url)
    yield Message(people_of_recommender(row.title.recommender), title, body, url)


@notifies(FailingNotice, "answer")
def tell_ministry_of_the_answer(event: AuditEvent, row: FailingNotice) -> Iterator[Message]:
    """Who signed the letter, and who proposed it and goes on with the list."""
    title = f"已收到陈述：{row.title.platform_name}（拟不合格）"
    acts = SignOff.objects.filter(verb="propose", object_ids__contains=[str(row.application_id)])
    known = {row.told_by, *(act.proposer for act in acts.select_related("proposer"))}
    people = [one for person in known for one in still(person, *MINISTRY)] or _leads()
    yield Message(people, title, row.answer, reverse("failing_notice", args=[row.pk]))


@notifies(Designation, "remind_rereview")
def remind_of_rereview(event: AuditEvent, row: Designation) -> Iterator[Message]:
    """Both who files and who organises the evaluation."""
    year = event.facts["year"]
    title = f"请办理 {year} 年度三年复核：{row.platform_name}"
    body = (
        f"{event.note}。到期后确有正当理由的，可以请推荐单位报工业和信息化部准予补办；"
        f"无正当理由不提交的，告知并听取陈述后按不合格办理（{law.REREVIEW}）。"
    )
    yield Message(_unit(row), title, body, reverse("dossier_open", args=[row.platform_id]))
    yield Message(
        people_of_recommender(row.recommender),
        title,
        body,
        reverse("rereview") + f"?year={year}&standing=unfiled",
    )


@notifies(Revocation, "state_case")
def tell_ministry_of_statement(event: AuditEvent, row: Revocation) -> Iterator[Message]:
    hearing = "，要求听证" if row.wants_hearing else ""
    yield Message(
        still(row.opened_by, *MINISTRY) or _leads(),
        f"已收到陈述{hearing}：{row.title.platform_name}",
        row.statement,
        reverse("revocation", args=[row.pk]),
    )


@notifies(Revocation, "arrange_hearing")
def tell_of_hearing(event: AuditEvent, row: Revocation) -> Iterator[Message]:
    """The words are the event's: a later arrangement has an event, and a notice, of its own."""
    earlier = AuditEvent.objects.filter(stream=event.stream, action=event.action, id__lt=event.pk).exists()
    title = f"{'听证变更通知' if earlier else '听证通知'}：{row.title.platform_name}"
    body = f"听证定于 {event.note}。" + ("此前通知的安排不再有效。" if earlier else "")
    yield Message(_unit(row.title), title, body, reverse("revocation", args=[row.pk]))
    yield Message(
        people_of_recommender(row.title.recommender), title, body, reverse("revocation", args=[row.pk])
    )


@notifies(Revocation, "decide", "drop")
def tell_decision(event: AuditEvent, row: Revocation) -> Iterator[Message]:
    if row.notified_at is None:
        return
    title = f"{row.get_state_display()}：{row.title.platform_name}"
    yield Message(_unit(row.title), title, row.reason, reverse("revocation", args=[row.pk]))
    yield Message(
        people_of_recommender(row.title.recommender), title, row.reason, reverse("revocation", args=[row.pk])
    )


def _applicants_of(recommender):
    """Everybody who files from the jurisdiction, titled or not."""
    for organisation in Organisation.objects.filter(
        pk__in=Platform.objects.filter(jurisdiction=recommender).values("organisation")
    ):
        yield from people_of_organisation(organisation)


@notifies(Suspension, "impose", "lift")
def tell_jurisdiction(event: AuditEvent, row: Suspension) -> Iterator[Message]:
    """Art. 15: every applicant of the jurisdiction learns it from the portal, with what still goes on."""
    if event.action.endswith("impose"):
        title = f"{row.recommender.label} {row.year} 年度申报工作暂停"
        url = reverse("notices") + "?kind=announcement"
        body = (
            f"事由：{ended(row.reason)}{row.year} 年度认定申报可以填写草稿，不能提交、推荐和报送；"
            "三年复核、年度总结和整改照常办理。"
        )
    else:
        title = f"{row.recommender.label} {row.year} 年度申报工作恢复"
        url = row.lifted_address
        body = row.lifted_reason + (f"（{row.lifted_document}）" if row.lifted_document else "")
    people = {person.pk: person for person in _applicants_of(row.recommender)}
    yield Message(list(people.values()), title, body, url)
    yield Message(people_of_recommender(row.recommender), title, body, reverse("suspensions"))


@notifies(Surrender, "ask")
def tell_of_surrender(event: AuditEvent, row: Surrender) -> Iterator[Message]:
    yield Message(
        _leads(), f"申请放弃称号：{row.title.platform_name}", row.reason, reverse("surrender", args=[row.pk])
    )
    yield Message(
        people_of_recommender(row.title.recommender),
        f"申请放弃称号：{row.title.platform_name}",
        row.reason,
        reverse("surrender", args=[row.pk]),
    )


@notifies(Surrender, "accept", "decline")
def tell_end_of_surrender(event: AuditEvent, row: Surrender) -> Iterator[Message]:
    """Whoever was told of the request is told how it ended, with the announcement."""
    title = f"放弃称号申请{row.get_state_display()}：{row.title.platform_name}"
    ended = f"称号 {row.title.number} 已终止，见《{row.notice.title}》。" if row.notice else ""
    body = "\n".join(words for words in (row.answer, ended) if words)
    url = reverse("surrender", args=[row.pk])
    yield Message(_unit(row.title), title, body, url)
    if not row.notice:  # an announcement is sent to every recommender by itself
        yield Message(people_of_recommender(row.title.recommender), title, body, url)


@notifies(SpotCheck, "notify")
def tell_of_check(event: AuditEvent, row: SpotCheck) -> Iterator[Message]:
    title = f"抽查通知：{row.title.platform_name}"
    body = f"{row.plan.name}。检查日期：{date_cn_weekday(row.visit_on)}。{row.notice_words}"
    url = reverse("spot_check", args=[row.pk])
    yield Message(_unit(row.title), title, body, url)
    yield Message(people_of_recommender(row.title.recommender), title, body, url)
    yield Message(
        [one for expert in row.experts.select_related("user") for one in still(expert.user, Role.EXPERT)],
        title,
        body,
        url,
    )


@notifies(SpotCheck, "hand_over", "clear", "clear_suspicion", "order_rectification", "refer")
def tell_result_of_check(event: AuditEvent, row: SpotCheck) -> Iterator[Message]:
    found = event.action.endswith("hand_over")
    words = "抽查发现已提交，请说明情况" if found else f"抽查处理：{row.result}"
    body = f"说明期限：{until(row.answer_due)}。" if found else row.conclusion
    yield Message(
        _unit(row.title), f"{words}：{row.title.platform_name}", body, reverse("spot_check", args=[row.pk])
    )


@notifies(SpotCheck, "answer_findings")
def tell_ministry_of_answer(event: AuditEvent, row: SpotCheck) -> Iterator[Message]:
    officers = User.objects.filter(role=Role.MINISTRY_OFFICER, is_active=True)
    yield Message(
        officers, f"平台已说明：{row.title.platform_name}", row.answer, reverse("spot_check", args=[row.pk])
    )

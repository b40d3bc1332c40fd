"""Who is told of a dossier's steps: the applicant's people of all of them, recommender and ministry of theirs."""

from __future__ import annotations

from collections.abc import Iterator

from applications.cohort import due_titles
from applications.models import Application, CorrectionRequest, Cycle
from applications.reasons import ALL
from applications.states import CorrectionState
from platforms.querysets import people_of_organisation, people_of_recommender
from portal.models import AuditEvent, User
from portal.notify import Message, notifies
from portal.permissions import MINISTRY
from portal.shared.workingdays import date_cn_weekday

TO_APPLICANT = {
    "submit": "申报已提交",
    "resubmit": "补正已提交",
    "supplement": "补正已提交",
    "withdraw": "申报已撤回",
    "begin_evaluation": "申报已受理，进入测评",
    "return_for_correction": "申报材料需要补正",
    "recommend": "已获推荐，待报送工业和信息化部",
    "decline": "未获推荐",
    "report": "已报送工业和信息化部",
    "accept": "形式审查通过，进入专家评审",
    "request_supplement": "工业和信息化部要求补正",
    "refuse": "申报不予受理",
    "reject": "评审未通过",
    "publicise": "已列入公示",
    "designate": "已授予称号",
    "confirm": "三年复核合格",
    "fail": "三年复核不合格",
    "uphold_objection": "公示期间异议成立",
    "lapse": "本年度未报送，申报终止",
    "discontinue": "称号已终止，复核终止",
}
TO_RECOMMENDER = {
    "submit": "收到新的申报",
    "resubmit": "申报单位已补正",
    "supplement": "申报单位已答复部级补正",
    "withdraw": "申报单位撤回申报",
    "request_supplement": "工业和信息化部要求补正",
    "refuse": "所推荐平台不予受理",
    "reject": "所推荐平台评审未通过",
    "publicise": "所推荐平台已列入公示",
    "designate": "所推荐平台已授予称号",
    "confirm": "所辖平台复核合格",
    "fail": "所辖平台复核不合格",
}
WITH_REASON = ("decline", "refuse", "reject", "fail", "uphold_objection")


def _body(event: AuditEvent, application: Application) -> str:
    verb = event.action.rpartition(".")[2]
    lines = [f"{application.platform.name}（{application.number or application.cycle}）"]
    if verb in ("return_for_correction", "request_supplement"):
        request = CorrectionRequest.objects.filter(
            application=application, state=CorrectionState.OPEN
        ).first()
        if request:
            names = "、".join(application.spec(item["code"]).short_title for item in request.items)
            lines.append(f"需要补正：{names}。期限：{date_cn_weekday(request.due_on)} 24:00。")
    if verb in WITH_REASON and application.outcome_reason:
        lines.append(f"理由：{ALL.get(application.outcome_code, '')} {application.outcome_reason}".strip())
    return "\n".join(lines)


@notifies(Application, *TO_APPLICANT)
def tell_applicant(event: AuditEvent, application: Application) -> Iterator[Message]:
    verb = event.action.rpartition(".")[2]
    yield Message(
        people_of_organisation(application.platform.organisation),
        TO_APPLICANT[verb],
        _body(event, application),
        f"/my/dossiers/{application.pk}/",
    )


@notifies(Application, *TO_RECOMMENDER)
def tell_recommender(event: AuditEvent, application: Application) -> Iterator[Message]:
    verb = event.action.rpartition(".")[2]
    yield Message(
        people_of_recommender(application.recommender),
        f"{TO_RECOMMENDER[verb]}：{application.platform.name}",
        _body(event, application),
        f"/dossiers/{application.pk}/",
    )


@notifies(Application, "report", "supplement")
def tell_ministry(event: AuditEvent, application: Application) -> Iterator[Message]:
    people = (
        [application.handler]
        if application.handler
        else User.objects.filter(role=MINISTRY[0], is_active=True)
    )
    title = "收到报送" if event.action.endswith("report") else "补正已答复"
    yield Message(
        people,
        f"{title}：{application.platform.name}",
        _body(event, application),
        f"/dossiers/{application.pk}/",
    )


@notifies(CorrectionRequest, "extend")
def tell_of_extension(event: AuditEvent, request: CorrectionRequest) -> Iterator[Message]:
    application = request.application
    yield Message(
        people_of_organisation(application.platform.organisation),
        f"补正期限已延长：{application.platform.name}",
        f"新的期限：{date_cn_weekday(request.due_on)} 24:00。理由：{event.note}",
        f"/my/dossiers/{application.pk}/",
    )


@notifies(Cycle, "publish")
def announce_rereviews(event: AuditEvent, cycle: Cycle) -> Iterator[Message]:
    """Art. 14: the cohort is announced with the yearly round, to each platform and to each recommender."""
    titles = list(due_titles(cycle).select_related("platform__organisation", "recommender"))
    for title in titles:
        yield Message(
            people_of_organisation(title.platform.organisation),
            f"{cycle}三年复核：{title.platform_name}",
            f"称号 {title.number} 到复核年度，请在 {date_cn_weekday(cycle.filing_until)} 24:00 前提交三年工作总结、专项审计报告和年度运营情况测评表。",
            f"/my/platforms/{title.platform_id}/open_dossier/",
        )
    for recommender in {title.recommender for title in titles}:
        count = sum(title.recommender_id == recommender.pk for title in titles)
        yield Message(
            people_of_recommender(recommender),
            f"{cycle}应复核示范平台 {count} 家",
            "名单见“三年复核”。请组织测评，并督促平台按期提交。",
            "/rereview/",
        )

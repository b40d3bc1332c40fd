"""Who is told of a dossier's steps: the applicant's people of all of them, recommender and ministry of theirs."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from applications.corrections.reasons import CORRECTION, reason_words
from applications.cycles.letters import BODY, LETTERS, fill, letter_for
from applications.dossiers.enclosures import FILED, enclosed_with, title_granted
from applications.dossiers.near import barely_lines, unmet_lines
from applications.filing.deadlines import filing_deadline
from applications.models import Application, CorrectionRequest, Cycle
from applications.rereviews.cohort import announced_titles
from applications.states import LIVE, ApplicationState, CorrectionState, Procedure
from platforms.models import (
    OrganisationUserObjectPermission,
    Platform,
    Recommender,
    RecommenderUserObjectPermission,
)
from platforms.querysets import people_of_organisation, people_of_recommender, people_with
from portal.desk.notifications import Message, notifies, still, until
from portal.kernel.permissions import MINISTRY, Role
from portal.models import AuditEvent, User
from portal.shared.workingdays import date_cn_weekday

TO_RECOMMENDER = {
    "submit": "收到新的申报",
    "resubmit": "申报单位已补正",
    "supplement": "申报单位已答复部级补正",
    "withdraw": "申报单位撤回申报",
    "request_supplement": "工业和信息化部要求补正",
    "refuse": "所推荐平台不予受理",
    "reject": "所推荐平台评审未通过",
    "publicise": "所报送平台已列入公示",
    "withdraw_notice": "公示已撤回，将重新公示",
    "designate": "所推荐平台已授予称号",
    "confirm": "所辖平台复核合格",
    "fail": "所辖平台复核不合格",
    "lapse": "年度结束，申报未报送",
}
# What a province does itself in its own round is no news to it.
FROM_THE_UNIT = ("submit", "resubmit", "supplement", "withdraw")
DECISIONS = ("decline", "refuse", "reject", "fail", "uphold_objection")
WITH_REASON = ("decline", "refuse", "reject", "fail", "uphold_objection", "lapse", "discontinue")


def _body(event: AuditEvent, application: Application, following: dict[str, str]) -> str:
    """To an office: which dossier, when and what, and what is the office's to do next."""
    name = f"{application.platform.name}（{application.number or application.cycle}）"
    step = following.get(event.action.rpartition(".")[2])
    return "\n".join([name, *_matter(event, application), *([f"接下来：{step}"] if step else [])])


NEXT = {
    "submit": "推荐单位核对材料；需要补正的，一次性通知。办理进展在“我的申报”中可见。",
    "resubmit": "推荐单位复核补正内容。",
    "supplement": "工业和信息化部复核补正内容。",
    "begin_evaluation": "推荐单位测评运营情况、服务业绩和示范性，必要时现场核查。",
    "return_for_correction": "请登录后按通知逐项补正，全部改好后由负责人提交。",
    "request_supplement": "请登录后按通知逐项补正，全部改好后由负责人提交。",
    "recommend": "推荐单位在集中办理期内统一报送工业和信息化部。",
    "report": "工业和信息化部审查申报材料是否齐全、符合要求。",
    "accept": "组织专家评审，结果经公示后公布。",
    "publicise": "公示期满无异议的，授予称号。",
    "designate": "证书随邮件附上，也可以在“我的申报”的“称号”中下载；每年 1 月 1 日起报送上一年度总结，三年后办理复核。",
    "confirm": "称号继续有效；每年 1 月 1 日起报送上一年度总结，三年后再次复核。",
}
# Art. 14: what follows the publicity of a re-review is no title.
AFTER_PUBLICITY = {
    "confirm": "公示期满无异议的，确认复核合格，称号继续有效。",
    "rectify": "公示期满无异议的，确认复核合格，并按所列要求整改。",
    "fail": "公示期内可以提出异议；期满无异议或者异议不成立的，公告复核不合格，结果申诉期满后撤销称号。",
}
NEXT_OF_RECOMMENDER = {
    "submit": "请核对材料后受理；需要补正的，一次性告知。",
    "resubmit": "请逐项确认补正内容。",
    "supplement": "由工业和信息化部复核，贵单位无需办理。",
    "request_supplement": "由申报单位在期限内补正，请督促。",
}
NEXT_OF_MINISTRY = {"report": "请进行形式审查。", "supplement": "请逐项复核补正内容。"}
BY_MINISTRY = (
    "accept",
    "request_supplement",
    "supplement",
    "refuse",
    "reject",
    "publicise",
    "withdraw_notice",
    "designate",
    "confirm",
    "fail",
    "uphold_objection",
    "discontinue",
)
UNMET = ("return_for_correction", "request_supplement", "decline", "refuse", "reject")
BARELY = (*UNMET, "designate")  # a title's conditions are asked again every third year


def _matter(event: AuditEvent, application: Application) -> list[str]:
    """What a letter must say beyond the step itself: the receipt, the officer's words, the reason, the deadline."""
    verb, lines = event.action.rpartition(".")[2], []
    if verb in FILED:
        lines += _receipt_lines(application)
    elif event.at:  # a letter that is only shown has no hour: who signs later reads the same words
        lines.append(f"时间：{timezone.localtime(event.at):%Y-%m-%d %H:%M}（北京时间）。")
    if (
        verb == "publicise" and application.state == ApplicationState.PUBLICISED
    ):  # shown before, it has no end yet
        lines.append(f"公示期至 {until(application.due_on)}。")
    if verb == "designate" and (number := _number_of_title(application)):
        lines.append(f"称号编号：{number}。")
    if verb in ("return_for_correction", "request_supplement"):
        lines += _correction_lines(application)
    if verb == "lapse" and application.procedure == Procedure.REREVIEW:
        lines.append("称号不因此终止，下一年度的应复核名单继续列入本平台。")
    if verb in WITH_REASON and application.outcome_reason:
        category = reason_words(application.outcome_code, application.procedure)  # none of a failing
        lines.append(f"理由：{' '.join(filter(None, (category, application.outcome_reason)))}")
    if verb in UNMET:
        lines += unmet_lines(application.assessment)
    if verb in BARELY:
        lines += barely_lines(application.assessment)
    if verb in ("withdraw", "leave_round", "withdraw_notice") and event.note:
        lines.append(f"理由：{event.note}")
    return lines


def _number_of_title(application: Application) -> str:
    """Of the title that was granted, or is about to be while the letter is only shown."""
    if application.promised_number:
        return application.promised_number
    title = title_granted(application)
    return title.number if title else ""


def _remedies(event: AuditEvent, application: Application) -> list[str]:
    """Every decision's letter to the unit says how it may be questioned."""
    if event.action.rpartition(".")[2] not in DECISIONS:
        return []
    cycle = application.cycle
    look = f"对结论有异议的，负责人可以自结论作出的次日起 {cycle.second_look_days} 个工作日内在本系统提出结果申诉一次，由没有参与原结论的人员办理。"
    return [look, cycle.remedies]


def _receipt_lines(application: Application) -> list[str]:
    row = application.submissions.last()
    if row is None:
        return []
    received = timezone.localtime(row.received_at)
    return [
        f"回执编号：{row.receipt_number}。服务器收到时间：{received:%Y-%m-%d %H:%M}（北京时间）。",
        f"材料清单摘要（SHA-256）：{row.sha256}",
    ]


def _asked(item: dict) -> str:
    """The reason that was chosen and the officer's own words; 其他 says nothing."""
    reason = "" if item.get("reason") == "other" else dict(CORRECTION).get(item.get("reason"), "")
    return "。".join(part for part in (reason, item["words"]) if part)


def _correction_lines(application: Application) -> list[str]:
    request = application.corrections.filter(state=CorrectionState.OPEN).first()
    if request is None:
        return []
    specs = [(application.spec(item["code"]), item) for item in request.items]
    names = "、".join(spec.short_title for spec, _ in specs)
    lines = [f"需要补正：{names}。期限：{until(request.due_on)}。"]
    lines += [f"{spec.ordinal}{spec.short_title}：{_asked(item)}" for spec, item in specs if _asked(item)]
    return [*lines, request.words] if request.words else lines


def _next_step(verb: str, application: Application) -> str:
    """What follows and whom to ask, in every letter to a unit."""
    office = application.recommender
    ask = " ".join(part for part in (office.office, office.contact, office.phone) if part)
    following = NEXT.get(verb, "")
    if verb == "publicise" and application.procedure == Procedure.REREVIEW:
        following = AFTER_PUBLICITY.get(application.proposed_outcome, following)
    step = f"接下来：{following}\n" if following and application.procedure != Procedure.PROVINCIAL else ""
    return f"\n{step}联系：{office.name} {ask}".rstrip()


@notifies(Application, *{letter.verb for letter in LETTERS.values()})
def tell_applicant(event: AuditEvent, application: Application) -> Iterator[Message]:
    verb = event.action.rpartition(".")[2]
    letter, facts = (
        letter_for(application.cycle.letters, verb, application.procedure),
        _facts(event, application),
    )
    yield Message(
        people_of_organisation(application.platform.organisation),
        fill(letter.title, facts),
        fill(letter.body, facts) + (_next_step(verb, application) if letter.body == BODY else ""),
        reverse("dossier_tasks", args=[application.pk]),
        reply_to=_office_address(verb, application),
        copy_to=application.platform.organisation.email,
        enclosed=enclosed_with(verb, application),
    )


def _office_address(verb: str, application: Application) -> str:
    """Who handles the dossier after this step: the ministry from the reporting on, but never of a province's round."""
    ministry = application.cycle.contact_email if application.procedure != Procedure.PROVINCIAL else ""
    return (ministry if verb in BY_MINISTRY else "") or application.recommender.email


def _facts(event: AuditEvent, application: Application) -> dict[str, str]:
    recommender = application.recommender
    return {
        "平台": application.platform.name,
        "单位": application.platform.organisation.name,
        "受理编号": application.number or str(application.cycle),
        "年度": str(application.cycle),
        "推荐单位": recommender.name,
        "推荐单位电话": recommender.phone,
        "事项": "\n".join([*_matter(event, application), *_remedies(event, application)]),
    }


@notifies(Application, *TO_RECOMMENDER)
def tell_recommender(event: AuditEvent, application: Application) -> Iterator[Message]:
    """Not of a draft: it is nobody's business but the applicant's."""
    verb = event.action.rpartition(".")[2]
    if application.submitted_at is None:
        return
    if application.procedure == Procedure.PROVINCIAL and verb not in FROM_THE_UNIT:
        return
    yield Message(
        people_of_recommender(application.recommender),
        f"{TO_RECOMMENDER[verb]}：{application.platform.name}",
        _body(event, application, {} if application.cycle.programme_id else NEXT_OF_RECOMMENDER),
        reverse("dossier", args=[application.pk]),
    )


@notifies(Application, "report", "supplement")
def tell_ministry(event: AuditEvent, application: Application) -> Iterator[Message]:
    people = still(application.handler, *MINISTRY) or User.objects.filter(role=MINISTRY[0], is_active=True)
    title = "收到报送" if event.action.endswith("report") else "补正已答复"
    yield Message(
        people,
        f"{title}：{application.platform.name}",
        _body(event, application, NEXT_OF_MINISTRY),
        reverse("dossier", args=[application.pk]),
    )


@notifies(CorrectionRequest, "extend")
def tell_of_extension(event: AuditEvent, request: CorrectionRequest) -> Iterator[Message]:
    application = request.application
    yield Message(
        people_of_organisation(application.platform.organisation),
        f"补正期限已延长：{application.platform.name}",
        f"新的期限：{until(request.due_on)}。理由：{event.note}",
        reverse("dossier_tasks", args=[application.pk]),
    )


@notifies(Application, "hand_over")
def tell_signers(event: AuditEvent, application: Application) -> Iterator[Message]:
    """Of a draft too: it stays within the unit."""
    name = application.platform.name
    words = f"\n留言：{event.note}" if event.note else ""
    yield Message(
        people_of_organisation(application.platform.organisation, "sign_organisation"),
        f"提请您提交申报：{name}",
        f"{event.actor.name}已填写完毕，提请您核对、声明并提交。{words}\n"
        f"截止：{until(application.due_on or filing_deadline(application))}。",
        reverse("dossier_check", args=[application.pk]),
    )


@notifies(Application, "admit_late")
def tell_of_late_admission(event: AuditEvent, application: Application) -> Iterator[Message]:
    """Who may file after all, and the office that will receive it."""
    title = f"准予逾期提交：{application.platform.name}"
    extended = f"{application.cycle}填报期限延至 {until(filing_deadline(application))}。"
    yield Message(
        people_of_organisation(application.platform.organisation),
        title,
        f"{extended}请在此之前提交。理由：{event.note}",
        reverse("dossier_tasks", args=[application.pk]),
    )
    yield Message(
        people_of_recommender(application.recommender),
        title,
        f"{extended}理由：{event.note}",
        reverse("desk"),
    )


@notifies(Cycle, "publish")
def announce_rereviews(event: AuditEvent, cycle: Cycle) -> Iterator[Message]:
    """Art. 14: the cohort is announced with the yearly round, to each platform and to each recommender."""
    if cycle.programme_id:
        return
    titles = list(announced_titles(cycle).select_related("platform__organisation", "recommender"))
    for title in titles:
        yield Message(
            people_of_organisation(title.platform.organisation),
            f"{cycle}三年复核：{title.platform_name}",
            f"称号 {title.number} 到复核年度，请在 {until(cycle.filing_until)} 前提交三年工作总结、专项审计报告和年度运营情况测评表。",
            reverse("dossier_open", args=[title.platform_id]),
        )
    for recommender in {title.recommender for title in titles}:
        count = sum(title.recommender_id == recommender.pk for title in titles)
        yield Message(
            people_of_recommender(recommender),
            f"{cycle}应复核示范平台 {count} 家",
            "名单见“三年复核”。请组织测评，并督促平台按期提交。",
            reverse("rereview"),
        )


@notifies(Cycle, "publish")
def tell_of_quota(event: AuditEvent, cycle: Cycle) -> Iterator[Message]:
    """Who may recommend how many, before anybody begins to; 0 is a quota too."""
    if cycle.programme_id:
        return
    for recommender in Recommender.objects.filter(is_active=True):
        quota = cycle.quota_for(recommender)
        if quota is not None:
            body = f"本单位本年度推荐名额为 {quota} 家；推荐和报送时按此核对，三年复核不占名额。"
            yield Message(
                people_of_recommender(recommender), f"{cycle}推荐名额 {quota} 家", body, reverse("desk")
            )


@notifies(Cycle, "take_back")
def tell_of_taking_back(event: AuditEvent, cycle: Cycle) -> Iterator[Message]:
    """Whoever was told of the year when it was published."""
    for message in announce_rereviews(event, cycle):
        body = f"原发布的{cycle}安排已收回，待重新发布后再办理。理由：{event.note}"
        yield Message(message.recipients, f"{cycle}安排已收回", body, reverse("notices"))


@notifies(Cycle, "publish")
def announce_round(event: AuditEvent, cycle: Cycle) -> Iterator[Message]:
    """Art. 18: a province's round is told to the units with a platform on its territory."""
    if not cycle.programme_id:
        return
    units = Platform.objects.filter(jurisdiction=cycle.programme.recommender_id).values("organisation")
    grants = OrganisationUserObjectPermission.objects.filter(content_object__in=units)
    yield Message(
        people_with(grants, Role.APPLICANT),
        f"{cycle}{cycle.edition.honour}开始申报",
        f"{cycle.edition.authority}办理。填报自 {date_cn_weekday(cycle.filing_from)}起，"
        f"至 {until(cycle.filing_until)}；与国家级申报分开。",
        reverse("applicant_home"),
    )


@notifies(Cycle, "announce_change")
def tell_of_changed_year(event: AuditEvent, cycle: Cycle) -> Iterator[Message]:
    """Dates of a published year have moved: every recommender, and whoever has a dossier under way."""
    title, body = f"{cycle}安排有调整", f"理由：{event.note}"
    offices = RecommenderUserObjectPermission.objects.all()
    if cycle.programme_id:
        offices = offices.filter(content_object=cycle.programme.recommender_id)
    yield Message(people_with(offices, Role.RECOMMENDER), title, body, reverse("desk"))
    rows = Application.objects.filter(cycle=cycle, state__in=LIVE)
    organisations = OrganisationUserObjectPermission.objects.filter(
        content_object__in=rows.values("platform__organisation")
    )
    yield Message(
        people_with(organisations, Role.APPLICANT),
        title,
        body,
        reverse("guide"),
    )

"""What must be in place before a dossier moves: each requirement yields sentences that say what to do.

The same list stands on the page before the button and in the refusal after it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from applications.crosschecks.evidence import asking_findings
from applications.materials.status import COMPLETE
from applications.models import Application, Cycle, Evaluation, Recommendation
from applications.states import ENDS, ApplicationState, CorrectionState, Procedure
from platforms.querysets import suspensions_of
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.workflow import Attempt, requires
from portal.shared import law
from portal.shared.together import written
from portal.shared.workingdays import date_cn_weekday

DESIGNATION = Procedure.DESIGNATION
BEYOND_RECOMMENDATION = [
    state
    for state in ApplicationState
    if state
    not in (
        ApplicationState.DRAFT,
        ApplicationState.SUBMITTED,
        ApplicationState.RETURNED,
        ApplicationState.UNDER_EVALUATION,
        ApplicationState.NOT_RECOMMENDED,
        ApplicationState.LAPSED,
        ApplicationState.WITHDRAWN,
    )
]

# --- submit, resubmit, supplement ---


@requires(Application, "submit")
def filing_is_open(application: Application, attempt: Attempt) -> Iterable[str]:
    cycle = application.cycle
    if cycle.filing_is_open():
        return
    moment = clock.now()
    if application.late_filing_until and clock.today() <= application.late_filing_until:
        return
    if moment < clock.start_of(cycle.filing_from):
        yield f"{cycle}填报尚未开始，请于 {date_cn_weekday(cycle.filing_from)}起提交；现在可以先填写。"
    else:
        yield (
            f"{cycle}填报已于 {date_cn_weekday(cycle.filing_until)} 24:00 截止。草稿为您保留，下一年度可以带入；"
            f"确有正当理由的，请与推荐单位联系，由{cycle.edition.authority}负责人决定是否准予逾期提交。"
        )


@requires(Application, "submit")
@requires(Application, "resubmit")
@requires(Application, "supplement", article=8)
def every_material_is_complete(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 8 (or Art. 14): complete and clean; the declaration is signed by the act itself."""
    for material in application.materials.all():
        spec = application.spec(material.code)
        if material.status not in COMPLETE and not spec.is_declaration:
            yield f"材料{spec.ordinal}{spec.short_title}尚未完成，请先补齐。"


@requires(Application, "submit")
@requires(Application, "resubmit")
@requires(Application, "recommend")
@requires(Application, "report", article=15)
def jurisdiction_is_not_suspended(application: Application, attempt: Attempt) -> Generator[Any, Any, None]:
    """Art. 15: 申报工作 of the jurisdiction stops for the year; a re-review goes on."""
    if application.procedure != DESIGNATION:
        return
    year = application.cycle.year
    offices = dict.fromkeys((application.platform.jurisdiction_id, application.recommender_id))
    found = yield tuple(written(suspensions_of, office, year) for office in offices)
    suspension = next((row for rows in found for row in rows), None)
    if suspension:
        yield (
            f"{suspension.recommender.label} {suspension.year} 年度申报工作已暂停（{suspension.reason}）。"
            "草稿为您保留；解除暂停须由工业和信息化部另行决定。"
        )


@requires(Application, "submit")
@requires(Application, "resubmit")
@requires(Application, "supplement")
def recommender_fits_the_place(application: Application, attempt: Attempt) -> Iterable[str]:
    """The draft keeps the road that it was opened for; a re-review goes to whoever supervises the title."""
    place, recommender = application.platform.jurisdiction, application.recommender
    if application.procedure != Procedure.REREVIEW and not recommender.is_direct and place != recommender:
        yield f"平台所在地区已改为{place.label}，而此件的推荐单位是{recommender.name}。请改回所在地区，或者撤回此件后重新申报。"


@requires(Application, "submit")
def no_other_live_dossier(application: Application, attempt: Attempt) -> Generator[Any, Any, None]:
    mine = (application.platform_id, application.cycle_id, application.procedure, application.pk)
    if (yield written(_others_alive, *mine)):
        yield "本平台在本年度已有一件在办申报，请先办结或撤回那一件。"


def _others_alive(platform: UUID, cycle: UUID, procedure: str, own: UUID) -> QuerySet:
    rows = Application.objects.filter(platform_id=platform, cycle_id=cycle, procedure=procedure)
    return rows.exclude(pk=own).exclude(state__in=ENDS).order_by().values_list("pk")[:1]


@requires(Application, "submit")
@requires(Application, "resubmit")
@requires(Application, "supplement", article=8, item="十二")
def truth_is_declared(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 8 (十二): signing the declaration is the act of submitting."""
    if not attempt.looking_ahead and not attempt.facts.get("declared"):
        yield "请由负责人阅读并确认真实性声明后再提交。"


@requires(Application, "submit")
@requires(Application, "resubmit")
@requires(Application, "supplement")
def contradictions_are_explained(application: Application, attempt: Attempt) -> Generator[Any, Any, None]:
    """Materials that contradict each other may be filed, but not in silence: the words go to every reader."""
    if attempt.looking_ahead or str(attempt.facts.get("explanation") or "").strip():
        return
    conflicts = (yield from asking_findings(application)).conflicts
    if conflicts:
        yield f"材料之间有 {len(conflicts)} 处不一致，请先更正；确实无误的，请在“不一致之处的说明”中写明原因。"


@requires(Application, "resubmit")
@requires(Application, "supplement")
def correction_is_in_time(application: Application, attempt: Attempt) -> Iterable[str]:
    request = application.corrections.filter(state=CorrectionState.OPEN).first()
    if request and clock.now() >= clock.end_of(request.due_on):
        yield (
            f"补正期限已于 {date_cn_weekday(request.due_on)} 24:00 届满。"
            f"请联系{request.get_stage_display()}说明情况，由其决定是否延长。"
        )


# --- the recommender ---


@requires(Application, "recommend")
@requires(Application, "conclude_evaluation", article=7)
def evaluation_is_complete(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 7: 运营情况、服务业绩、示范性."""
    evaluation = Evaluation.objects.filter(pk=application.pk).first()
    if evaluation is None or evaluation.completed_at is None:
        yield "测评尚未完成，请先完成运营情况、服务业绩、示范性三部分测评。"
    elif application.procedure == Procedure.REREVIEW and not evaluation.opinion:
        yield "请填写测评意见（合格或者不合格）。"


@requires(Application, "recommend")
@requires(Application, "conclude_evaluation")
def unit_is_verified(application: Application, attempt: Attempt) -> Iterable[str]:
    """A department has held the licence against the code before it recommends (an operating rule).

    An association, which cannot verify, sees the mark on the dossier.
    """
    unit = application.platform.organisation
    if not unit.is_verified and not application.recommender.is_direct:
        yield f"{unit.name}尚未核验：请打开“单位登记信息”，对照证照核对名称和统一社会信用代码后点“与证照一致，核验”。"


@requires(Application, "recommend", article=7)
def recommendation_is_written(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 7: the recommendation form; a re-review knows none."""
    if application.procedure != DESIGNATION:
        return
    form = Recommendation.objects.filter(pk=application.pk).first()
    if form is None or not form.opinion or not form.demonstration:
        yield "推荐表尚未填写完整，请填写示范性表述和推荐意见。"
    elif attempt.by is not None and form.prepared_by_id == attempt.by.pk:
        yield "推荐表由您填写，须由另一位负责人签发。"


@requires(Application, "recommend", article=5)
def failing_conditions_are_relaxed(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 5: a condition that fails needs a granted relaxation under (八), and only (一)(三)(四) can have one."""
    if application.procedure == DESIGNATION:
        yield from _unmet(application, "推荐")


@requires(Application, "propose", article=18)
def provincial_conditions_are_met(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 18: the conditions of the round's own edition, which the province decides on itself."""
    if application.procedure == Procedure.PROVINCIAL:
        yield from _unmet(application, "认定")


def _unmet(application: Application, act: str) -> Iterable[str]:
    for row in application.assessment.get("criteria", []):
        if row["verdict"] == "FAIL":
            yield f"{law.condition(row['item'])}“{row['label']}”不符合（{row['figure']}），不能{act}。"
        elif row["verdict"] == "RELAXABLE":
            yield (
                f"{law.condition(row['item'])}“{row['label']}”不符合（{row['figure']}），"
                f"请先办理放宽条件并附理由和依据，或者不予{act}。"
            )


@requires(Application, "report", article=11)
def it_is_a_handling_day(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 11: on the working days of the handling window, 1–30 April unless the cycle sets another."""
    cycle = application.cycle
    if application.late_filing_until and cycle.handling_until < clock.today() <= cycle.review_until:
        yield from working_day_reasons(cycle.review_until)  # admitted late, in time for this round's review
    else:
        yield from handling_day_reasons(cycle)


def handling_day_reasons(cycle: Cycle) -> Iterable[str]:
    today, days = clock.today(), calendar()
    if today < cycle.handling_from:
        yield f"集中办理自 {date_cn_weekday(days.next_workday(cycle.handling_from))}开始，届时方可报送。"
    elif today > cycle.handling_until:
        yield f"集中办理已于 {date_cn_weekday(cycle.handling_until)}结束，不能再报送。"
    else:
        yield from working_day_reasons(cycle.handling_until)


def working_day_reasons(last_day) -> Iterable[str]:
    """Not on a day off; and nothing legal on a year whose calendar nobody has announced (暂估)."""
    today, days = clock.today(), calendar()
    if days.is_provisional(today):
        yield f"{today.year} 年节假日安排尚未录入，日期为暂估，不能办理。请系统管理员先录入国务院办公厅通知。"
    elif not days.is_workday(today):
        following = days.next_workday(today)
        coming = f"下一办理日：{date_cn_weekday(following)}。"
        yield f"今天不是工作日，不能办理。{coming if following <= last_day else '办理期内已无工作日。'}"


# --- the re-review's ends (Art. 14) ---

OUTCOMES: dict[str, tuple[str, ...]] = {
    Procedure.DESIGNATION: ("designate",),
    Procedure.REREVIEW: ("confirm", "rectify", "fail"),
    Procedure.PROVINCIAL: ("designate",),
}


@requires(Application, "propose")
def outcome_fits(application: Application, attempt: Attempt) -> Iterable[str]:
    if attempt.looking_ahead:
        return
    outcome = attempt.facts.get("outcome", "designate")
    if outcome not in OUTCOMES[application.procedure]:
        yield "所选结论不适用于此事项，请重新选择。"
    elif outcome in ("rectify", "fail") and not attempt.note.strip():
        yield "请写明整改要求或者不合格的理由。"


@requires(Application, "confirm")
def confirmation_was_proposed(application: Application, attempt: Attempt) -> Iterable[str]:
    if application.proposed_outcome not in ("confirm", "rectify"):
        yield "拟定的结论不是复核合格，不能确认。"


@requires(Application, "fail")
def failure_was_proposed(application: Application, attempt: Attempt) -> Iterable[str]:
    if application.proposed_outcome != "fail":
        yield "拟定的结论不是复核不合格，不能据此终止称号。"


# --- the ministry ---


@requires(Application, "accept")
@requires(Application, "begin_review", article=11)
def it_is_a_review_day(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 11 read with the cycle: a working day until the end of review, so that a late supplement is no dead end."""
    until = application.cycle.review_until
    if clock.today() > until:
        yield f"本年度评审办理已于 {date_cn_weekday(until)}截止。负责人可在年度安排中说明理由后延长。"
    else:
        yield from working_day_reasons(until)


@requires(Application, "refuse")
def overdue_before_refusal_of_a_supplement(application: Application, attempt: Attempt) -> Iterable[str]:
    yield from _supplement_still_running(application)


@requires(Application, "go_on")
def overdue_before_going_on(application: Application, attempt: Attempt) -> Iterable[str]:
    yield from _supplement_still_running(application)


def _supplement_still_running(application: Application) -> Iterable[str]:
    if application.state != ApplicationState.SUPPLEMENTING:
        return
    request = application.corrections.filter(state=CorrectionState.OPEN).first()
    if request and clock.today() <= request.due_on:
        yield f"补正期限至 {date_cn_weekday(request.due_on)}，期限届满前不能作出此决定。"

"""What the ministry's steps need: enough experts, every sheet, the full publicity, no open objection."""

from __future__ import annotations

from collections.abc import Iterable

from applications.corrections.models import Stage
from applications.corrections.services import unmarked
from applications.models import Application
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.workflow import Attempt, demands_words, requires
from portal.shared.workingdays import date_cn_weekday
from review.models import Assignment, Notice, NoticeItem, Objection
from review.publicity.correcting import KEPT, REMOVED, lines_of
from review.scoring.totals import FAR_APART, spread
from review.states import AT_WORK, ON_PANEL, OPEN_OBJECTIONS, AssignmentState, NoticeState


@requires(Application, "accept")
def materials_were_looked_at(application: Application, attempt: Attempt) -> Iterable[str]:
    """Passing the formal check says that somebody looked: every material carries a mark of the ministry's."""
    if attempt.looking_ahead:
        return
    left = unmarked(application, Stage.MINISTRY)
    if left:
        total = application.materials.exclude(code="declaration").count()
        yield f"形式审查已核对 {total - len(left)} / {total} 项，还有 {len(left)} 项未核对，请先在材料上标记，或者勾选“其余各项已核对，均符合”。"


@demands_words(Application, "accept")
def is_after_the_month(application: Application) -> bool:
    return clock.today() > application.cycle.handling_until


@requires(Application, "accept", article=11)
def lateness_has_a_reason(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 11 gives April: what is accepted later says why, on record."""
    until = application.cycle.handling_until
    if is_after_the_month(application) and not attempt.looking_ahead and not attempt.note.strip():
        yield f"集中办理期已于 {date_cn_weekday(until)}结束，请写明在此之后办理的理由，例如补正材料的收到日期。"


@requires(Application, "begin_review")
def panel_is_complete(application: Application, attempt: Attempt) -> Iterable[str]:
    wanted = application.cycle.panel_size
    on_panel = application.assignments.filter(state__in=ON_PANEL).count()
    if on_panel < wanted:
        yield f"已分派 {on_panel} 位专家，还差 {wanted - on_panel} 位。"


@requires(Application, "conclude_review")
def every_sheet_is_in(application: Application, attempt: Attempt) -> Iterable[str]:
    """Every expert has handed in, or was recused and replaced."""
    at_work = application.assignments.filter(state__in=AT_WORK).count()
    if at_work:
        yield f"还有 {at_work} 位专家未提交评分，请催办或者解除分派后补派。"
    handed_in = application.assignments.filter(state=AssignmentState.HANDED_IN).count()
    if not at_work and handed_in < application.cycle.panel_size:
        yield f"有效评分 {handed_in} 份，不足 {application.cycle.panel_size} 份，请补派专家。"


@requires(Application, "conclude_review")
def far_apart_sheets_were_moderated(application: Application, attempt: Attempt) -> Iterable[str]:
    """Sheets that lie far apart are looked at by a person, who says what was done and why."""
    sheets = application.assignments.filter(state=AssignmentState.HANDED_IN)
    rows = list(sheets.values_list("total", "handed_in_at"))
    gap = spread([total for total, _ in rows])
    if gap < FAR_APART:
        return
    last = max(at for _, at in rows)
    if not application.moderations.filter(outcome="kept", moderated_at__gte=last).exists():
        yield f"专家评分相差 {gap} 分，请先在“评审进度”中记录复议意见。"


def running_line(application: Application) -> NoticeItem | None:
    """The line of the publicity notice that the dossier stands on now."""
    stand = (
        item
        for item in application.notice_items.all()
        if item.notice.kind == Notice.Kind.PUBLICITY and item.notice.state == NoticeState.PUBLISHED
    )
    return max(stand, key=lambda item: (item.notice.published_on, item.notice.serial), default=None)


@requires(Application, "designate")
@requires(Application, "confirm")
@requires(Application, "fail", article=9)
def publicity_is_over(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 9: 15 full working days, counted on an announced calendar only."""
    if application.state == "PROPOSED" and not application.cycle.publicise_rereview:
        return
    line = running_line(application)
    if line is None:
        yield "没有有效的公示，请先公示。"
    elif not line.has_run:
        yield f"公示期至 {date_cn_weekday(line.last_day)} 24:00，期满后方可办理。"
    elif calendar().is_provisional(line.notice.published_on, line.last_day):
        yield "公示期按暂估的节假日安排计算，请先录入国务院办公厅通知并核对截止日期。"


@requires(Application, "designate")
@requires(Application, "confirm")
@requires(Application, "fail")
def its_line_says_what_is_registered(application: Application, attempt: Attempt) -> Iterable[str]:
    """Who was renamed while on the list is announced under the new name only after that name was public too."""
    line, platform = running_line(application), application.platform
    if line and (line.platform_name, line.organisation_name) != (platform.name, platform.organisation.name):
        yield f"公示的名称（{line.organisation_name}、{line.platform_name}）与现登记不同，请先办理更正公示。"


@requires(Application, "designate")
@requires(Application, "confirm")
@requires(Application, "fail")
def no_objection_is_open(application: Application, attempt: Attempt) -> Iterable[str]:
    objections = [row for item in application.notice_items.all() for row in item.objections.all()]
    open_ones = sum(row.state in OPEN_OBJECTIONS for row in objections)
    if open_ones:
        yield f"有 {open_ones} 件异议尚未办结，办结前不能办理；名单中其他平台不受影响。"


@requires(Assignment, "declare")
@requires(Assignment, "hand_in")
def review_is_going_on(assignment: Assignment, attempt: Attempt) -> Iterable[str]:
    if assignment.application.state != "UNDER_REVIEW":
        yield "此件当前不在专家评审阶段。"


@requires(Assignment, "hand_in")
def sheet_is_complete(assignment: Assignment, attempt: Attempt) -> Iterable[str]:
    """Every dimension scored, and a reason at the extremes (an operating rule)."""
    for dimension in assignment.application.cycle.edition.rubric:
        entry = assignment.sheet.get(dimension.code) or {}
        score = entry.get("score")
        if score is None:
            yield f"“{dimension.name}”尚未评分。"
        elif (score >= 90 or score < 60) and not (entry.get("reason") or "").strip():
            yield f"“{dimension.name}”评分 {score}，请写明理由。"


@requires(Assignment, "reopen")
def review_has_not_ended(assignment: Assignment, attempt: Attempt) -> Iterable[str]:
    if assignment.application.state != "UNDER_REVIEW":
        yield "专家评审已结束，评分不能再退回。"
    if assignment.application.assignments.filter(state__in=AT_WORK).exists():
        yield "还有专家没有交齐评分，评分交齐之前不公开，也不能退回。"


@requires(Notice, "withdraw")
def nothing_was_decided_yet(notice: Notice, attempt: Attempt) -> Iterable[str]:
    if not notice.items.exclude(application__state="WITHDRAWN").exists():
        return  # every unit has left of its own will: nothing is left to correct
    decided = notice.items.exclude(application__state="PUBLICISED").count()
    if decided and not attempt.facts.get("partial"):
        yield f"名单中已有 {decided} 家作出决定，不能整体撤回公示；名单有变化的，请办理更正公示。"


@requires(Notice, "correct")
def something_changed(notice: Notice, attempt: Attempt) -> Iterable[str]:
    if notice.kind != Notice.Kind.PUBLICITY:
        yield "只有公示可以更正。"
        return
    lines = lines_of(notice)
    if not any(line.what != KEPT for line in lines):
        yield "名单没有变化，不需要更正。"
    elif all(line.what == REMOVED for line in lines):
        yield "名单上已没有公示中的平台，不能更正。"


@requires(Objection, "begin_verification")
@requires(Objection, "uphold")
@requires(Objection, "dismiss")
def words_do_not_name_the_objector(objection: Objection, attempt: Attempt) -> Iterable[str]:
    """Summary and conclusion are read by those whom the objection is about."""
    yield from names_in(objection, f"{attempt.facts.get('summary', '')}{attempt.note}")


def names_in(objection: Objection, words: str) -> Iterable[str]:
    text = "".join(words.split())
    names = (objection.objector_name, objection.objector_contact)
    if any(name and "".join(name.split()) in text for name in names):
        yield "文字中出现了异议人的姓名或者联系方式，推荐单位和申报单位会看到，请隐去后再办理。"


@requires(Objection, "uphold")
@requires(Objection, "dismiss")
def objection_was_verified(objection: Objection, attempt: Attempt) -> Iterable[str]:
    """Both sides first: what was found, and the platform's answer or its term; nobody concludes on the objection alone."""
    if objection.state == "RECEIVED":
        yield "尚未转办核查，请先转推荐单位核查并请申报单位说明。"
        return
    if not (objection.recommender_answer or objection.handler_findings):
        yield "推荐单位的核查情况尚未收到，请等待、催办，或者由经办人记录核查情况。"
    if objection.answered_by_platform_at is None and not (
        objection.answer_due_on and clock.today() > objection.answer_due_on
    ):
        yield f"申报单位尚未说明，期限至 {date_cn_weekday(objection.answer_due_on)}，收到说明或者期满后方可作出结论。"

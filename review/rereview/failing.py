"""Before a re-review fails (Art. 14): the unit is told with reasons and a term; what was not filed is opened after it."""

from __future__ import annotations

from django.db import transaction

from applications.filing.services import create_dossier
from applications.filing.submission import next_number
from applications.models import Application, Cycle
from applications.rereviews.cohort import left_undone
from applications.states import ApplicationState, CorrectionState, CycleState, Procedure
from platforms.models import Designation
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import demand_role, demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from portal.shared import law
from portal.shared.digests import canonical_json, sha256_hex
from portal.shared.workingdays import date_cn, date_cn_weekday
from review.models import FailingNotice
from review.revocations.papers import HONOUR, MEASURES, UNDATED, compose_paper, named
from review.revocations.services import MAX_BYTES, STATEMENT_DAYS, TYPES

Kind = FailingNotice.Kind
REASON_UNFILED = "经查，{name}未在 {year} 年度复核规定的期限内提交复核材料。"


def compose_failing(title: Designation, cycle: Cycle, kind: str, reasons: str, due_on=None) -> dict:
    """拟不合格告知书; without a day it is the draft that both signers read."""
    term = (
        f"期限至 {date_cn_weekday(due_on)} 24:00"
        if due_on
        else f"期限为本告知书送达之日起 {STATEMENT_DAYS} 个工作日"
    )
    about = "复核" if kind == Kind.REVIEW else "未提交复核材料"
    return compose_paper(
        title,
        "三年复核拟不合格告知书",
        number=f"{cycle.year} 年度复核　{title.number}",
        opening=f"根据{MEASURES}{law.REREVIEW}，现就你单位运营的{named(title)} {cycle.year} 年度{about}的有关事项告知如下。",
        parts=[
            (
                "拟定的结论",
                "复核不合格。经公示、无异议或者异议不成立的，公告撤销称号；自公告之后的结果申诉期满起撤销。",
            ),
            ("理由", reasons),
            (
                "你单位的权利",
                f"你单位可以陈述意见、提交证据，{term}，通过本系统“三年复核”提交。"
                "收到陈述或者期满之前不公示；陈述意见连同本告知书一并由拟办人和审签人审阅。",
            ),
            ("不影响的事项", f"在撤销之前，“{HONOUR}”称号有效。"),
        ],
        on=date_cn(clock.today()) if due_on else UNDATED,
    )


@transaction.atomic
def send_letter(title, cycle, kind: str, reasons: str, *, application=None, by) -> FailingNotice:
    due_on = deadline_in(STATEMENT_DAYS)
    body = canonical_json(compose_failing(title, cycle, kind, reasons, due_on))
    row = FailingNotice.objects.create(
        kind=kind,
        title=title,
        cycle=cycle,
        application=application,
        reasons=reasons,
        body=body,
        digest=sha256_hex(body.encode()),
        told_by=by,
        told_at=clock.now(),
        answer_due=due_on,
    )
    facts = {"due_on": due_on.isoformat(), "sha256": row.digest}
    outbox.send_event(audit.record(action="tell", obj=row, by=by, note=reasons, facts=facts))
    return row


def tell_of_proposal(application: Application, *, reasons: str, by) -> FailingNotice | None:
    """The second signature under a failing sends it; who was told before the dossier was opened has been heard."""
    if application.failing_notices.filter(kind=Kind.UNFILED).exists():
        return None
    return send_letter(
        application.designation, application.cycle, Kind.REVIEW, reasons, application=application, by=by
    )


def reasons_against_telling(title: Designation, cycle: Cycle) -> list[str]:
    """Why a unit may not be told now that its silence is to count; empty when it may."""
    if clock.today() <= cycle.filing_until:
        return [f"{cycle}复核材料可提交至 {date_cn_weekday(cycle.filing_until)} 24:00，截止后方可告知。"]
    if cycle.state not in (CycleState.PUBLISHED, CycleState.CLOSED):
        return [f"{cycle}{cycle.get_state_display()}，请在下一年度办理。"]
    if not left_undone(cycle).filter(pk=title.pk).exists():
        return ["该平台本年度复核已提交或者已有结论，不需要告知。"]
    if title.failing_notices.filter(cycle=cycle, kind=Kind.UNFILED).exists():
        return ["已经告知，请在该件中办理。"]
    deferral = title.deferrals.filter(cycle=cycle, state="GRANTED", until__gte=clock.today()).first()
    if deferral:
        return [f"已准予补办至 {date_cn_weekday(deferral.until)}，期满后方可告知。"]
    return []


def tell_of_silence(title: Designation, cycle: Cycle, *, reasons: str, by) -> FailingNotice:
    demand_role(FailingNotice, by, "tell", "拟不合格告知由工业和信息化部发出。")
    if against := reasons_against_telling(title, cycle):
        raise TransitionBlocked(against)
    return send_letter(title, cycle, Kind.UNFILED, reasons, by=by)


@takes_files(files=Papers(TYPES, MAX_BYTES))
def answer(row: FailingNotice, *, words: str, files=(), by) -> FailingNotice:
    demand_scope(by, "answer", row, "陈述意见由申报单位负责人提交。")
    row = FailingNotice.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.answered_at:
        raise TransitionBlocked(["陈述意见已经提交，不能修改。"])
    if not row.may_answer:
        raise TransitionBlocked([f"陈述期限已于 {date_cn_weekday(row.answer_due)} 24:00 届满。"])
    row.answer, row.answered_by, row.answered_at = words, by, clock.now()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    row.answer_files.set([place(file, owner=row, by=by) for file in files])
    outbox.send_event(audit.record(action="answer", obj=row, by=by, note=words))
    return row


def reasons_against_opening(row: FailingNotice) -> list[str]:
    if row.kind != Kind.UNFILED or row.application_id:
        return ["此件已列入合议。"]
    if not row.is_ripe:
        return [f"陈述期限至 {date_cn_weekday(row.answer_due)}，收到陈述或者期满后方可列入合议。"]
    if not left_undone(row.cycle).filter(pk=row.title_id).exists():
        return ["该平台本年度复核已提交或者已有结论，不能按未提交列入合议。"]
    return []


@transaction.atomic
def open_unfiled(row: FailingNotice, *, note: str, by) -> Application:
    """A re-review's dossier without materials, which goes the ordinary road through proposal and publicity."""
    demand_role(FailingNotice, by, "tell", "由工业和信息化部办理。")
    if against := reasons_against_opening(row):
        raise TransitionBlocked(against)
    title, states = row.title, (ApplicationState.DRAFT, ApplicationState.RETURNED)
    dossier = Application.objects.filter(
        platform=title.platform, cycle=row.cycle, procedure=Procedure.REREVIEW, state__in=states
    ).first() or create_dossier(
        title.platform, row.cycle, Procedure.REREVIEW, title.recommender, title, by=by
    )
    for request in dossier.corrections.filter(state=CorrectionState.OPEN):
        perform(request, "cancel", by=by)
    row.application = dossier
    row.save(update_fields=["application"])
    return perform(dossier, "bring_forward", by=by, note=note, number=dossier.number or next_number(dossier))


def latest_notice(application: Application) -> FailingNotice | None:
    return max(application.failing_notices.all(), key=lambda one: one.told_at, default=None)


def hearing_runs(application: Application) -> str:
    """Until when the unit of a proposed failing may answer, while nothing may be made public yet."""
    row = latest_notice(application) if application.proposed_outcome == "fail" else None
    return "" if row is None or row.is_ripe else f"陈述期限至 {date_cn(row.answer_due)}"


def heard_in_words(application: Application) -> str:
    """For both signers: when the unit was told, what it said, or that it said nothing within the term."""
    row = latest_notice(application)
    if row is None:
        return ""
    told = f"{date_cn(clock.day_of(row.told_at))}告知，陈述期限至 {date_cn(row.answer_due)}。"
    if not row.answered_at:
        return f"{told}{row.get_state_display()}。"
    files = row.answer_files.count()
    return f"{told}陈述意见：{row.answer}" + (f"（附材料 {files} 份，见卷宗“拟不合格告知”）" if files else "")

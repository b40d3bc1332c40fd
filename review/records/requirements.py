"""What must be in place in 动态管理: a title ends by a decision on record, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from applications.models import Application
from platforms.models import Complaint, Designation, Platform
from platforms.organisations.services import keeps
from platforms.states import ComplaintState
from portal.kernel import clock
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import Attempt, demands_words, requires
from portal.shared import law
from portal.shared.workingdays import date_cn_weekday
from review.models import CheckPlan, Deferral, Rectification, Revocation, SpotCheck, Surrender
from review.rereview.failing import latest_notice
from review.states import CONCLUDED_CHECKS, OPEN_RECTIFICATIONS, OPEN_REVOCATIONS

GROUNDS_WITH_EVIDENCE = (Revocation.Ground.FRAUD, Revocation.Ground.SPOT_CHECK)


@requires(Designation, "revoke", article=15)
def fraud_was_decided(title: Designation, attempt: Attempt) -> Iterable[str]:
    """Art. 15."""
    decided = title.revocations.filter(state="DECIDED", ground=Revocation.Ground.FRAUD)
    if attempt.by is not SYSTEM and not decided.exists():
        yield "撤销称号须先由两人作出撤销决定。"


@requires(Designation, "end", article=14)
def failure_was_decided(title: Designation, attempt: Attempt) -> Iterable[str]:
    """Art. 14."""
    if attempt.by is SYSTEM or title.revocations.filter(state="DECIDED").exists():
        return
    if not Application.objects.filter(designation=title, state="FAILED").exists():
        yield "终止称号须先由两人作出复核不合格或者撤销的决定。"


@requires(Designation, "surrender")
def surrender_was_accepted(title: Designation, attempt: Attempt) -> Iterable[str]:
    if attempt.by is not SYSTEM and not title.surrenders.filter(state="ACCEPTED").exists():
        yield "放弃称号须由平台提出申请并经工业和信息化部同意。"


@requires(Application, "confirm")
@requires(Application, "propose")
def title_is_free(application: Application, attempt: Attempt) -> Iterable[str]:
    """A re-review does not wash away what another procedure is still about."""
    if application.designation_id is None:
        return
    title = application.designation
    if title.rectifications.filter(state__in=OPEN_RECTIFICATIONS).exists():
        yield f"{title.platform_name}有一项整改尚未办结，请先办结整改。"
    if title.revocations.filter(state__in=OPEN_REVOCATIONS).exists():
        yield f"{title.platform_name}正在撤销程序中，请先办结该程序。"


@requires(Application, "publicise")
@requires(Application, "fail")
def unit_was_told_of_its_failing(application: Application, attempt: Attempt) -> Iterable[str]:
    """Nobody reads of a failing in public first: a letter, reasons, and a term to answer come before."""
    if application.proposed_outcome != "fail":
        return
    notice = latest_notice(application)
    if notice is None:
        yield "尚未告知申报单位拟定的不合格结论和理由，请移出待公示名单后重新拟定，审签时一并告知。"
    elif not notice.is_ripe:
        yield f"已告知拟定的不合格结论，陈述期限至 {date_cn_weekday(notice.answer_due)}，收到陈述或者期满后方可办理。"


@requires(Application, "bring_forward", article=14)
def silence_was_answered_for(application: Application, attempt: Attempt) -> Iterable[str]:
    """Art. 14: told, and heard or silent to the end of the term."""
    notice = latest_notice(application)
    if notice is None or not notice.is_ripe:
        yield "须先告知平台并听取陈述，收到陈述或者期满后方可列入合议。"


@requires(Deferral, "grant", article=14)
def deferral_ends_within_the_round(row: Deferral, attempt: Attempt) -> Iterable[str]:
    """Art. 14 says every three years: what is made up is made up in the same round, before its review ends."""
    cycle, today = row.cycle, clock.today()
    if cycle.state != "PUBLISHED":
        yield f"{cycle}{cycle.get_state_display()}，不能再准予补办；请告知平台，期满列入合议。"
    elif not today < row.until < cycle.review_until:
        yield f"补办期限应在今天之后、本年度评审结束（{date_cn_weekday(cycle.review_until)}）至少一天之前。"
    elif row.until <= cycle.filing_until:
        yield f"填报截止前（{date_cn_weekday(cycle.filing_until)} 24:00）可以直接提交，不需要补办。"


@demands_words(Rectification, "report_done")
def is_reported_in_words(row: Rectification) -> bool:
    return True


@requires(Rectification, "report_done")
def report_has_words(row: Rectification, attempt: Attempt) -> Iterable[str]:
    if not attempt.looking_ahead and not attempt.note.strip():
        yield "请填写整改报告。"
    if clock.today() > row.due_on:
        yield f"整改期限已于 {date_cn_weekday(row.due_on)} 24:00 届满，不能再提交。"


@requires(Rectification, "send_back")
def there_is_time_left(row: Rectification, attempt: Attempt) -> Iterable[str]:
    """What is sent back must be reported again within the term: after it, that would be no way back."""
    if clock.today() > row.due_on:
        yield f"整改期限已于 {date_cn_weekday(row.due_on)} 24:00 届满，平台不能再提交，请填写核查意见。"


@demands_words(Rectification, "accept")
def has_failed_the_check(row: Rectification) -> bool:
    return not row.check_passed


@requires(Rectification, "accept")
def check_was_passed(row: Rectification, attempt: Attempt) -> Iterable[str]:
    if has_failed_the_check(row) and not attempt.looking_ahead and not attempt.note.strip():
        yield "省级核查意见为不合格，仍予认可的，请写明理由。"


@requires(Rectification, "refer")
def time_is_over_or_check_failed(row: Rectification, attempt: Attempt) -> Iterable[str]:
    if row.state == "REPORTED":
        yield "省级核查意见尚未收到，请等待或者催办。"
    elif row.state == "ORDERED" and not row.is_overdue:
        yield f"整改期限至 {date_cn_weekday(row.due_on)}，期满前不能移送。"


@requires(Revocation, "notify")
def there_is_evidence(row: Revocation, attempt: Attempt) -> Iterable[str]:
    if row.ground in GROUNDS_WITH_EVIDENCE and not row.evidence.exists():
        yield "请先加入至少一份证据，再告知平台。"


@requires(Revocation, "notify")
def facts_are_written(row: Revocation, attempt: Attempt) -> Iterable[str]:
    """What is held against the unit is written by the officer of the case; a referral's remark is not that."""
    if not row.facts.strip():
        yield "请先写明查明的事实；移送意见不能代替。"


@requires(Revocation, "state_case")
def statement_is_in_time(row: Revocation, attempt: Attempt) -> Iterable[str]:
    if row.statement_due and clock.today() > row.statement_due:
        yield f"陈述期限已于 {date_cn_weekday(row.statement_due)} 24:00 届满。"


@requires(Revocation, "hold_hearing")
def hearing_was_asked_for(row: Revocation, attempt: Attempt) -> Iterable[str]:
    if not row.wants_hearing:
        yield "平台没有要求听证，可以直接作出决定。"


@requires(Revocation, "hold_hearing")
def hearing_was_held(row: Revocation, attempt: Attempt) -> Iterable[str]:
    """What is recorded has happened: on the day that the unit was told of."""
    if not row.wants_hearing:
        return
    if row.hearing_on is None:
        yield "请先安排听证：定下日期、时间和地点并通知平台。"
    elif clock.today() < row.hearing_on:
        yield f"听证定于 {date_cn_weekday(row.hearing_on)}，举行之后再记录。"


@requires(Revocation, "decide")
def unit_was_heard(row: Revocation, attempt: Attempt) -> Iterable[str]:
    if row.state == "NOTIFIED" and clock.today() <= row.statement_due:
        yield f"陈述期限至 {date_cn_weekday(row.statement_due)}，期满或者收到陈述后方可决定。"
    if row.state == "STATED" and row.wants_hearing:
        yield "平台要求听证，请先举行听证并记录。"


@requires(Revocation, "decide", article=15)
def department_was_heard(row: Revocation, attempt: Attempt) -> Iterable[str]:
    """Art. 15 suspends a department's work: it states its view first, or lets the term pass."""
    if row.is_fraud and not row.department_view and row.statement_due and clock.today() <= row.statement_due:
        yield (
            f"{row.title.jurisdiction.name}尚未对暂停申报工作提出意见，"
            f"期限至 {date_cn_weekday(row.statement_due)}，收到意见或者期满后方可决定。"
        )


@requires(Revocation, "decide")
def each_effect_is_confirmed(row: Revocation, attempt: Attempt) -> Iterable[str]:
    """The title, and for fraud the jurisdiction: two acts, confirmed one by one."""
    if attempt.looking_ahead:
        return
    if attempt.facts.get("end_title") is not True:
        yield "请确认第一项后果：撤销称号。"
    if row.is_fraud and attempt.facts.get("suspend") is not True:
        yield f"请确认第二项后果：暂停所在地区下一年度申报工作（{law.SUPERVISION}）。"
    if not row.is_fraud and attempt.facts.get("suspend"):
        yield "只有弄虚作假才暂停所在地区的申报工作。"


@keeps(Platform)
def a_check_is_not_evaded(platform: Platform, changed: set[str]) -> Iterable[str]:
    """Who is being checked answers there, and as who it is: no move and no other unit before it is over."""
    if not changed & {"jurisdiction", "organisation"}:
        return
    titles = platform.designations.values("pk")
    held = (
        (Revocation.objects.filter(title__in=titles, state__in=OPEN_REVOCATIONS), "撤销程序"),
        (SpotCheck.objects.filter(title__in=titles).exclude(state__in=CONCLUDED_CHECKS), "抽查"),
        (Rectification.objects.filter(title__in=titles, state__in=OPEN_RECTIFICATIONS), "整改"),
        (Complaint.objects.filter(title__in=titles, state=ComplaintState.VERIFYING), "已受理的投诉"),
    )
    for rows, what in held:
        if rows.exists():
            yield f"该平台有{what}尚未办结，办结后方可变更所在地区或者运营单位。"


@requires(Surrender, "accept")
def no_revocation_is_open(row: Surrender, attempt: Attempt) -> Iterable[str]:
    if row.title.revocations.filter(state__in=OPEN_REVOCATIONS).exists():
        yield "该平台正在撤销程序中，办结前不能以放弃称号代替。"
    if row.title.spot_checks.exclude(state__in=CONCLUDED_CHECKS).exists():
        yield "该平台已被抽中抽查，抽查办结后方可办理。"
    if row.title.complaints.filter(state=ComplaintState.VERIFYING).exists():
        yield "该平台有已受理的投诉正在核查，办结后方可办理。"


@requires(CheckPlan, "draw")
def number_could_not_be_known(plan: CheckPlan, attempt: Attempt) -> Iterable[str]:
    """The public number must be younger than the frozen frame, else somebody could have tried numbers."""
    if plan.announced_at and clock.today() <= clock.day_of(plan.announced_at):
        yield "底册公布次日起方可抽取，公开随机数应在底册公布之后产生。"


@requires(CheckPlan, "announce")
def there_is_something_to_draw(plan: CheckPlan, attempt: Attempt) -> Iterable[str]:
    if not Designation.objects.filter(state__in=("ACTIVE", "RECTIFYING")).exists():
        yield "目前没有有效的示范平台，无从抽取。"


@requires(CheckPlan, "publish_results")
def every_check_is_concluded(plan: CheckPlan, attempt: Attempt) -> Iterable[str]:
    left = plan.checks.exclude(state__in=CONCLUDED_CHECKS).count()
    if left:
        yield f"还有 {left} 家未作出处理，全部办结后方可公布。"


@requires(SpotCheck, "notify")
def visit_is_to_come(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    if not attempt.looking_ahead and attempt.facts["visit_on"] < clock.today():
        yield "检查日期已过，请填写今天或者以后的日期。"


@requires(SpotCheck, "hand_over")
def something_was_recorded(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    if not check.findings.exists():
        yield "请先记录检查发现；没有问题的，记录一条“符合”。"


def silent_experts(check: SpotCheck, by) -> list[str]:
    """Who of the team, but the one who hands in, has recorded nothing."""
    team = check.experts.exclude(user__in=check.findings.values("found_by")).exclude(user=by)
    return list(team.order_by("user__username").values_list("user__name", flat=True))


@requires(SpotCheck, "hand_over")
def the_team_agrees(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    """Handing in closes the check for the whole team: who is silent is named, and it is confirmed (an operating rule)."""
    if attempt.looking_ahead or attempt.facts.get("for_team"):
        return
    if silent := silent_experts(check, attempt.by):
        yield (
            f"{'、'.join(silent)}还没有记录检查发现，提交后不能再记录。"
            "请先由其记录；检查组已一并核对的，请勾选确认后由一人代为提交。"
        )


@requires(SpotCheck, "clear")
@requires(SpotCheck, "clear_suspicion")
@requires(SpotCheck, "order_rectification")
@requires(SpotCheck, "refer")
def platform_could_answer(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    nothing_to_answer = attempt.verb == "clear" and not check.findings.exclude(weight="none").exists()
    if check.state == "FOUND" and clock.today() <= check.answer_due and not nothing_to_answer:
        yield f"平台说明期限至 {date_cn_weekday(check.answer_due)}，期满或者收到说明后方可处理。"


@requires(SpotCheck, "clear")
def no_fraud_is_on_record(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    if check.findings.filter(weight="fraud").exists():
        yield "检查发现中有涉嫌弄虚作假，排除嫌疑须由两人办理。"


@requires(SpotCheck, "clear_suspicion")
def fraud_is_on_record(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    if not check.findings.filter(weight="fraud").exists():
        yield "检查发现中没有涉嫌弄虚作假，按“未发现问题，办结”办理。"


@demands_words(SpotCheck, "clear")
def something_grave_was_found(check: SpotCheck) -> bool:
    return check.findings.filter(weight="grave").exists()


@requires(SpotCheck, "clear")
def nothing_grave_was_found(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    if something_grave_was_found(check) and not (attempt.looking_ahead or attempt.note.strip()):
        yield "检查发现严重问题，按未发现问题办结的，请写明理由。"


@requires(SpotCheck, "order_rectification")
@requires(SpotCheck, "refer")
def title_is_alive(check: SpotCheck, attempt: Attempt) -> Iterable[str]:
    title = check.title
    if title.state not in ("ACTIVE", "RECTIFYING"):
        yield f"此称号{title.get_state_display()}，抽查只能办结。"
    elif attempt.verb == "order_rectification" and title.state == "RECTIFYING":
        yield "该平台已在整改中，请在原整改中处理，或者移送撤销程序。"
    elif attempt.verb == "refer" and title.revocations.filter(state__in=OPEN_REVOCATIONS).exists():
        yield "该平台已有一件撤销程序在办。"

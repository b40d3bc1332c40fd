"""撤销称号 (Arts. 14, 15), from the first evidence to the two effects and their announcement.

Carries out Art. 15.
"""

from __future__ import annotations

from datetime import date, time

from django.db import transaction

from applications.cycles.years import edition_of_title
from applications.models import Application
from applications.rereviews.cohort import STANDINGS, standing_of
from applications.states import ApplicationState
from platforms.models import Designation, Recommender
from platforms.register.services import suspend
from platforms.states import LIVE_TITLES
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import deadline_in
from portal.kernel.numbers import next_number
from portal.kernel.permissions import demand_role, demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from portal.shared import law
from portal.shared.workingdays import date_cn, date_cn_weekday
from review.models import CasePaper, Revocation, RevocationEvidence, SpotCheck, Surrender
from review.revocations import papers
from review.revocations.endings import announce, finish_title
from review.states import OPEN_REVOCATIONS

STATEMENT_DAYS = 5  # working days to answer a notice, an operating rule
HEARING_NOTICE_DAYS = 7  # working days between the notice of a hearing and the hearing, an operating rule
TYPES = {"pdf", "ofd", "jpg", "png", "xlsx"}
MAX_BYTES = 50 * 1024 * 1024


@transaction.atomic
def open_revocation(
    title: Designation,
    *,
    ground: str,
    by,
    facts: str = "",
    referral: str = "",
    spot_check: SpotCheck | None = None,
) -> Revocation:
    """`facts` are the officer's; a referral brings its own words and leaves the facts to be written."""
    demand_role(Revocation, by, "open", "撤销程序由工业和信息化部启动。")
    if title.state not in LIVE_TITLES:
        raise TransitionBlocked([f"此称号{title.get_state_display()}，不能再启动撤销程序。"])
    if Revocation.objects.filter(title=title, state__in=OPEN_REVOCATIONS).exists():
        raise TransitionBlocked(["此称号已有一件撤销程序在办，请在该件中办理。"])
    if ground == Revocation.Ground.NOT_FILED:
        _refuse_when_filed(title)
    row = Revocation.objects.create(
        title=title,
        number=next_number(Revocation, f"CX{clock.today().year}-"),
        ground=ground,
        facts=facts,
        referral=referral,
        spot_check=spot_check,
        opened_by=by,
        opened_at=clock.now(),
    )
    audit.record(
        action="open", obj=row, by=by, note=facts or referral, facts={"ground": row.get_ground_display()}
    )
    return row


def _refuse_when_filed(title: Designation) -> None:
    """Art. 14: who filed in time has not failed to; what stayed with the province is not held against the unit."""
    filed = Application.objects.filter(
        designation=title, cycle__year__gte=title.review_year, submitted_at__isnull=False
    ).select_related("cycle")
    for row in filed.exclude(state=ApplicationState.WITHDRAWN):
        standing = standing_of(row)
        if standing in ("stuck", "late", "under_way"):
            raise TransitionBlocked(
                [
                    f"该平台 {row.cycle.year} 年度复核已提交（{row.number}，{dict(STANDINGS)[standing]}），不能以未按规定办理复核为由撤销。"
                ]
            )


@transaction.atomic
def write_facts(row: Revocation, *, facts: str, by) -> Revocation:
    """Until the unit is told: what it answers is what the decision may hold against it."""
    demand_scope(by, "write_facts", row, "查明的事实由工业和信息化部经办人撰写。")
    row = Revocation.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state != "OPENED":
        raise TransitionBlocked(["已告知平台，查明的事实不能再改；有新的事实，请不予撤销后另行立案。"])
    row.facts = facts
    row.save(update_fields=["facts"])
    audit.record(action="write_facts", obj=row, by=by, note=facts)
    return row


@takes_files(upload=Papers(TYPES, MAX_BYTES))
def add_evidence(row: Revocation, *, words: str, upload, by) -> RevocationEvidence:
    """Only before the unit is told: what it answers is all that can be held against it."""
    demand_scope(by, "add_evidence", row, "您没有补充证据的权限。")
    if row.state != "OPENED":
        raise TransitionBlocked(["已告知平台，证据不能再增减。"])
    stored = place(upload, owner=row, by=by)
    entry = RevocationEvidence.objects.create(
        revocation=row, words=words, file=stored, added_by=by, added_at=clock.now()
    )
    audit.record(action="add_evidence", obj=row, by=by, note=words, facts={"sha256": stored.sha256})
    return entry


@transaction.atomic
def notify(row: Revocation, *, by, note: str = "") -> Revocation:
    done = perform(row, "notify", by=by, note=note, due_on=deadline_in(STATEMENT_DAYS))
    papers.issue(done, CasePaper.Kind.NOTICE, papers.compose_notice(done, done.statement_due), by=by)
    return done


@takes_files(files=Papers(TYPES, MAX_BYTES))
def state_case(row: Revocation, *, words: str, wants_hearing: bool, files=(), by) -> Revocation:
    """The unit's statement, with whatever proves it."""
    done = perform(row, "state_case", by=by, note=words, wants_hearing=wants_hearing)
    done.statement_files.set([place(file, owner=done, by=by) for file in files])
    return done


@transaction.atomic
def state_view(row: Revocation, *, words: str, by) -> Revocation:
    """The department whose work a decision would suspend says what it thinks, within the unit's own term."""
    demand_scope(by, "state_view", row, "意见由平台所在地区主管部门负责人提出。")
    row = Revocation.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state not in OPEN_REVOCATIONS:
        raise TransitionBlocked([f"当前状态为“{row.get_state_display()}”，不能再提出意见。"])
    if row.department_view:
        raise TransitionBlocked(["意见已经提出，不能修改。"])
    row.department_view, row.department_viewed_at = words, clock.now()
    row.save(update_fields=["department_view", "department_viewed_at"])
    outbox.send_event(audit.record(action="state_view", obj=row, by=by, note=words))
    return row


def earliest_hearing() -> date:
    """The first day on which a hearing of which the unit is told today may be held."""
    return deadline_in(HEARING_NOTICE_DAYS + 1)


@transaction.atomic
def arrange_hearing(row: Revocation, *, on: date, at: time, place: str, by) -> Revocation:
    """Set day, time and place of the hearing, and tell the unit; another arrangement is told anew.

    An operating rule after 行政处罚法 Art. 64(二): the unit is told of time and place seven days before. Working
    days (Art. 85 there), as the term to state one's case; the day of telling and the hearing's own do not count.
    """
    demand_scope(by, "arrange_hearing", row, "听证由工业和信息化部安排。")
    row = Revocation.objects.select_for_update(of=("self",)).select_related("title").get(pk=row.pk)
    if row.state == "STATED" and not row.wants_hearing:
        raise TransitionBlocked(["平台没有要求听证，可以直接作出决定。"])
    if not row.awaits_hearing:
        raise TransitionBlocked([f"当前状态为“{row.get_state_display()}”，不能安排听证。"])
    if (row.hearing_on, row.hearing_at, row.hearing_place) == (on, at, place):
        raise TransitionBlocked(["日期、时间和地点与已通知的一致，无需再次通知。"])
    if on < earliest_hearing():
        raise TransitionBlocked(
            [
                f"听证须在举行的 {HEARING_NOTICE_DAYS} 个工作日前通知平台，今天通知的最早为 {date_cn_weekday(earliest_hearing())}。"
            ]
        )
    row.hearing_on, row.hearing_at, row.hearing_place = on, at, place
    row.save(update_fields=["hearing_on", "hearing_at", "hearing_place"])
    facts = {"on": on, "at": f"{at:%H:%M}", "place": place}
    event = audit.record(action="arrange_hearing", obj=row, by=by, note=row.hearing_words, facts=facts)
    papers.issue(row, CasePaper.Kind.HEARING, papers.compose_hearing(row), by=by)
    outbox.send_event(event)
    return row


def effects_of(row: Revocation) -> list[str]:
    """What the signature brings about, as sentences; the page asks to confirm each of them."""
    title = row.title
    effects = [f"撤销{title.platform_name}“国家中小企业公共服务示范平台”称号（{title.number}）"]
    if row.is_fraud:
        effects.append(f"暂停{title.jurisdiction.name} {clock.today().year + 1} 年度的申报工作")
    return effects


def heading_of(row: Revocation) -> str:
    return f"关于撤销{row.title.platform_name}国家中小企业公共服务示范平台称号的公告"


def announcement_parts(row: Revocation, reason: str) -> tuple[str, list[dict]]:
    """Opening and sections of the announcement, as previewed and as published."""
    title, article = row.title, row.basis
    opening = (
        f"根据《{law.MEASURES}》{article}，经查，{title.organisation_name}运营的"
        f"{title.platform_name}{row.get_ground_display()}。现公告如下。"
    )
    sections = [
        {
            "title": "一、撤销称号",
            "text": f"撤销该平台“国家中小企业公共服务示范平台”称号（证书编号 {title.number}），自公告之日起生效。理由：{reason.rstrip('。')}。",
        }
    ]
    if row.is_fraud:
        sections.append(
            {
                "title": "二、暂停申报工作",
                "text": f"暂停{title.jurisdiction.name} {clock.today().year + 1} 年度国家中小企业公共服务示范平台申报工作；已授予称号平台的三年复核和年度总结照常进行。",
            }
        )
    return opening, sections


@transaction.atomic
def carry_out(signoff, row: Revocation, by) -> Revocation:
    """The second signature: the decision, its announcement, the title, and for fraud the jurisdiction."""
    facts = signoff.facts
    done = perform(row, "decide", by=by, note=signoff.note, signoff=signoff, **facts)
    opening, sections = announcement_parts(done, signoff.note)
    notice = announce(
        done.title,
        heading=heading_of(done),
        opening=opening,
        sections=sections,
        by=by,
        signoff=signoff,
        number=done.document_number,
    )
    done.notice = notice
    done.save(update_fields=["notice"])
    letter = papers.compose_decision(
        done, reason=signoff.note, number=done.document_number, on=date_cn(done.decided_on)
    )
    papers.issue(done, CasePaper.Kind.DECISION, letter, by=by)
    reason = f"{done.get_ground_display()}：{signoff.note}"
    finish_title(done.title, "revoke" if done.is_fraud else "end", notice=notice, by=by, note=reason)
    if done.suspends:
        _suspend(done, notice, by)
    return done


def reached_by_fraud(title: Designation) -> list[Recommender]:
    """The platform's jurisdiction; the association that recommended it only where the edition says so."""
    reached = [title.jurisdiction]
    if edition_of_title(title).association_suspended_by_fraud and title.recommender.is_association:
        reached.append(title.recommender)
    return reached


def _suspend(row: Revocation, notice, by) -> None:
    title, today = row.title, clock.today()
    for recommender in reached_by_fraud(title):
        suspend(
            recommender,
            year=today.year + 1,
            reason=f"{title.platform_name}弄虚作假被撤销称号",
            document=row.document_number or notice.title[:64],
            on=today,
            by=by,
        )


@transaction.atomic
def ask_surrender(title: Designation, *, reason: str, by) -> Surrender:
    """Only the 负责人 may give a title up."""
    demand_scope(by, "ask_surrender", title, "放弃称号由申报单位负责人提出。")
    if title.state not in LIVE_TITLES:
        raise TransitionBlocked([f"此称号{title.get_state_display()}，无需放弃。"])
    if not reason.strip():
        raise TransitionBlocked(["请写明放弃称号的理由。"])
    if title.surrenders.filter(state="ASKED").exists():
        raise TransitionBlocked(["放弃称号的申请已经提出，请等待工业和信息化部办理。"])
    row = Surrender.objects.create(title=title, reason=reason, asked_by=by, asked_at=clock.now())
    outbox.send_event(audit.record(action="ask", obj=row, by=by, note=reason))
    return row


def surrender_parts(row: Surrender) -> tuple[str, str]:
    """Heading and text of the announcement, as previewed and as published; the regulation knows no surrender."""
    title = row.title
    return (
        f"关于{title.platform_name}放弃国家中小企业公共服务示范平台称号的公告",
        f"经{title.organisation_name}申请，同意{title.platform_name}放弃“国家中小企业公共服务示范平台”称号"
        f"（证书编号 {title.number}），自公告之日起终止。",
    )


@transaction.atomic
def accept_surrender(row: Surrender, *, signoff, by) -> Surrender:
    done = perform(row, "accept", by=by, note=signoff.note, signoff=signoff)
    title = done.title
    heading, opening = surrender_parts(done)
    notice = announce(title, heading=heading, opening=opening, sections=[], by=by, signoff=signoff)
    done.notice = notice
    done.save(update_fields=["notice"])
    finish_title(title, "surrender", notice=notice, by=by, note=done.reason)
    return done

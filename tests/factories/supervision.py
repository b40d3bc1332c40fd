"""What the ministry's supervision leaves behind: each record in a state, through the services."""

from __future__ import annotations

from datetime import date, timedelta

from applications.models import Cycle
from platforms.models import Designation, Recommender, Suspension
from platforms.register.services import suspend
from portal.kernel import clock
from portal.kernel.permissions import Role
from portal.kernel.workflow import perform
from review.models import (
    CheckPlan,
    Expert,
    FailingNotice,
    Rectification,
    Revocation,
    SecondLook,
    SpotCheck,
    Surrender,
)
from review.rectifications import services as rectification
from review.rereview import failing
from review.revocations import services as revocation
from review.spot_checks import services as spot_check
from tests.factories import people
from tests.factories.dossiers import on
from training.demo import officials
from training.demo.dossiers import Unit
from training.demo.files import paper

OPENED_ON, HEARD_ON, ENDED_ON = date(2026, 6, 1), date(2026, 6, 4), date(2026, 6, 8)


def revocation_in(
    state: str, title: Designation, of: Unit, *, opened_on: date = OPENED_ON, with_evidence: bool = False
) -> Revocation:
    """OPENED, NOTIFIED, STATED or DECIDED; evidence once it is notified, before that when asked for."""
    officer, lead = people.ministry(), people.ministry(Role.MINISTRY_LEAD)
    with on(opened_on):
        case = revocation.open_revocation(title, ground="fraud", facts="名单中企业书面否认。", by=officer)
        if with_evidence or state != "OPENED":
            revocation.add_evidence(case, words="企业书面说明", upload=paper("核查笔录.pdf"), by=officer)
        if state != "OPENED":
            case = revocation.notify(case, by=officer)
    if state in ("STATED", "DECIDED"):
        with on(HEARD_ON):
            perform(case, "state_case", by=of.user, note="口径不同。", wants_hearing=False)
    case.refresh_from_db()
    if state == "DECIDED":
        with on(ENDED_ON):
            head = people.staff_of(title.jurisdiction)[1]
            case = revocation.state_view(case, words="已知悉，无不同意见。", by=head)
            officials.two_persons(
                [case],
                "decide",
                proposer=officer,
                signer=lead,
                note="名单造假属实",
                end_title=True,
                suspend=True,
                document_number="工信部函〔2026〕9号",
            )
    title.refresh_from_db()
    return case


def rectification_in(state: str, title: Designation, of: Unit, *, on_day: date = OPENED_ON) -> Rectification:
    """ORDERED or REPORTED."""
    with on(on_day):
        row = rectification.order(title, requirements="补齐服务台账", by=people.ministry(Role.MINISTRY_LEAD))
        if state == "REPORTED":
            row = rectification.report_done(row, words="已补齐", upload=paper("整改证明.pdf"), by=of.user)
    title.refresh_from_db()
    return row


def failing_notice(title: Designation) -> FailingNotice:
    """The letter to a unit that has not filed its re-review."""
    cycle = Cycle.objects.national().exclude(state="DRAFT").first()
    return failing.send_letter(title, cycle, "unfiled", "未提交复核材料。", by=people.ministry())


def surrender(title: Designation, of: Unit) -> Surrender:
    return revocation.ask_surrender(title, reason="停止运营", by=of.user)


def suspension(office: Recommender, *, year: int) -> Suspension:
    return suspend(
        office,
        year=year,
        reason="某平台弄虚作假被撤销称号",
        document="〔2026〕9 号",
        on=OPENED_ON,
        by=people.ministry(Role.MINISTRY_LEAD),
    )


def check_plan(name: str = "2026 年抽查", *, team_size: int = 0) -> CheckPlan:
    """A draft; the team is the whole pool unless a number is given."""
    return spot_check.create_plan(
        by=people.ministry(),
        name=name,
        year=2026,
        kind="yearly",
        subject="服务业绩真实性",
        percent=100,
        team_size=team_size or Expert.objects.filter(user__is_active=True).count(),
    )


def drawn_plan(name: str = "2026 年抽查", *, announced_on: date = OPENED_ON, team_size: int = 0) -> CheckPlan:
    """Announced, and drawn on the day after: a check for every living title."""
    with on(announced_on):
        plan = spot_check.announce_plan(
            check_plan(name, team_size=team_size), by=people.ministry(Role.MINISTRY_LEAD)
        )
    with on(announced_on + timedelta(days=1)):
        return spot_check.draw(plan, public_number="0102 0304", public_source="测试", by=people.ministry())


def check_in(state: str, plan: CheckPlan, title: Designation, *, day: date) -> SpotCheck:
    """The drawn check of a title: NOTIFIED with a first finding, or FOUND."""
    row, officer = plan.checks.get(title=title), people.ministry()
    with on(day):
        perform(row, "notify", by=officer, note="请备齐台账", visit_on=day)
        row.refresh_from_db()
        spot_check.add_finding(
            row, weight="minor", words="台账缺页", upload=paper("检查记录.pdf"), by=officer
        )
        if state == "FOUND":
            row = spot_check.hand_over(row, by=officer, for_team=True)
    return row


def second_look(application, *, day: date) -> SecondLook:
    """As it stands while others look: the dossier's own state does not matter to who may read it."""
    return SecondLook.objects.create(
        application=application,
        decision="REFUSED",
        decision_reason="材料不符",
        decided_on=day,
        reasons="数据有误",
        asked_by=application.created_by,
        asked_at=clock.now(),
    )

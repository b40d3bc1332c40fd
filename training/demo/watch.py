"""动态管理 in the demo: a published spot check, a rectification that waits, a surrender, a case of fraud."""

from __future__ import annotations

from datetime import date

from platforms.models import Designation
from platforms.querysets import people_of_organisation
from portal.kernel.workflow import perform
from portal.models import User
from review.models import Rectification, Revocation, SpotCheck
from review.rectifications import services as rectification
from review.revocations import services as revocation
from review.spot_checks import services as spot_check
from training.demo.actors import staff_of
from training.demo.cast import Cast
from training.demo.files import paper
from training.demo.officials import two_persons


def signer_of(title: Designation) -> User:
    return people_of_organisation(title.platform.organisation, "sign_organisation").first()


def watch(cast: Cast) -> None:
    officer, lead = cast.people["miit_officer"], cast.people["miit_lead"]
    with cast.on(date(2025, 9, 1)):
        plan = spot_check.create_plan(
            by=officer,
            name="2025 年示范平台抽查",
            year=2025,
            kind="yearly",
            percent=5,
            each=True,
            team_size=2,
            subject="服务企业名单、服务收费和满意度的真实性，公益性服务开展情况。",
        )
        plan = spot_check.announce_plan(plan, by=lead)
    with cast.on(date(2025, 9, 2)):
        plan = spot_check.draw(
            plan, public_number="03 11 17 26 29 31 08", public_source="公开随机数（演示）", by=officer
        )
    checks = list(plan.checks.select_related("title__platform__organisation").order_by("position"))
    with cast.on(date(2025, 9, 3)):
        for check in checks:
            perform(check, "notify", by=officer, note="请备齐服务台账和协议原件", visit_on=date(2025, 9, 10))
            check.refresh_from_db()
    inspect(cast, checks)
    with cast.on(date(2025, 9, 24)):
        for check in checks[1:]:
            perform(check, "clear", by=lead, note="未发现需要处理的问题")
        spot_check.order_rectification(
            SpotCheck.objects.get(pk=checks[0].pk), by=lead, note="补齐服务台账，公开收费标准"
        )
        spot_check.publish_results(plan, by=lead)
    mend(cast, checks[0].title)
    spare = (
        Designation.objects.filter(year=2025, state="ACTIVE")
        .select_related("platform__organisation")
        .order_by("-number")
    )
    with cast.on(date(2025, 11, 3)):
        asked = revocation.ask_surrender(
            spare[0], reason="运营单位合并，平台停止运营", by=signer_of(spare[0])
        )
        two_persons([asked], "accept", proposer=officer, signer=lead, note="同意")
    with cast.on(date(2026, 4, 9)):
        accuse(cast, spare[1])


def inspect(cast: Cast, checks: list[SpotCheck]) -> None:
    with cast.on(date(2025, 9, 10)):
        for number, check in enumerate(checks):
            expert = check.experts.order_by("user__username").first().user
            weight, words = (
                ("minor", "部分服务台账缺少签字，收费标准未公开") if number == 0 else ("none", "与申报一致")
            )
            spot_check.add_finding(check, weight=weight, words=words, by=expert)
            spot_check.hand_over(check, by=expert, for_team=True)
    with cast.on(date(2025, 9, 12)):
        first = SpotCheck.objects.get(pk=checks[0].pk)
        perform(first, "answer_findings", by=signer_of(first.title), note="已着手补齐，收费标准月内公开。")


def mend(cast: Cast, title: Designation) -> None:
    """Reported and checked; the ministry still has to conclude."""
    row = Rectification.objects.get(title=title)
    with cast.on(date(2025, 11, 10)):
        rectification.report_done(
            row, words="台账已补齐并经服务对象签字，收费标准已在网站公开。", by=signer_of(title)
        )
    row.refresh_from_db()
    with cast.on(date(2025, 11, 20)):
        officer, _ = staff_of(title.recommender)
        perform(row, "check_again", by=officer, note="现场核查属实，整改到位。", passed=True)


def accuse(cast: Cast, title: Designation) -> None:
    """A case of fraud that the unit has been told of and may still answer."""
    officer = cast.people["miit_officer"]
    case = revocation.open_revocation(
        title,
        ground=Revocation.Ground.FRAUD,
        facts="群众反映并经核查：服务企业名单中 37 家企业书面否认签订服务协议。",
        by=officer,
    )
    revocation.add_evidence(case, words="37 家企业的书面说明", upload=paper("企业书面说明.pdf"), by=officer)
    case.refresh_from_db()
    revocation.notify(case, by=officer, note="请在期限内陈述意见")

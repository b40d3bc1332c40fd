"""The rest of the year: rectification, spot checks, fraud and its two effects, surrender, summaries, what was not filed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from django.db import transaction

from applications.models import Cycle
from applications.rereviews.cohort import unfiled
from platforms.models import AnnualSummary, Designation, Suspension
from platforms.states import LIVE_TITLES
from platforms.summaries.services import answer_summary
from portal.kernel.calendar import calendar
from portal.kernel.workflow import missing, perform
from review.models import CheckPlan, Rectification, Revocation, SpotCheck, Surrender
from review.rectifications import services as rectification
from review.revocations import services as revocation
from review.spot_checks import services as spot_check
from review.states import OPEN_REVOCATIONS
from training.demo import officials
from training.demo.files import paper
from training.demo.later_life import fill_summary
from training.simulation.company import Company
from training.simulation.spread import spread


class Aftermath:
    def __init__(self, company: Company, year: int, *, hands: int = 1):
        self.company, self.year, self.hands = company, year, hands
        self.chance, self.people = company.chance, company.people
        self.officer, self.lead = self.people["miit_officer"], self.people["miit_lead"]

    def steps(self) -> Iterator[tuple[str, date]]:
        days, year = calendar(), self.year
        for name, day in (
            ("report_rectified", date(year, 7, 15)),
            ("check_rectified", date(year, 7, 22)),
            ("conclude_rectified", date(year, 7, 29)),
            ("announce_checks", date(year, 8, 24)),
            ("draw_checks", date(year, 8, 29)),
            ("find", date(year, 9, 7)),
            ("answer_findings", date(year, 9, 10)),
            ("conclude_checks", date(year, 9, 18)),
            ("refer_unmended", date(year, 10, 12)),
            ("notify_cases", date(year, 10, 19)),
            ("decide_cases", date(year, 11, 9)),
            ("surrender", date(year, 11, 16)),
            ("report_rectified", date(year, 11, 18)),
            ("check_rectified", date(year, 11, 20)),
            ("conclude_rectified", date(year, 11, 24)),
        ):
            yield name, days.next_workday(day)

    def early_steps(self) -> Iterator[tuple[str, date]]:
        """What the beginning of the following year owes to this one."""
        days = calendar()
        yield "judge_unfiled", days.next_workday(date(self.year + 1, 1, 6))
        yield "notify_cases", days.next_workday(date(self.year + 1, 1, 7))
        yield "decide_cases", days.next_workday(date(self.year + 1, 1, 22))
        yield "lift_some", days.next_workday(date(self.year + 1, 2, 20))
        yield "file_summaries", days.next_workday(date(self.year + 1, 2, 23))
        yield "acknowledge_summaries", days.next_workday(date(self.year + 1, 2, 26))

    def _two(self, row, verb: str, *, note: str = "", **facts) -> None:
        officials.two_persons([row], verb, proposer=self.officer, signer=self.lead, note=note, **facts)

    # --- rectification ---

    def _rectifications(self, *states: str):
        rows = Rectification.objects.filter(state__in=states).select_related("title__platform__organisation")
        return rows.order_by("title__number")

    def report_rectified(self) -> None:
        for row in self._rectifications("ORDERED"):
            if not row.is_overdue and not self.chance.happens(0.15, "unmended", self.year, row.title.number):
                unit = self.company.unit_of(row.title.platform)
                rectification.report_done(row, words="已按要求整改。", by=unit.user)

    def check_rectified(self) -> None:
        for row in self._rectifications("REPORTED"):
            officer, _ = self.company.staff(row.title.recommender)
            perform(row, "check_again", by=officer, note="现场核查属实", passed=True)

    def conclude_rectified(self) -> None:
        for row in self._rectifications("CHECKED"):
            self._two(row, "accept", note="整改合格")

    def refer_unmended(self) -> None:
        for row in self._rectifications("ORDERED"):
            if row.is_overdue:
                rectification.refer(row, by=self.lead, note="逾期未提交整改报告")

    # --- spot checks ---

    def announce_checks(self) -> None:
        if (
            CheckPlan.objects.filter(year=self.year).exists()
            or not Designation.objects.filter(state="ACTIVE").exists()
        ):
            return
        with transaction.atomic():
            plan = spot_check.create_plan(
                by=self.officer,
                name=f"{self.year} 年示范平台抽查",
                year=self.year,
                kind="yearly",
                subject="服务业绩真实性",
                percent=5,
                each=True,
                team_size=2,
            )
            secret = f"{int(self.chance.roll('secret', self.year) * 2**48):032x}"
            spot_check.announce_plan(plan, by=self.lead, secret=secret)

    def draw_checks(self) -> None:
        for plan in CheckPlan.objects.filter(year=self.year, state="ANNOUNCED"):
            number = f"{int(self.chance.roll('public', self.year) * 10**9):09d}"
            plan = spot_check.draw(
                plan, public_number=number, public_source="模拟公开随机数", by=self.officer
            )
            for check in plan.checks.all():
                perform(
                    check,
                    "notify",
                    by=self.officer,
                    note="请备齐台账",
                    visit_on=calendar().next_workday(date(self.year, 9, 7)),
                )

    def _checks(self, *states: str):
        rows = SpotCheck.objects.filter(plan__year=self.year, state__in=states)
        return rows.select_related("plan", "title__platform__organisation").order_by("title__number")

    def find(self) -> None:
        for check in self._checks("NOTIFIED"):
            luck = self.chance.roll("found", self.year, check.title.number)
            weight = "fraud" if luck < 0.08 else "minor" if luck < 0.3 else "none"
            expert = check.experts.order_by("user__username").first().user
            upload = paper("核查笔录.pdf") if weight == "fraud" else None
            with transaction.atomic():
                spot_check.add_finding(
                    check, weight=weight, words="按抽查内容核对。", upload=upload, by=expert
                )
                spot_check.hand_over(check, by=expert, for_team=True)

    def answer_findings(self) -> None:
        for check in self._checks("FOUND"):
            unit = self.company.unit_of(check.title.platform)
            spot_check.answer_findings(check, words="情况说明。", by=unit.user)

    def conclude_checks(self) -> None:
        for check in self._checks("ANSWERED"):
            weights = set(check.findings.values_list("weight", flat=True))
            with transaction.atomic():
                if "fraud" in weights:
                    spot_check.refer(check, by=self.lead, note="服务名单造假，移送。")
                elif "minor" in weights and check.title.state == "ACTIVE":
                    spot_check.order_rectification(check, by=self.lead, note="补齐台账")
                else:
                    perform(check, "clear", by=self.lead, note="未发现需要处理的问题")
        for plan in CheckPlan.objects.filter(year=self.year, state="DRAWN"):
            spot_check.publish_results(plan, by=self.lead)

    # --- revocation ---

    def notify_cases(self) -> None:
        for case in Revocation.objects.filter(state="OPENED").order_by("number"):
            if not case.facts:
                revocation.write_facts(case, facts="抽查或者整改核查记录载明的情况属实。", by=self.officer)
            revocation.notify(case, by=self.officer)

    def decide_cases(self) -> None:
        for case in Revocation.objects.filter(state="NOTIFIED").select_related("title").order_by("number"):
            facts = {"end_title": True} | ({"suspend": True} if case.is_fraud else {})
            officials.two_persons(
                [case], "decide", proposer=self.officer, signer=self.lead, note="查证属实", **facts
            )

    def surrender(self) -> None:
        titles = Designation.objects.filter(state="ACTIVE").exclude(revocations__state__in=OPEN_REVOCATIONS)
        for title in titles.select_related("platform__organisation").order_by("number"):
            tired = self.chance.happens(0.01, "surrenders", self.year, title.number)
            if tired and not Surrender.objects.filter(title=title).exists():
                unit = self.company.unit_of(title.platform)
                with transaction.atomic():
                    asked = revocation.ask_surrender(title, reason="单位合并，停止运营", by=unit.user)
                    if not missing(asked, "accept"):
                        self._two(asked, "accept", note="没有在办的抽查、撤销程序和投诉，同意放弃。")

    def judge_unfiled(self) -> None:
        """Half of the forgetful keep their title until the next round asks again, the other half lose it."""
        cycle = Cycle.objects.national().get(year=self.year)
        for title in unfiled(cycle).select_related("platform").order_by("number"):
            busy = Revocation.objects.filter(title=title, state__in=OPEN_REVOCATIONS).exists()
            if not busy and not self.chance.happens(0.5, "deferred", self.year, title.number):
                revocation.open_revocation(
                    title,
                    ground="not_filed",
                    facts=f"{self.year} 年度经提醒仍未提交复核材料。",
                    by=self.officer,
                )

    def lift_some(self) -> None:
        for row in Suspension.objects.filter(year=self.year + 1, state="IN_FORCE").order_by(
            "recommender__code"
        ):
            if self.chance.happens(0.25, "lifted", row.year, row.recommender.code):
                officials.two_persons([row], "lift", proposer=self.officer, signer=self.lead, note="整顿完成")

    # --- annual summaries ---

    def _summaries(self, *states: str):
        rows = AnnualSummary.objects.filter(year=self.year, state__in=states, title__state__in=LIVE_TITLES)
        return rows.select_related("title__platform__organisation", "recommender").order_by("title__number")

    def file_summaries(self) -> None:
        """Art. 13; one in twenty never does, and the clock reminds and escalates."""

        def file(row: AnnualSummary) -> None:
            if not self.chance.happens(0.05, "no summary", self.year, row.title.number):
                dice = random.Random(f"{self.chance.seed}|summary|{self.year}|{row.title.number}")  # noqa: S311
                fill_summary(row, dice, by=self.company.unit_of(row.title.platform).user)

        spread(file, self._summaries("DUE"), hands=self.hands)

    def acknowledge_summaries(self) -> None:
        def acknowledge(row: AnnualSummary) -> None:
            officer, _ = self.company.staff(row.recommender)
            answer_summary(row, "acknowledge", by=officer, note="内容完整，数字与日常掌握一致。")

        spread(acknowledge, self._summaries("FILED"), hands=self.hands)

"""A yearly round brought as far as a test needs it, through the services that the pages use."""

from __future__ import annotations

import io
from datetime import date, datetime

from applications.corrections.models import Stage
from applications.corrections.services import mark_material
from applications.filing.submission import submit as submit_again
from applications.materials.services import add_file
from applications.models import Application
from applications.recommendation.services import report_list
from platforms.models import Recommender
from portal.kernel import outbox
from portal.models import User
from review.models import Assignment, Expert
from review.states import AT_WORK
from tests.factories import dossiers, people
from training.demo import officials
from training.demo.actors import ACCOUNTS, give_password, make_account, staff_of
from training.demo.dossiers import file_dossier, submit
from training.demo.files import evidence_pdf
from training.demo.names import FIELDS
from training.demo.story import Story, stand_at

PANELS = 9  # experts for the counted round
# What the check found wanting on every fourth dossier, and on the next ones.
MARKED = (("missing", "", "没有提交审计报告。"), ("doubt", "illegible", "签章页看不清。"))
ROAD = ("SUBMITTED", "REPORTED", "ACCEPTED", "UNDER_REVIEW", "REVIEWED", "PROPOSED", "PUBLICISED")


def make_experts(story: Story, number: int) -> None:
    place = Recommender.objects.get(label="天津")
    for n in range(1, number + 1):
        story.expert(
            n,
            {
                "employer": f"第 {n} 研究所",
                "jurisdiction": place,
                "professional_title": "教授",
                "functions": list(FIELDS[n % len(FIELDS)][1]),
            },
        )


class Round(Story):
    """People, experts and a published 2026; `bring` walks dossiers along the road."""

    def __init__(self):
        super().__init__(say=lambda *_: None)
        self.people = {account.username: make_account(account) for account in ACCOUNTS}
        make_experts(self, 6)
        self.year = self.cycle(2026, date(2026, 3, 27))

    def bring(self, *labels: str, upto: str) -> list[Application]:
        """One dossier per label, all standing at `upto`."""
        far = ROAD.index(upto)
        rows = [self._file(label) for label in labels]
        if far >= 1:
            with self.on(date(2026, 3, 18)):
                for row in rows:
                    handler, signer = staff_of(row.recommender)
                    officials.evaluate(row, handler, day=date(2026, 3, 18), score=88)
                    officials.recommend(row, signer)
            with self.on(date(2026, 4, 1)):
                self.report(self.year, rows)
        with self.on(date(2026, 4, 2)):
            for row in rows:
                if far >= 2:
                    officials.accept(row, self.people["miit_officer"])
                if far >= 4:
                    officials.review(row, self.people["miit_officer"], base=84)
                elif far == 3:
                    officials.review(row, self.people["miit_officer"], base=84, upto="UNDER_REVIEW")
        if far >= 5:
            with self.on(date(2026, 4, 8)):
                self.two(rows, "propose", note="评审合格")
        if far >= 6:
            self.publicise(rows, date(2026, 4, 10))
        return rows

    def publicise(self, rows: list[Application], start: date) -> None:
        with self.on(start.replace(day=start.day - 1)):
            self.two(
                rows, "publicise", start=start.isoformat(), contact_phone="010-1", supervision_phone="010-2"
            )

    def two(self, rows, verb: str, *, note: str = "", **facts) -> None:
        people = self.people
        officials.two_persons(
            rows, verb, proposer=people["miit_officer"], signer=people["miit_lead"], note=note, **facts
        )

    def _file(self, label: str) -> Application:
        with self.on(date(2026, 2, 26)):
            association = Recommender.objects.filter(code=label).first()
            unit = self.unit("江苏" if association else label)
            application = submit(file_dossier(unit, self.year, recommender=association), unit)
        self.units[str(application.pk)] = unit
        return application


def for_the_browser() -> None:
    """One dossier whose panel is to be drawn, and three that stand on a notice over National Day."""
    world = Round()
    rows = world.bring("浙江", "四川", "陕西", upto="PROPOSED")
    world.publicise(rows, date(2026, 9, 21))
    world.bring("湖南", upto="ACCEPTED")
    for row in Expert.objects.all():
        give_password(row.user)
    stand_at(datetime(2026, 4, 3, 9, 30))
    outbox.drain_outbox()


def for_counting(number: int) -> None:
    """A round as it stands when the provinces have reported: every fourth lacks a paper, every fourth has a doubtful one."""
    for account in ACCOUNTS:
        make_account(account)
    rows = [dossiers.application_in("RECOMMENDED") for _ in range(number)]
    office, cycle = rows[0].recommender, rows[0].cycle
    _, lead = people.staff_of(office)
    with dossiers.on(dossiers.REPORTED_ON):
        report_list(
            office,
            cycle,
            procedure=rows[0].procedure,
            document_number="〔2026〕1 号",
            document_date=dossiers.REPORTED_ON,
            by=lead,
        )
    checker = User.objects.get(username="miit_officer2")
    with dossiers.on(
        dossiers.CHECKED_ON, 9
    ):  # before the clock on the pages: what is answered comes after it
        for place, row in enumerate(rows):
            if place % 4 < len(MARKED):
                verdict, reason, words = MARKED[place % 4]
                mark_material(
                    row,
                    "audit",
                    stage=Stage.MINISTRY,
                    verdict=verdict,
                    reason=reason,
                    words=words,
                    by=checker,
                )
    dossiers.enough_experts(PANELS)
    stand_at(datetime(2026, 4, 2, 9, 30))


def answer_supplements() -> None:
    """Every unit that was asked hands in another audit report."""
    for row in Application.objects.filter(state="SUPPLEMENTING"):
        before, by = row.materials.get(code="audit").files.get(removed_at=None), row.created_by
        paper = io.BytesIO(evidence_pdf(f"补正 {row.number}"))
        add_file(row, "audit", content=paper, name="补正.pdf", by=by, replaces=before)
        submit_again(
            row, by=by, declarant_name=by.name, declarant_title="主任", declared=True, reply="已重新扫描"
        )


def score_all() -> None:
    """Every sheet is handed in; every fourth dossier is a weak one."""
    for place, row in enumerate(Application.objects.filter(state="UNDER_REVIEW").order_by("number")):
        for sheet in Assignment.objects.filter(application=row, state__in=AT_WORK):
            officials.fill_sheet(sheet, level=58 if place % 4 == 0 else 85)

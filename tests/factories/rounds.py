"""A yearly round brought as far as a test needs it, through the services that the pages use."""

from __future__ import annotations

from datetime import date, datetime

from applications.models import Application
from platforms.models import Recommender
from portal.kernel import outbox
from review.models import Expert
from training.demo import officials
from training.demo.actors import ACCOUNTS, give_password, make_account, staff_of
from training.demo.dossiers import file_dossier, submit
from training.demo.names import FIELDS
from training.demo.story import Story, stand_at

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

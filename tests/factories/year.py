"""A year to play in: the demo's people, and platforms that have held their title for three years."""

from __future__ import annotations

import random
from datetime import date, timedelta

from applications.models import Application, Cycle
from applications.states import Procedure
from platforms.models import Designation, Recommender
from platforms.organisations.services import verify_organisation
from platforms.register.services import grant_title
from portal.kernel import clock
from portal.kernel.calendar import calendar
from training.demo import officials
from training.demo.actors import ACCOUNTS, make_account, staff_of
from training.demo.cast import Cast
from training.demo.dossiers import Unit, file_dossier, make_unit, submit


class Year(Cast):
    """One province and the ministry; every step is a service call on a stepped clock."""

    def __init__(self, label: str = "浙江"):
        self.dice, self.number = random.Random(7), 0
        self.people = {account.username: make_account(account) for account in ACCOUNTS}
        self.province = Recommender.objects.get(label=label)
        self.officer, self.head = staff_of(self.province)
        self.experts()

    def experts(self) -> None:
        with self.on(date(2023, 1, 9)):
            for number in range(1, 7):
                place = Recommender.objects.get(label=("北京", "上海", "湖北")[number % 3])
                functions = ["technology", "quality", "information"]
                self.expert(
                    number, {"employer": f"第 {number} 研究所", "jurisdiction": place, "functions": functions}
                )

    def unit(self, label: str = "") -> Unit:
        self.number += 1
        place = Recommender.objects.get(label=label) if label else self.province
        unit = make_unit(self.dice, place, self.number)
        verify_organisation(unit.organisation, by=staff_of(place)[0], note="已与营业执照核对")
        return unit

    def title(self, unit: Unit, *, year: int = 2023) -> Designation:
        with self.on(date(year, 6, 20)):
            return grant_title(
                unit.platform,
                recommender=unit.platform.jurisdiction,
                year=year,
                edition="国家中小企业公共服务示范平台管理暂行办法",
                prefix="GJPT",
                rereview_years=3,
                announcement_title=f"关于公布 {year} 年度名单的公告",
                announcement_number="",
                granted_on=date(year, 6, 20),
                smes_served=120,
                by=self.people["miit_lead"],
            )

    def open_year(self, year: int, **fields) -> Cycle:
        cycle = self.cycle(year, calendar().previous_workday(date(year, 3, 27)))
        if fields:
            Cycle.objects.filter(pk=cycle.pk).update(**fields)
            cycle = Cycle.objects.get(pk=cycle.pk)
        return cycle

    def file(self, unit: Unit, cycle: Cycle, procedure=Procedure.REREVIEW) -> Application:
        with self.on(date(cycle.year, 3, 3)):
            return submit(file_dossier(unit, cycle, procedure=procedure), unit)

    def to_reviewed(self, rows: list[Application], *, opinion: str = "pass") -> None:
        """Through the province and the experts."""
        year = rows[0].cycle.year
        with self.on(calendar().next_workday(date(year, 3, 16))):
            for row in rows:
                officials.evaluate(row, self.officer, day=clock.today(), score=82, opinion=opinion)
                officials.recommend(row, self.head)
        with self.on(calendar().next_workday(date(year, 4, 9))):
            self.report(rows[0].cycle, rows, rows[0].procedure)
            for row in rows:
                officials.accept(row, self.people["miit_officer"])
                officials.review(row, self.people["miit_officer"], base=80)

    def two(self, rows, verb: str, *, day: date, note: str = "", **facts) -> None:
        with self.on(day):
            officials.two_persons(
                rows,
                verb,
                proposer=self.people["miit_officer"],
                signer=self.people["miit_lead"],
                note=note,
                **facts,
            )

    def publicise(self, rows: list[Application], *, start: date) -> date:
        """Publicise, and return the first working day after the publicity."""
        self.two(rows, "publicise", day=start - timedelta(days=1), start=start.isoformat())
        return calendar().add_workdays(start, 16)

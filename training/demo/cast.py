"""The people of a portal that replays years, and what each year begins and ends with.

The demo, the simulation and the tests all play on this: accounts, experts, yearly rounds, lists that leave.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, time

from django.utils import timezone

from applications.cycles.services import create_cycle, publish_cycle
from applications.models import Application, AuditAppointment, Cycle
from applications.recommendation.services import report_list
from applications.states import Procedure
from platforms.models import Recommender
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.models import User
from review.experts.services import add_expert
from review.models import Expert
from training.demo.actors import ACCOUNTS, give_password, make_account, staff_of
from training.demo.names import FIELDS, SURNAMES

AUDITED_FROM = 2025  # earlier years are not for the outside auditor
ASSOCIATIONS = (
    ("CTA", "全国纺织服装行业协会（演示）", "纺织协会", "纺"),
    ("CMA", "全国机械装备行业协会（演示）", "机械协会", "机"),
)


class Cast:
    people: dict[str, User]

    @contextmanager
    def on(self, day: date, hour: int = 10):
        with clock.standing_at(timezone.make_aware(datetime.combine(day, time(hour)))):
            yield

    def cast(self) -> None:
        """Accounts, associations, experts."""
        self.people = {account.username: make_account(account) for account in ACCOUNTS}
        for order, (code, name, label, mark) in enumerate(ASSOCIATIONS, start=60):
            Recommender.objects.get_or_create(
                code=code,
                defaults={
                    "kind": "association",
                    "name": name,
                    "label": label,
                    "mark": mark,
                    "order": order,
                    "seal_text": name,
                },
            )
        for recommender in Recommender.objects.all():
            staff_of(recommender)
            recommender.office = "中小企业处" if not recommender.is_association else "行业服务部"
            recommender.contact, recommender.phone = "值班人员", "0000-00000000"
            recommender.email = f"office-{recommender.code.lower()}@demo.invalid"
            recommender.save(update_fields=["office", "contact", "phone", "email"])
        places = list(
            Recommender.objects.filter(
                label__in=("北京", "上海", "天津", "湖北", "陕西", "辽宁", "重庆", "河北")
            )
        )
        with self.on(date(2023, 1, 9)):
            for number in range(1, 15):
                profile = {
                    "employer": f"{places[number % len(places)].label}理工研究院（演示）第 {number} 所",
                    "jurisdiction": places[number % len(places)],
                    "professional_title": "教授",
                    "functions": list(
                        {code for n in range(3) for code in FIELDS[(number + n) % len(FIELDS)][1]}
                    ),
                }
                self.expert(number, profile)

    def expert(self, number: int, profile: dict) -> None:
        if number == 1:
            Expert.objects.get_or_create(user=self.people["expert1"], defaults=profile)
            return
        expert = add_expert(
            username=f"expert{number}",
            name=f"{SURNAMES[number]}教授",
            email=f"expert{number}@demo.invalid",
            password=None,
            by=self.people["miit_officer"],
            **profile,
        )
        give_password(expert.user)

    def cycle(self, year: int, filing_until: date) -> Cycle:
        days = calendar()
        with self.on(date(year, 1, 12)):
            cycle = create_cycle(
                by=self.people["miit_officer"],
                year=year,
                filing_from=days.next_workday(date(year, 2, 2)),
                filing_until=filing_until,
                handling_from=date(year, 4, 1),
                handling_until=date(year, 4, 30),
                review_until=days.previous_workday(date(year, 6, 30)),
                closes_on=date(year, 12, 31),
            )
            publish_cycle(cycle, by=self.people["miit_lead"])
        cycle.refresh_from_db()
        if year >= AUDITED_FROM:
            self.appoint_auditor(cycle)
        return cycle

    def appoint_auditor(self, cycle: Cycle) -> None:
        AuditAppointment.objects.create(
            auditor=self.people["auditor"],
            cycle=cycle,
            order_number=f"工信审函〔{cycle.year}〕演示号",
            from_on=cycle.filing_from,
            until=date(cycle.year + 2, 12, 31),
            appointed_by=self.people["admin"],
            appointed_at=clock.now(),
        )

    def report(self, cycle: Cycle, rows: list[Application], procedure=Procedure.DESIGNATION) -> None:
        for recommender in {row.recommender for row in rows}:
            report_list(
                recommender,
                cycle,
                procedure=procedure,
                document_number=f"{recommender.mark}工信企业〔{cycle.year}〕演示号",
                document_date=clock.today(),
                by=staff_of(recommender)[1],
            )
        for row in rows:
            row.refresh_from_db()

"""The people of a simulated run: officials by office, experts, and every year's new platforms."""

from __future__ import annotations

import random
from datetime import date
from functools import cached_property

from django.db import transaction

from applications.models import Cycle
from platforms.models import Platform, Recommender
from platforms.organisations.services import verify_organisation
from platforms.querysets import organisations_of
from portal.kernel.calendar import calendar
from portal.models import User
from review.models import Expert
from training.demo.actors import ACCOUNTS, make_account, staff_of
from training.demo.cast import Cast
from training.demo.dossiers import Unit, make_unit
from training.demo.names import FIELDS
from training.simulation.chance import Chance

EXPERTS = 24


class Company(Cast):
    def __init__(self, chance: Chance, first_year: int):
        self.chance, self.first_year = chance, first_year
        self.people = {account.username: make_account(account) for account in ACCOUNTS}
        self._staff = {place.code: staff_of(place) for place in self.places}
        if Expert.objects.count() < EXPERTS:
            self.hire()

    @cached_property
    def places(self) -> list[Recommender]:
        return list(Recommender.objects.filter(kind="department").order_by("code"))

    def staff(self, recommender: Recommender) -> tuple[User, User]:
        return self._staff[recommender.code]

    def hire(self) -> None:
        """Experts of different places and skills, enough that conflicts leave a panel."""
        with self.on(date(self.first_year, 1, 4)), transaction.atomic():
            for number in range(1, EXPERTS + 1):
                self.expert(
                    number,
                    {
                        "employer": f"模拟研究院第 {number} 所",
                        "jurisdiction": self.places[number % len(self.places)],
                        "functions": sorted(
                            {code for n in range(3) for code in FIELDS[(number + n) % len(FIELDS)][1]}
                        ),
                    },
                )

    def round(self, year: int) -> Cycle:
        known = Cycle.objects.national().filter(year=year).first()
        return known or self.cycle(year, calendar().previous_workday(date(year, 3, 27)))

    def unit(self, number: int, year: int) -> Unit:
        """The platform with this number: registered now, or as it was when it was registered."""
        place = self.places[int(self.chance.roll("place", number) ** 1.5 * len(self.places))]
        user = User.objects.filter(username=f"unit{number:03d}").first()
        if user is not None:
            platform = Platform.objects.select_related("organisation", "jurisdiction").get(
                organisation__in=organisations_of(user)
            )
            staff = 22 + number % 5 * 6
            return Unit(
                platform.organisation,
                platform,
                user,
                staff,
                max(int(staff * 0.8), 12),
                104 + number % 4 * 25,
                number=number,
                sme_seed=number,
            )
        dice = random.Random(f"{self.chance.seed}|unit|{number}")  # noqa: S311
        with self.on(date(year, 2, 20)), transaction.atomic():
            unit = make_unit(dice, place, number)
            verify_organisation(unit.organisation, by=self.staff(place)[0], note="已与营业执照核对")
        return unit

    def number_of(self, platform: Platform) -> int:
        return int(platform.organisation.email.partition("@")[0].removeprefix("unit"))

    def unit_of(self, platform: Platform) -> Unit:
        """The same, found by the platform."""
        return self.unit(self.number_of(platform), self.first_year)

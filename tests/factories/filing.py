"""What a filing test starts from: a published year, a unit with its people, a dossier that is ready to file."""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import count

from django.utils import timezone

from applications.cycles.services import create_cycle, publish_cycle
from applications.models import Application, Cycle
from platforms.models import Recommender
from platforms.organisations.services import FILLS, add_person, register_applicant
from portal.accounts.services import create_account
from portal.kernel import clock
from portal.kernel.permissions import Role
from portal.models import User
from training.demo.actors import staff_of
from training.demo.dossiers import Unit, file_dossier, make_unit

numbers = count(500)
FILING_DAY = date(2026, 3, 2)
LAST_DAY = date(2026, 3, 27)


@contextmanager
def on(day: date, hour: int = 10):
    with clock.standing_at(timezone.make_aware(datetime.combine(day, time(hour)))):
        yield


def ministry(role: str = Role.MINISTRY_OFFICER) -> User:
    return create_account(username=f"ministry{next(numbers)}", name="吴静", role=role, by=None)


def applicant(name: str = "林晓岚") -> User:
    number = next(numbers)
    return register_applicant(
        username=f"person{number}", name=name, email=f"person{number}@example.invalid", password=None
    )


def year(number: int = 2026) -> Cycle:
    with on(date(number, 1, 12)):
        cycle = create_cycle(
            by=ministry(),
            year=number,
            filing_from=date(number, 2, 2),
            filing_until=date(number, 3, 27),
            handling_from=date(number, 4, 1),
            handling_until=date(number, 4, 30),
            review_until=date(number, 6, 30),
            closes_on=date(number, 12, 31),
        )
        publish_cycle(cycle, by=ministry(Role.MINISTRY_LEAD))
    return Cycle.objects.get(pk=cycle.pk)


def unit(label: str = "浙江") -> Unit:
    number = next(numbers)
    return make_unit(random.Random(number), Recommender.objects.get(label=label), number)


def clerk_of(made: Unit) -> User:
    """A colleague who fills in and does not sign."""
    user = applicant()
    add_person(made.organisation, user=user, grants=(FILLS,), by=made.user)
    return user


def dossier(made: Unit, cycle: Cycle, *, leave_out=()) -> Application:
    """A draft with everything but the declaration (or but what is left out)."""
    with on(date(cycle.year, 3, 2)):
        return file_dossier(made, cycle, leave_out=leave_out)


def officer_of(application: Application) -> User:
    return staff_of(application.recommender)[0]

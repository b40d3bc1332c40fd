"""Of every dossier that is not ended somebody has a next verb, or knows a day: what the simulation asks at each step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from applications.states import ApplicationState as S
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import perform
from tests.factories import dossiers
from tests.factories.dossiers import on
from training.simulation.invariants import nobody_knows_what_is_next


@pytest.mark.django_db
def test_what_the_close_of_a_year_forgot_is_found_and_what_was_reported_goes_on():
    left = dossiers.application_in(S.SUBMITTED)
    shown = dossiers.application_in(S.PUBLICISED)
    cycle = left.cycle
    for day in (dossiers.DECIDED_ON, date(2026, 12, 1)):
        with on(day):
            assert list(nobody_knows_what_is_next()) == []
    with on(cycle.closes_on + timedelta(1)):
        perform(cycle, "close", by=SYSTEM)  # without what the clock does before it
        (sentence,) = nobody_knows_what_is_next()
    assert left.platform.name in sentence and shown.platform.name not in sentence

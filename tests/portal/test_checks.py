"""The demonstration and its clock are an error of `check --deploy`; the clock moves nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied

from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent
from tests.factories import people
from training import clock as training


def found(include_deployment: bool = True) -> set[str]:
    return {message.id for message in run_checks(include_deployment_checks=include_deployment)}


@pytest.mark.parametrize(("name", "identifier"), [("TRAINING_CLOCK", "portal.E001"), ("DEMO", "portal.E002")])
def test_demonstration_is_refused(settings, name, identifier):
    settings.TRAINING_CLOCK = settings.DEMO = False
    assert identifier not in found()
    setattr(settings, name, True)
    assert identifier in found()
    assert identifier not in found(include_deployment=False)


# --- the clock that the checks keep out ---


def test_the_clock_does_not_move_outside_the_demonstration(db, settings):
    settings.TRAINING_CLOCK = False
    with pytest.raises(PermissionDenied):
        training.move_by_workdays(1, by=people.user())
    assert not clock.is_training()


def test_the_clock_moves_forward_only_and_on_record(db, settings):
    settings.TRAINING_CLOCK = True
    person, today = people.user(), clock.today()
    moment = training.move_by_workdays(3, by=person)
    assert clock.today() == moment.date() > today
    assert clock.today() == calendar().add_workdays(today + timedelta(days=1), 3)
    with pytest.raises(TransitionBlocked, match="只能向后拨"):
        training.move_to_day(today, by=person)
    with pytest.raises(TransitionBlocked, match="800"):
        training.move_to_day(clock.today() + timedelta(days=900), by=person)
    assert AuditEvent.objects.filter(action="trainingclock.move", actor_id=person.pk).count() == 1

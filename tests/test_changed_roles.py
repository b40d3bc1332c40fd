"""Whoever has another role than the one a letter is for is no longer written to, whatever grants and records still name them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist

from platforms.models import Recommender
from platforms.querysets import people_of_organisation, people_of_recommender
from portal.desk import notifications
from portal.kernel.permissions import Role
from portal.kernel.signoff import people_of
from portal.models import AuditEvent, User
from tests.factories import dossiers, people
from tests.factories import world as worlds

# Told by an act of their own account, or to administrators.
OWN = {"accountchange", "user"}
NOT_OF_THIS_STATE = (AssertionError, AttributeError, TypeError, KeyError, ValueError, ObjectDoesNotExist)


@pytest.mark.django_db
@pytest.mark.slow
def test_no_letter_goes_to_whoever_has_become_something_else():
    """In a country where everybody has become an administrator, no letter of any kind has an addressee."""
    worlds.build()
    User.objects.update(role=Role.ADMINISTRATOR)
    models = {model._meta.model_name: model for model in apps.get_models()}
    wrong, asked = {}, set()
    for action, notifiers in notifications._notifiers.items():
        name = action.partition(".")[0]
        if name in OWN:
            continue
        for obj in models[name]._base_manager.all()[:6]:
            event = AuditEvent(action=action, note="理由")
            for notifier in notifiers:
                with suppress(*NOT_OF_THIS_STATE):
                    for message in notifier(event, obj):
                        told = [person.username for person in message.recipients]
                        asked.add(action)
                        if told:
                            wrong[action] = (notifier.__name__, told)
    assert wrong == {}
    assert len(asked) > 40


@pytest.mark.django_db
def test_grants_of_a_changed_role_address_nobody():
    unit = dossiers.unit()
    office = Recommender.objects.get(pk=people.recommender("浙江").pk)
    officer, lead = people.staff_of(office)
    assert set(people_of_recommender(office)) == {officer, lead} == set(people_of(str(office.pk)))
    assert unit.user in people_of_organisation(unit.organisation)
    User.objects.filter(pk__in=[officer.pk, unit.user.pk]).update(role=Role.ADMINISTRATOR)
    assert set(people_of_recommender(office)) == {lead} == set(people_of(str(office.pk)))
    assert unit.user not in people_of_organisation(unit.organisation)


@pytest.mark.django_db
def test_a_closed_account_is_not_told_by_name():
    person = people.user(Role.MINISTRY_OFFICER)
    assert notifications.still(person, Role.MINISTRY_OFFICER) == [person]
    assert notifications.still(person, Role.EXPERT) == notifications.still(None, Role.EXPERT) == []
    person.is_active = False
    assert notifications.still(person, Role.MINISTRY_OFFICER) == []
    notifications.tell(notifications.Message([person], "事项"), key="a")
    assert not person.notifications.exists()

"""The person comes with the session by one request, and is let in by the same rules as one that is read alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platforms.models import Recommender
from portal.accounts.backends import PortalBackend
from portal.accounts.session_store import looking_at, person_at_hand
from portal.kernel.permissions import Role
from portal.models import PortalSession, User
from tests.factories import people

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"


@pytest.fixture
def officer(client):
    user = people.user(Role.MINISTRY_OFFICER)
    client.force_login(user, backend=BACKEND)
    client.get("/session/")
    return user


def signed_in(client) -> bool:
    return client.get("/notifications/").status_code == 200


def test_session_and_person_are_one_request(client, officer):
    assert signed_in(client)
    with CaptureQueriesContext(connection) as asked:
        assert signed_in(client)
    about = [one["sql"] for one in asked if "portal_portalsession" in one["sql"]]
    assert len(about) == 1 and '"portal_user"."password"' in about[0]
    assert not [one for one in asked if one["sql"].startswith('SELECT "portal_user"')]


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_a_change_of_the_account_ends_it_at_once(client, officer, change):
    assert signed_in(client)
    User.objects.filter(pk=officer.pk).update(**change)
    assert not signed_in(client)


def test_a_desk_is_left_with_the_role(client):
    """An officer who becomes an expert keeps what was granted for the desk, and no page of it."""
    officer = people.staff_of(Recommender.objects.get(label="浙江"))[0]
    client.force_login(officer, backend=BACKEND)
    pages = ("/recommender/", "/recommender/queue/", "/recommender/contact/")
    assert [client.get(page).status_code for page in pages] == [200] * 3
    User.objects.filter(pk=officer.pk).update(role=Role.EXPERT)
    assert [client.get(page).status_code for page in pages] == [403] * 3
    before = Recommender.objects.get(label="浙江").contact
    assert client.post("/recommender/contact/", {"contact": "他人"}).status_code == 403
    assert Recommender.objects.get(label="浙江").contact == before


def test_a_session_that_is_over_or_gone_lets_nobody_in(client, officer):
    rows = PortalSession.objects.filter(owner=officer.pk)
    rows.update(expire_date="2020-01-01T00:00:00Z")
    assert not signed_in(client)
    client.force_login(officer, backend=BACKEND)
    assert signed_in(client)
    rows.delete()
    assert not signed_in(client)


def test_a_session_whose_column_names_somebody_else_is_its_own_persons(client, officer):
    """What the session holds says who it is; the column only brings the row along."""
    PortalSession.objects.filter(owner=officer.pk).update(owner=people.user(Role.MINISTRY_LEAD).pk)
    response = client.get("/notifications/")
    assert response.status_code == 200 and response.wsgi_request.user == officer


def test_nobody_is_at_hand_outside_of_a_session(officer):
    class Held:
        owner_found = officer

    with looking_at(Held()):
        assert person_at_hand(officer.pk) is officer and person_at_hand("another") is None
    assert person_at_hand(officer.pk) is None
    assert PortalBackend().get_user(officer.pk) == officer

"""What a stranger may write into an address or a cookie: never a fault of ours, whatever it says."""

from __future__ import annotations

import pytest

from portal.kernel.permissions import Role
from portal.models import User
from portal.pages.lists import DeclaredList
from tests.factories import people

pytestmark = pytest.mark.django_db
NO_ADDRESS = ("-1", "desk", "a b", "(", "https://evil.example/", "//evil.example", "/\\evil.example", "")


@pytest.mark.parametrize("target", NO_ADDRESS)
def test_a_word_that_is_no_address_leads_to_the_usual_place(client, settings, target):
    assert client.get("/elder/", {"mode": "elder", "next": target}).headers["Location"] == "/"
    client.force_login(people.user(Role.MINISTRY_LEAD), backend="portal.accounts.backends.PortalBackend")
    assert client.get("/account/prove/", {"next": target}).headers["Location"] == "/desk/"
    assert client.get("/account/prove/", {"next": "/calendar/"}).headers["Location"] == "/calendar/"


@pytest.mark.parametrize("key", ["abcdefgh\0", "\0abcdefgh", "abcdefgh'--", "a" * 3000])
def test_a_session_that_nobody_was_given_is_nobodys(client, settings, key):
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/directory/").status_code == 200
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("page", ["99999", "9" * 19, "9" * 400, "9" * 5000])
def test_a_page_beyond_the_last_is_the_last(rf, wide, page):
    rows = User.objects.order_by("username")
    shown = DeclaredList(size=2, is_wide=wide).page_of(rf.get("/", {"page": page}), rows)
    last = 1 if len(page) > 4300 else shown.paginator.num_pages  # no number at all to Python
    assert shown.number == last

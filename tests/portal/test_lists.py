"""What an address may say of a list: what is known narrows and orders it, what is not leaves it as it is."""

from __future__ import annotations

import pytest

from portal.kernel.permissions import Role
from portal.models import User
from portal.pages.lists import DeclaredList, View, one_of, search, whole_number
from tests.factories import people

pytestmark = pytest.mark.django_db
PEOPLE = DeclaredList(
    views={"here": View(lambda rows: rows.filter(is_active=True)), "all": View()},
    filters=(
        search("username", whole=("email__iexact",)),
        one_of("role", Role.values),
        whole_number("year", "created_at__year"),
    ),
    orders={"name": ("username",), "-name": ("-username",)},
)


@pytest.fixture
def three():
    for name, role in (("an", Role.EXPERT), ("bao", Role.INSPECTOR), ("cao", Role.EXPERT)):
        people.user(role, username=name, is_active=name != "cao")
    return User.objects.filter(username__in=("an", "bao", "cao"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["an", "bao"]),
        ({"view": "all"}, ["an", "bao", "cao"]),
        ({"view": "nothing"}, ["an", "bao"]),
        ({"view": "all", "order": "-name"}, ["cao", "bao", "an"]),
        ({"view": "all", "order": "password"}, ["an", "bao", "cao"]),
        ({"view": "all", "role": "expert"}, ["an", "cao"]),
        ({"role": "emperor"}, ["an", "bao"]),
        ({"view": "all", "q": " AO "}, ["bao", "cao"]),
        ({"q": "Bao@Test.invalid"}, ["bao"]),
        ({"q": "test.invalid"}, []),
        ({"q": "\0an\0"}, ["an"]),
        ({"year": "1999"}, []),
        ({"year": "9" * 400}, ["an", "bao"]),
        ({"year": "²"}, ["an", "bao"]),
    ],
)
def test_an_address_describes_its_list(three, asked, found):
    assert [row.username for row in PEOPLE.rows(three, asked)] == found


def test_a_page_shows_what_was_taken_of_the_address():
    assert PEOPLE.values({"q": " 沈\0国栋 ", "role": "emperor", "year": "2026", "page": "2"}) == {
        "q": "沈国栋",
        "role": "",
        "year": "2026",
    }
    assert (PEOPLE.view_in({"view": "x"}), PEOPLE.order_in({"order": "-name"})) == ("here", "-name")


def test_words_are_cut_where_no_name_goes_on():
    assert PEOPLE.values({"q": "平" * 61})["q"] == "平" * 60

"""One person with two accounts or several units: accounts become one, and the unit at hand is named."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from applications.filing.services import open_dossier
from platforms.organisations.services import FILLS, SIGNS, add_person
from platforms.querysets import organisations_of, people_of_organisation
from portal.models import User
from tests.factories import filing
from training.demo.dossiers import submit

pytestmark = pytest.mark.django_db
PASSWORD = "Yuezhou-Fuwu-2026"


def account(name: str, unit) -> User:
    user = unit.user
    user.name = name
    user.set_password(PASSWORD)
    user.save()
    return user


def post(client, user, other, password=PASSWORD):
    client.force_login(user, backend="portal.accounts.backends.PortalBackend")
    return client.post(
        reverse("account_merge"), {"username": other.username, "password": password}, follow=True
    )


def test_two_accounts_of_one_person_become_one_with_all_units_and_their_papers(client):
    first, second = filing.unit(), filing.unit("江苏")
    kept, closed = account("王越", first), account("王越", second)
    draft = filing.dossier(second, filing.year())
    assert "已并入本账号" in post(client, kept, closed).content.decode()
    assert set(organisations_of(kept, SIGNS)) == {first.organisation, second.organisation}
    assert [one.pk for one in people_of_organisation(second.organisation)] == [kept.pk]
    closed.refresh_from_db()
    assert not closed.is_active and closed.merged_into == kept
    second.user = kept
    with filing.on(filing.FILING_DAY):
        assert submit(draft, second).state == "SUBMITTED"  # on the paper that the other account had given


@pytest.mark.parametrize(("name", "password"), [("王越", "wrong"), ("林晓岚", PASSWORD)])
def test_an_account_that_is_not_proven_or_another_persons_stays_as_it_is(client, name, password):
    first, second = filing.unit(), filing.unit("江苏")
    kept, other = account("王越", first), account(name, second)
    answer = post(client, kept, other, password)
    assert answer.status_code == 422
    other.refresh_from_db()
    assert other.is_active and list(organisations_of(kept)) == [first.organisation]


def test_the_unit_at_hand_is_named_and_the_home_shows_it_alone(client):
    first, second = filing.unit(), filing.unit("江苏")
    add_person(second.organisation, user=first.user, grants=(FILLS,), by=second.user)
    cycle = filing.year()
    with filing.on(filing.FILING_DAY):
        for one in (first, second):
            open_dossier(one.platform, cycle=cycle, by=one.user)
    client.force_login(first.user)

    def home(query: str = "") -> tuple[str, str]:
        page = html.document_fromstring(client.get(reverse("applicant_home") + query).content)
        return page.xpath("//header//*[@class='ctx']")[0].text_content(), page.xpath("//aside")[
            0
        ].text_content()

    shown, units = home()
    assert "全部 2 个单位" in shown and second.organisation.name in units

    def entries() -> str:
        page = html.document_fromstring(client.get(reverse("applicant_home")).content)
        found = page.xpath("//*[@class='next' or @class='next calm']|//ul[@class='todo']")
        return " ".join(one.text_content() for one in found)

    assert f"{first.organisation.name}　填报已于" in entries()
    assert f"{second.organisation.name}　填报已于" in entries()
    shown, units = home(f"?unit={second.organisation.pk}")
    assert second.organisation.name in shown and first.organisation.name not in units
    assert second.organisation.name in home()[0]
    assert second.platform.name in entries() and first.platform.name not in entries()

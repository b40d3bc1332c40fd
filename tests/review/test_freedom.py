"""Who is free is said by name before a list is proposed or signed, and at once where nobody is."""

from __future__ import annotations

import pytest

from applications.models import Application
from applications.states import ApplicationState as S
from portal.kernel import signoff
from portal.kernel.permissions import Role
from review.freedom import freedom_of
from tests.factories import dossiers, people
from tests.factories.dossiers import on

pytestmark = pytest.mark.django_db


def names(users) -> list[str]:
    return [user.username for user in users]


@pytest.fixture
def reviewed():
    with on(dossiers.PROPOSED_ON):
        yield dossiers.application_in(S.REVIEWED)


def test_each_possible_signer_is_named_with_who_would_be_left(reviewed):
    """The handling officer is never free; a head who signs is not either."""
    officer = people.ministry()
    Application.objects.filter(pk=reviewed.pk).update(handler=officer)
    heads = [people.ministry(Role.MINISTRY_LEAD, number) for number in (1, 2, 3)]
    second = people.ministry(number=2)
    free = freedom_of([reviewed], "propose", by=officer)
    assert {user.pk for user in free.seconds.people} == {head.pk for head in heads}
    left = {one.signer.pk: one for one in free.left}
    assert {user.pk for user in left[heads[0].pk].people} == {second.pk, heads[1].pk, heads[2].pk}
    assert not left[heads[0].pk].short and not free.is_short


def test_where_too_few_are_left_it_is_said_for_which(reviewed):
    """An officer and a head alone decide everything: nobody is left to hear an objection to it."""
    officer, head = people.ministry(), people.ministry(Role.MINISTRY_LEAD)
    free = freedom_of([reviewed], "propose", by=officer)
    assert [one.signer for one in free.left] == [head]
    assert free.left[0].short == [reviewed.platform.name] and free.is_short


def test_the_pages_name_them_before_anything_is_proposed(reviewed, client):
    officer, head = people.ministry(), people.ministry(Role.MINISTRY_LEAD)
    client.force_login(officer)
    page = client.get("/ministry/decision/").content.decode()
    assert f"可以审签的：{head.name}。" in page and "无论由谁审签，都不够两人" in page
    act = signoff.prepare([reviewed], "propose", by=officer, note="评审合格", outcome="designate")
    assert f"可以审签的：{head.name}。" in client.get(f"/signoffs/{act.pk}/").content.decode()


def test_nobody_to_sign_is_said_at_once(reviewed, client):
    client.force_login(people.ministry(Role.MINISTRY_LEAD))
    page = client.get("/ministry/decision/").content.decode()
    assert "现在没有第二个人可以审签" in page and "请两位系统管理员为其开通账号" in page
    page = client.get(f"/dossiers/{reviewed.pk}/reject/").content.decode()
    assert "现在没有第二个人可以审签" in page


def test_an_objection_names_who_had_no_part(client):
    with on(dossiers.SIGNED_ON):
        row = dossiers.application_in(S.PUBLICISED)
        objection = dossiers.objection_in("RECEIVED", about=row)
        officer, head = people.ministry(number=7), people.ministry(Role.MINISTRY_LEAD, 7)
        client.force_login(officer)
        page = client.get(f"/objections/{objection.pk}/").content.decode()
    listed = page.partition("没有参与、可以办理的：")[2].partition("。")[0].split("、")
    assert officer.name in listed and head.name in listed

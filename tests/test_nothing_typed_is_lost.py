"""Every form with more than a line of text, found by the resolver: what is typed outlives refusals and sessions."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from functools import cache
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from portal.pages import typed
from portal.shared import pdf
from tests.access import ROWS
from tests.access_rows import NO_METHOD
from tests.factories import world as worlds
from tests.factories.alone import own_transaction
from tests.factories.dossiers import PUBLIC_FROM, on
from tests.factories.kinds import PUBLIC, Kind

BACKEND = "portal.accounts.backends.PortalBackend"
TYPED = "写到一半的话，不能丢。"
TEXT = "self::textarea or self::input[not(@type) or @type='text' or @type='number' or @type='date' or @type='email' or @type='tel' or @type='url']"
PER_OBJECT = 2  # kinds of users whose page of one object is looked at
FILLED_IN_BY = {  # who signs goes first: more of the forms are theirs
    kind.name.lower(): kind
    for kind in (
        Kind.PUBLIC,
        Kind.APPLICANT_LEAD,
        Kind.APPLICANT_CLERK,
        Kind.RECOMMENDER_LEAD,
        Kind.ASSOCIATION_LEAD,
        Kind.MINISTRY_LEAD,
        Kind.MINISTRY_OFFICER,
        Kind.EXPERT,
        Kind.ADMINISTRATOR,
        Kind.INSPECTOR,
        Kind.OUTSIDE_AUDITOR,
    )
}
FEWEST = 60  # forms found when this was written; fewer means that the search no longer finds them


@pytest.fixture(scope="module")
def _private_files(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", str(tmp_path_factory.mktemp("files")))
        patch.setattr(pdf, "render_pdf", cache(pdf.render_pdf))  # the same text gives the same bytes
        yield


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, _private_files):
    with django_db_blocker.unblock(), own_transaction():
        made = worlds.build()
        made.clients = {"public": Client()}

        def client(kind: str) -> Client:
            if kind not in made.clients:
                made.clients[kind] = Client()
                made.clients[kind].force_login(made.users[kind], backend=BACKEND)
            return made.clients[kind]

        made.client = client
        logging.disable(logging.CRITICAL)
        yield made
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


class Undone:
    """What is tried inside happens in a savepoint that is taken back."""

    def __enter__(self):
        self.point = transaction.savepoint()

    def __exit__(self, *_):
        transaction.savepoint_rollback(self.point)
        transaction.savepoint_commit(self.point)


class Found:
    """One longer form on one page, as one kind of person sees it."""

    def __init__(self, name: str, kind: str, page: str, form):
        self.name, self.kind, self.page, self.form = name, kind, page, form
        self.action = urlsplit(urljoin(page, form.get("action") or page)).path

    def __repr__(self) -> str:
        return f"{self.name} → {self.action} ({self.kind})"

    @property
    def areas(self) -> list[str]:
        """Names of what takes free text: the first of each, in order."""
        free = self.form.xpath(".//textarea[@name] | .//input[@name][not(@type) or @type='text']")
        return list(dict.fromkeys(one.name for one in free if "hp" not in one.classes))

    def values(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.form.form_values() if name != "csrfmiddlewaretoken"]


def is_longer(form) -> bool:
    """The same rule as in static/js/typed.js."""
    if form.method != "POST" or "data-chunked" in form.attrib:
        return False
    fields = [one for one in form.xpath(f".//*[{TEXT}]") if "hp" not in one.classes]
    return bool(form.xpath(".//textarea")) or "data-autosave" in form.attrib or len(fields) > 1


def forms_of(text: str):
    return [form for form in html.document_fromstring(text).forms if is_longer(form)]


@pytest.fixture(scope="module")
def found(world) -> list[Found]:
    """Per page and kind of user one of each of its forms."""
    with on(PUBLIC_FROM, 12):
        return [
            one for name, row in ROWS.items() if row.get != NO_METHOD for one in _forms_on(world, name, row)
        ]


def _forms_on(world, name: str, row) -> list[Found]:
    known: dict[tuple, Found] = {}
    seen: dict[str, int] = {}
    for kind, person in FILLED_IN_BY.items():
        if person is PUBLIC and not row.open:
            continue
        for key in row.sees or ("",):
            shut = row.sees is not None and person not in row.sees[key]
            if shut or seen.get(key, 0) >= PER_OBJECT or (person not in row.allowed(key) and not row.open):
                continue
            page = reverse(name, kwargs=row.args(world, key))
            client = world.client(kind)
            with Undone():
                answer = client.get(page)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            seen[key] = seen.get(key, 0) + 1
            for form in forms_of(answer.content.decode()):
                one = Found(name, kind, page, form)
                known.setdefault((one.action if name == "home" else name, tuple(one.areas)), one)
    return list(known.values())


@pytest.mark.slow
def test_every_longer_form_is_found_and_carries_what_the_copy_needs(found, world, capsys):
    with capsys.disabled():
        sys.stdout.write(f"\n{len(found)} longer forms on {len({one.name for one in found})} pages\n")
    assert len(found) >= FEWEST
    bare = []
    for one in found:
        page = one.form.getroottree()
        scripts = [script.get("src", "") for script in page.iter("script")]
        marked = (
            page.find("body").get("data-person") == typed.person_mark(world.users[one.kind])
            if one.kind in world.users
            else True
        )
        if not marked or not any(script.endswith("js/typed.js") for script in scripts):
            bare.append(one)
    assert not bare


@pytest.mark.slow
def test_an_ended_session_gives_every_form_back_filled_and_carries_nothing_out(found, world):
    lost = []
    with on(PUBLIC_FROM, 12):
        for one in found:
            if one.kind not in world.users or not one.areas:
                continue
            with Undone():
                lost += [f"{one}: {what}" for what in _over_the_sign_in(one, world.users[one.kind])]
            world.users[one.kind].refresh_from_db()
    assert not lost, "\n".join(lost)


def _over_the_sign_in(one: Found, user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.get(one.page)  # the browser knows now whose page it shows
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    area = one.areas[0]
    body: dict[str, list[str]] = {}
    for name, value in one.values():
        body.setdefault(name, []).append(value or "")
    body[area] = [TYPED, *body.get(area, [""])[1:]]
    answer = client.post(one.action, body, headers={"referer": f"http://testserver{one.page}"})
    if answer.status_code != 302 or not answer["Location"].startswith("/login/"):
        yield f"{answer.status_code} instead of the sign-in"
        return
    _sign_in_again(client, user)
    text = client.get(one.page).content.decode()
    again = [form for form in forms_of(text) if area in form.fields]
    if not any(TYPED in (value or "") for form in again for _, value in form.form_values()):
        yield "the text did not come back in the form"
    if "还没有提交" not in text:
        yield "nothing says that it was not submitted"


def _sign_in_again(client: Client, user) -> None:
    """As the login view does it, within the browser's session."""
    user.set_password("Once-again-2026")
    user.save(update_fields=["password"])
    answer = client.post(reverse("login"), {"username": user.username, "password": "Once-again-2026"})
    assert answer.status_code == 302


@pytest.mark.slow
def test_a_refused_form_shows_again_what_was_typed(found, world):
    """Whatever is wrong with it: the page that says so still has the text."""
    lost, seen = [], 0
    with on(PUBLIC_FROM, 12):
        for one in found:
            client = Client()
            if one.kind in world.users:
                client.force_login(world.users[one.kind], backend=BACKEND)
            for area in one.areas[:1]:
                body = {name: "" for name, _ in one.values()} | {area: TYPED, "version": "0"}
                with Undone():
                    answer = client.post(one.action, body)
                if answer.status_code not in (409, 422):
                    continue
                seen += 1
                if TYPED not in answer.content.decode():
                    lost.append(f"{one}: {answer.status_code} lost {area}")
    assert seen > 20
    assert not lost, "\n".join(lost)


class TestOnePerson:
    PAGE = "/interpretations/new/"

    @pytest.fixture
    def client(self, db, client):
        from portal.kernel.permissions import Role
        from tests.factories import people

        self.user, self.other = (
            people.user(Role.MINISTRY_LEAD, "mine"),
            people.user(Role.MINISTRY_LEAD, "other"),
        )
        client.force_login(self.user, backend=BACKEND)
        client.get(self.PAGE)
        return client

    def expire(self, client):
        client.cookies.pop(settings.SESSION_COOKIE_NAME)
        return client.post(self.PAGE, {"text": TYPED}, headers={"referer": f"http://testserver{self.PAGE}"})

    def test_the_text_is_for_nobody_else(self, client):
        self.expire(client)
        _sign_in_again(client, self.other)
        assert TYPED not in client.get(self.PAGE).content.decode()
        client.post(reverse("logout"))
        _sign_in_again(client, self.user)
        assert TYPED not in client.get(self.PAGE).content.decode()

    def test_a_chosen_sign_out_leaves_nothing(self, client):
        client.post(reverse("logout"))
        self.expire_again = client.post(self.PAGE, {"text": TYPED})
        _sign_in_again(client, self.user)
        assert TYPED not in client.get(self.PAGE).content.decode()

    def test_it_waits_a_day_and_no_longer(self, client, monkeypatch):
        self.expire(client)
        _sign_in_again(client, self.user)
        assert TYPED in client.get(self.PAGE).content.decode()
        now = typed.time.time()
        monkeypatch.setattr(typed.time, "time", lambda: now + timedelta(days=1, minutes=1).total_seconds())
        assert TYPED not in client.get(self.PAGE).content.decode()

    def test_a_limit_that_ran_out_leads_back_to_the_page(self, client, settings):
        settings.SESSION_MINUTES = {key: [0, 0] for key in settings.SESSION_MINUTES}
        answer = client.post(self.PAGE, {"text": TYPED}, headers={"referer": f"http://testserver{self.PAGE}"})
        assert answer["Location"] == f"/login/?next={self.PAGE}"

    def test_only_what_was_saved_is_named_as_saved(self, client):
        refused = client.post(self.PAGE, {"text": TYPED, "_copy": "abc1"})
        assert refused.status_code == 422 and typed.SAVED not in refused.cookies
        posted = client.post(reverse("notifications_read_all"), {"_copy": "abc2"})
        assert posted.cookies[typed.SAVED].value == "abc2"

    def test_who_asks_whether_the_session_lasts_is_told_whose_it_is(self, client):
        assert client.get(reverse("session")).json()["person"] == typed.person_mark(self.user)
        client.cookies.pop(settings.SESSION_COOKIE_NAME)
        assert client.get(reverse("session")).json()["person"] == ""

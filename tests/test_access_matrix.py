"""Every address × every kind of user × own and other's object × reading and writing (tests/access_rows.py)."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from portal.permissions import role_of
from tests.access import ROWS, url_names
from tests.access_rows import LETTERS, NO_METHOD
from tests.factories import world as worlds
from tests.factories.dossiers import PUBLIC_FROM, on

LETTER_OF = {kind: letter for letter, kind in LETTERS.items()}
TOKEN = re.compile(r'csrfmiddlewaretoken" value="\w+"')
POSTED = 2  # objects of a row that are written to as well: one's own and another's
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)


@pytest.fixture(scope="module")
def _private_files(tmp_path_factory):
    """The files of the world outlive the tests that read them."""
    with pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        patch.setattr(settings, "MEDIA_ROOT", str(tmp_path_factory.mktemp("files")))
        yield


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, _private_files):
    """Built once and rolled back after the module; every cell runs in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = worlds.build()
        made.clients = {kind: Client() for kind in LETTERS.values()}
        for kind, user in made.users.items():
            made.clients[kind].force_login(user, backend="portal.backends.PortalBackend")
        logging.disable(logging.CRITICAL)
        yield made
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


class Cell:
    """One request, undone afterwards, with the tables that it wrote to."""

    def __init__(self, client: Client, method: str, url: str):
        self.written: set[str] = set()
        with on(PUBLIC_FROM, 12), connection.execute_wrapper(self.watch):
            point = transaction.savepoint()
            self.response = getattr(client, method)(url)
            self.body = b"".join(self.response) if self.response.streaming else self.response.content
            transaction.savepoint_rollback(point)
        self.status = self.response.status_code
        self.written.discard("django_session")

    def watch(self, execute, sql, parameters, many, context):
        found = WRITES.match(sql)
        if found:
            self.written.add(found[2])
        return execute(sql, parameters, many, context)

    def anonymous_body(self, *hidden: str) -> str:
        """The body without what differs from one request to the next."""
        text = TOKEN.sub("TOKEN", self.body.decode(errors="replace"))
        text = text.replace(self.response.get("X-Request-ID", "-"), "REQUEST")
        for part in hidden:
            text = text.replace(part, "ID")
        return text


def expected(row, kind: str, key: str) -> str:
    """What the table says: "login", "hidden" (404), "refused" (403) or "open"."""
    letter = LETTER_OF[kind]
    if letter == "p" and not row.open:
        return "login"
    if row.sees is not None and letter not in row.sees[key]:
        return "hidden"
    return "open" if letter in row.allowed(key) or row.open else "refused"


def statuses(row, kind: str, key: str, method: str) -> tuple[int, ...]:
    declared = getattr(row, method)
    verdict = expected(row, kind, key)
    if verdict == "login":
        return (302,)
    if declared == NO_METHOD:
        return NO_METHOD
    if verdict == "open" and LETTER_OF[kind] in row.sent_on:
        return (302,)
    if verdict == "hidden" and LETTER_OF[kind] in row.shut:
        return (403,)
    return {"hidden": (404,), "refused": (403,), "open": declared}[verdict]


def test_every_address_has_a_row():
    assert sorted(url_names()) == sorted(ROWS)


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(ROWS))
def test_cells(world, name):
    row, wrong = ROWS[name], []
    for kind, client in world.clients.items():
        unseen = None
        for number, key in enumerate(row.sees or ("",)):
            url = reverse(name, kwargs=row.args(world, key))
            verdict = expected(row, kind, key)
            for method in ("get", "post") if number < POSTED else ("get",):
                cell = Cell(client, method, url)
                wrong.extend(
                    f"{method} {kind} {key}: {words}" for words in complaints(row, kind, key, method, cell)
                )
                if verdict == "hidden" and method == "get" and unseen is None:
                    unseen = cell
                    wrong.extend(told_apart(client, name, row.args(world, key), cell, f"{kind} {key}"))
            if verdict == "login":
                break
    assert wrong == []


def complaints(row, kind: str, key: str, method: str, cell: Cell) -> Iterator[str]:
    """A read writes nothing but its own event, and a refusal writes nothing at all."""
    verdict, wanted = expected(row, kind, key), statuses(row, kind, key, method)
    if cell.status not in wanted:
        yield f"{cell.status} instead of {wanted}"
    if verdict == "login" and not cell.response["Location"].startswith("/login/"):
        yield f"sent to {cell.response['Location']}"
    on_record = method == "get" and verdict == "open" and row.reads and cell.status == 200
    if on_record and cell.written != {"portal_auditevent"}:
        yield f"a read that wrote {sorted(cell.written)}"
    if not on_record and cell.written and (method == "get" or verdict != "open"):
        yield f"wrote {sorted(cell.written)}"


def told_apart(client, name: str, args: dict, there: Cell, where: str) -> Iterator[str]:
    """Whether something exists is not told to who may not see it: same status, same page."""
    absent = {**args, "pk": 987654321 if isinstance(args["pk"], int) else uuid.uuid4()}
    missing = Cell(client, "get", reverse(name, kwargs=absent))
    pages = [cell.anonymous_body(str(args["pk"]), str(absent["pk"])) for cell in (there, missing)]
    if (there.status, pages[0]) != (missing.status, pages[1]):
        yield f"{where}: looks different from what does not exist ({there.status}, {missing.status})"


@pytest.mark.nightly
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_changes_anything(world, method):
    """Pages answer GET and POST; what speaks more (a resumed upload) checks it for itself."""
    client, wrong = world.clients["ministry_lead"], []
    for name, row in ROWS.items():
        key = next(iter(row.sees or ("",)))
        cell = Cell(client, method, reverse(name, kwargs=row.args(world, key)))
        if cell.status >= 500 or cell.written - {"portal_auditevent"}:
            wrong.append(f"{name}: {cell.status} {sorted(cell.written)}")
    assert wrong == []


@pytest.mark.nightly
def test_the_kinds_are_the_thirteen(world):
    assert {kind: role_of(user) for kind, user in world.users.items()} == {
        "applicant_clerk": "applicant", "applicant_lead": "applicant",
        "recommender_officer": "recommender", "recommender_lead": "recommender",
        "association_officer": "recommender", "association_lead": "recommender",
        "ministry_officer": "ministry_officer", "ministry_lead": "ministry_lead", "expert": "expert",
        "inspector": "inspector", "outside_auditor": "outside_auditor", "administrator": "administrator",
    }  # fmt: skip
    assert len(LETTERS) == 13

"""Every address × every kind of user × own and other's object × reading and writing (tests/access_rows.py)."""

from __future__ import annotations

import io
import logging
import re
import uuid
import zipfile
from collections.abc import Iterator
from functools import cache

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from portal.desk import navigation
from portal.kernel.permissions import role_of
from portal.shared import pdf
from tests.access import ROWS, url_names
from tests.access_rows import NO_METHOD
from tests.factories import world as worlds
from tests.factories.alone import own_transaction
from tests.factories.dossiers import PUBLIC_FROM, on
from tests.factories.kinds import APPLICANTS, NAMES, PUBLIC, Kind
from tests.portal.test_headers import HEADERS

TOKEN = re.compile(r'csrfmiddlewaretoken" value="\w+"')
OTHER_METHODS = ("put", "patch", "delete", "options", "trace")
WRITES_AS = ("public", "applicant_lead", "ministry_lead")  # on pages that are open to everybody alike
TEAM_MATES = {("expert", "spot_check"), ("expert", "spot_check_hand_over")}  # who visits together meets
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)


@pytest.fixture(scope="module")
def _private_files(tmp_path_factory):
    """The files of the world outlive the tests that read them."""
    with pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        patch.setattr(settings, "MEDIA_ROOT", str(tmp_path_factory.mktemp("files")))
        patch.setattr(pdf, "render_pdf", cache(pdf.render_pdf))  # the same text gives the same bytes
        counts = {}  # nothing changes in this country, so a desk's counters are worked out once
        work_out = navigation.asking_counts

        def once(user, entries, acted=""):
            if user.pk not in counts:
                counts[user.pk] = yield from work_out(user, entries, acted)
            return counts[user.pk]

        patch.setattr(navigation, "asking_counts", once)
        yield


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, _private_files):
    """Built once and rolled back after the module; every cell runs in a savepoint of its own."""
    with django_db_blocker.unblock(), own_transaction():
        made = worlds.build()
        made.clients = {kind: Client() for kind in NAMES}
        for kind, user in made.users.items():
            made.clients[kind].force_login(user, backend="portal.accounts.backends.PortalBackend")
        logging.disable(logging.CRITICAL)
        yield made
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


class Cell:
    """One request, undone afterwards, with the tables that it wrote to."""

    def __init__(self, client: Client, method: str, url: str):
        self.written: set[str] = set()
        cookies = client.cookies.copy()  # signing out is undone as well
        with on(PUBLIC_FROM, 12), connection.execute_wrapper(self.watch):
            point = transaction.savepoint()
            self.response = getattr(client, method)(url)
            self.body = b"".join(self.response) if self.response.streaming else self.response.content
            transaction.savepoint_rollback(point)
            transaction.savepoint_commit(point)  # else they pile up, each with its locks
        client.cookies = cookies
        self.status = self.response.status_code
        self.written.discard("portal_portalsession")

    def watch(self, execute, sql, parameters, many, context):
        found = WRITES.match(sql)
        if found:
            self.written.add(found[2])
        return execute(sql, parameters, many, context)

    @property
    def text(self) -> str:
        """What can be read in the answer, workbooks and archives unpacked."""
        return unpacked(self.body).decode(errors="replace")

    def anonymous_body(self, *hidden: str) -> str:
        """The body without what differs from one request to the next."""
        text = TOKEN.sub("TOKEN", self.body.decode(errors="replace"))
        text = text.replace(self.response.get("X-Request-ID", "-"), "REQUEST")
        for part in hidden:
            text = text.replace(part, "ID")
        return text


def unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(unpacked(archive.read(name)) for name in archive.namelist())


def expected(row, kind: str, key: str) -> str:
    """What the table says: "login", "hidden" (404), "refused" (403) or "open"."""
    person = NAMES[kind]
    if person is PUBLIC and not row.open:
        return "login"
    if row.sees is not None and person not in row.sees[key]:
        return "hidden"
    return "open" if person in row.allowed(key) or row.open else "refused"


def statuses(row, kind: str, key: str, method: str) -> tuple[int, ...]:
    declared = getattr(row, method)
    verdict = expected(row, kind, key)
    if verdict == "login":
        return (302,)
    if declared == NO_METHOD:
        return NO_METHOD
    if verdict == "open" and NAMES[kind] in row.sent_on:
        return (302,)
    if verdict == "hidden" and NAMES[kind] in row.shut:
        return (403,)
    return {"hidden": (404,), "refused": (403,), "open": declared}[verdict]


def test_every_address_has_a_row():
    assert sorted(url_names()) == sorted(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ROWS))
def test_cells(world, name, record_property):
    row, wrong, cells = ROWS[name], [], 0
    for kind, client in world.clients.items():
        unseen = None
        for key, method in asked(row, kind):
            args = row.args(world, key)
            cell = Cell(client, method, reverse(name, kwargs=args))
            where, cells = f"{method} {kind} {key}", cells + 1
            wrong.extend(f"{where}: without {header}" for header in unguarded(cell))
            wrong.extend(f"{where}: {words}" for words in complaints(row, kind, key, method, cell))
            wrong.extend(f"{where}: tells {text}" for text in told(world, kind, name, cell))
            wrong.extend(f"{where}: {words}" for words in unplaced(kind, method, cell))
            if method == "get" and unseen is None and cell.status == 404 and "pk" in args:
                unseen = cell
                wrong.extend(told_apart(client, name, args, cell, where))
    record_property("cells", cells)
    assert not wrong, "\n".join(wrong)


def unguarded(cell: Cell) -> Iterator[str]:
    """Headers of trust that an answer lacks, whatever it is and whoever gets it."""
    headers = cell.response.headers
    yield from (name for name, value in HEADERS.items() if headers.get(name) != value)
    policy = headers.get("Content-Security-Policy", "")
    if not policy or "unsafe" in policy:
        yield "Content-Security-Policy"


def asked(row, kind: str) -> Iterator[tuple[str, str]]:
    """What one kind is asked of a row: reading on every object, and writing once for each verdict; on every object
    where writing is all that the address does, and by three kinds where it is open to everybody alike.
    """
    verdicts = {key: expected(row, kind, key) for key in row.sees or ("",)}
    if "login" in verdicts.values():
        yield from ((next(iter(verdicts)), method) for method in ("get", "post"))
        return
    one_of_each = {verdict: key for key, verdict in reversed(verdicts.items())}.values()
    reads = verdicts if row.get != NO_METHOD else one_of_each
    writes = verdicts if row.get == NO_METHOD else one_of_each
    yield from ((key, "get") for key in reads)
    if not row.open or kind in WRITES_AS:
        yield from ((key, "post") for key in writes)


def complaints(row, kind: str, key: str, method: str, cell: Cell) -> Iterator[str]:
    """A read writes nothing but its own event, and a refusal nothing but that it happened."""
    verdict, wanted = expected(row, kind, key), statuses(row, kind, key, method)
    if verdict == "refused" or cell.status == 403:
        cell.written.discard("portal_access")
    if cell.status not in wanted:
        yield f"{cell.status} instead of {wanted}"
    if verdict == "login" and not cell.response["Location"].startswith("/login/"):
        yield f"sent to {cell.response['Location']}"
    reads = row.reads if isinstance(row.reads, bool) else NAMES[kind] in row.reads
    on_record = method == "get" and verdict == "open" and reads and cell.status == 200
    if on_record and cell.written != {"portal_auditevent"}:
        yield f"a read that wrote {sorted(cell.written)}"
    if not on_record and cell.written and (method == "get" or verdict != "open"):
        yield f"wrote {sorted(cell.written)}"


def told(world, kind: str, name: str, cell: Cell) -> Iterator[str]:
    """Who objected, who complained, who else reviews, whose dossier lies at another desk: not on any page."""
    if cell.status != 200 or (kind, name) in TEAM_MATES:
        return
    text = cell.text
    for secret, readers in world.secrets.items():
        if NAMES[kind] not in readers and secret in text:
            yield secret


def unplaced(kind: str, method: str, cell: Cell) -> Iterator[str]:
    """Every page with a menu says where in it one is; an applicant's desk has none, nor the frame of an office."""
    if method != "get" or cell.status != 200:
        return
    side = re.search(r'<nav class="side".*?</nav>', cell.text, re.DOTALL)
    if NAMES[kind] in APPLICANTS:
        if side:
            yield "stands in the frame of an office"
        return
    places = cell.text.count('aria-current="page"') - (side[0].count('aria-current="page"') if side else 0)
    if side and not (side[0].count('aria-current="page"') == 1 or places):
        yield "no current entry in the side menu"
    if not side and '<nav class="nav' in cell.text and not places:
        yield "no current entry in the public menu"


def told_apart(client, name: str, args: dict, there: Cell, where: str) -> Iterator[str]:
    """Whether something exists is not told to who may not see it: same status, same page."""
    absent = {**args, "pk": 987654321 if isinstance(args["pk"], int) else uuid.uuid4()}
    missing = Cell(client, "get", reverse(name, kwargs=absent))
    pages = [cell.anonymous_body(str(args["pk"]), str(absent["pk"])) for cell in (there, missing)]
    if (there.status, pages[0]) != (missing.status, pages[1]):
        yield f"{where}: looks different from what does not exist ({there.status}, {missing.status})"


@pytest.mark.slow
def test_no_page_takes_another_method(world):
    """Refused before any view, which would take it for reading; a resumed upload declares what it speaks."""
    client, answers = world.clients["ministry_lead"], {}
    for name, row in ROWS.items():
        url = reverse(name, kwargs=row.args(world, next(iter(row.sees or ("",)))))
        for method in OTHER_METHODS:
            cell = Cell(client, method, url)
            written = cell.written - {"portal_access"}  # that it was refused
            answers.setdefault((cell.status, bool(written)), set()).add((name, method))
    assert set(answers) == {(405, False), (403, False)}
    assert answers[403, False] == {("upload_piece", "patch"), ("upload_piece", "delete")}


@pytest.mark.slow
def test_the_kinds_are_the_thirteen(world):
    assert {kind: role_of(user) for kind, user in world.users.items()} == {
        "applicant_clerk": "applicant",
        "applicant_lead": "applicant",
        "recommender_officer": "recommender",
        "recommender_lead": "recommender",
        "association_officer": "recommender",
        "association_lead": "recommender",
        "ministry_officer": "ministry_officer",
        "ministry_lead": "ministry_lead",
        "expert": "expert",
        "inspector": "inspector",
        "outside_auditor": "outside_auditor",
        "administrator": "administrator",
    }
    assert len(Kind) == 13

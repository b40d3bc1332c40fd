"""People at the proxy: readers of public and of their own pages, and applicants who submit; what each was answered."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from bench.topology.site import HOST, Topology

PUBLIC = ("/", "/directory/", "/notices/", "/api/v1/titles")
PATIENCE = 120  # seconds that a person waits: a busy machine is slow, not away
AFTERWARDS = (
    240  # seconds in which letters and documents that wait when the traffic has ended have to become fewer
)
PACE = 0.15  # seconds between two requests of one reader
SEED = """
import json
from datetime import date
from django.conf import settings
from django.test import Client
from tests.factories import dossiers, people
offices = [people.recommender(label) for label in ("浙江", "江苏", "甘肃", "广东")]
dates = dict(filing_until=date(2026, 12, 18), handling_from=date(2026, 12, 21), handling_until=date(2026, 12, 23),
             review_until=date(2026, 12, 30), closes_on=date(2026, 12, 31))
cycle, made = dossiers.cycle(2026, **dates), []
for number in range({count}):
    unit = dossiers.unit(offices[number % len(offices)])
    application, _ = dossiers.draft(of=unit, in_cycle=cycle)
    client = Client()
    client.force_login(unit.user, backend="portal.accounts.backends.PortalBackend")
    made.append([str(application.pk), client.cookies[settings.SESSION_COOKIE_NAME].value])
print(json.dumps(made))
"""
CHECK = """
import json
from applications.models import Application, Submission
from portal.models import AuditEvent, OutboxMessage
wrong = []
for row in Application.objects.all():
    filed = [str(one) for one in row.submissions.values_list("pk", flat=True)]
    events = AuditEvent.objects.filter(stream=f"applications.application:{row.pk}", action="application.submit").count()
    sent = OutboxMessage.objects.filter(key__in=[f"receipt_pdf:{one}" for one in filed]).count()
    if (row.state != "DRAFT", len(filed), events, sent) not in ((False, 0, 0, 0), (True, 1, 1, 1)):
        wrong.append(f"{row.pk}: {row.state}, {len(filed)} submissions, {events} events, {sent} messages")
waiting = OutboxMessage.objects.filter(done_at=None, given_up_at=None).count()
print(json.dumps({"wrong": wrong, "receipts": [str(pk) for pk in Submission.objects.values_list("pk", flat=True)], "waiting": waiting}))
"""


@dataclass
class Answer:
    at: float
    seconds: float
    status: int  # 0: none came
    path: str
    told: str = ""  # why none came
    when: str = field(default_factory=lambda: f"{datetime.now(UTC):%H:%M:%S}")  # as the logs count

    @property
    def failed(self) -> bool:
        return self.status in (0, 404) or self.status >= 500


@dataclass
class Person:
    """A signed-in applicant with a dossier that only waits to be submitted."""

    site: Topology
    dossier: str
    session: str
    cookies: dict[str, str] = field(default_factory=dict)
    receipt: str = ""

    def __post_init__(self) -> None:
        self.cookies = {"__Host-session": self.session}

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        status, found, content = self.site.ask(path, method, body, patience=PATIENCE, **sent)
        for line in found.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return status, found.get("Location", ""), content.decode(errors="replace")

    def submit(self) -> int:
        """As a person does who tries again until there is a receipt; a second press is the first one's answer."""
        page = f"/my/dossiers/{self.dossier}/check/"
        status, place, text = self.ask(page)
        if status == 302 or (status == 200 and 'name="sequence"' not in text):
            return self.look_for_receipt(status)
        if status != 200:
            return status
        form = {
            name: re.search(rf'name="{name}" value="([^"]+)"', text)[1]
            for name in ("csrfmiddlewaretoken", "sequence")
        }
        form |= {"declarant_name": "沈国栋", "declarant_title": "主任", "declared": "on"}
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{page}"}
        status, place, _ = self.ask(page, "POST", urllib.parse.urlencode(form).encode(), **kind)
        found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", place)
        if status == 302 and found and "receipt" in place:
            self.receipt = found[0]
        return status

    def look_for_receipt(self, status: int) -> int:
        """An answer was lost on its way: the dossier's page leads to the receipt."""
        status, _, text = self.ask(f"/my/dossiers/{self.dossier}/")
        found = re.search(r"/receipts?/([0-9a-f]{8}-[0-9a-f-]{27})", text)
        if found:
            self.receipt = found[1]
        return status


class Traffic:
    def __init__(self, site: Topology, people: int) -> None:
        self.site = site
        made = json.loads(
            site.run("python", "manage.py", "shell", "-v0", "-c", SEED.format(count=people)).splitlines()[-1]
        )
        self.people = [Person(site, pk, session) for pk, session in made]
        self.answers: list[Answer] = []
        self.ended = threading.Event()
        self.threads = [
            threading.Thread(target=self.read, args=(PUBLIC, None), daemon=True) for _ in range(2)
        ]
        own = ("/my/", f"/my/dossiers/{self.people[0].dossier}/")
        self.threads += [threading.Thread(target=self.read, args=(own, self.people[0]), daemon=True)]
        self.threads += [threading.Thread(target=self.file, daemon=True)]

    def note(self, path: str, ask) -> None:
        began, told = time.monotonic(), ""
        try:
            status = ask()
        except Exception as error:  # refused, cut off, timed out: the person saw no answer
            status, told = 0, f"{type(error).__name__}: {error}"
        self.answers.append(Answer(began, time.monotonic() - began, status, path, told))

    def read(self, paths: tuple[str, ...], person: Person | None) -> None:
        turn = 0
        while not self.ended.is_set():
            path = paths[turn % len(paths)]
            self.note(path, partial(self.look_at, path if person else f"{path}?turn={turn}", person))
            turn += 1
            self.ended.wait(PACE)

    def look_at(self, path: str, person: Person | None) -> int:
        return person.ask(path)[0] if person else self.site.ask(path, patience=PATIENCE)[0]

    def file(self) -> None:
        """One submission after the other, each tried until it has its receipt."""
        for person in self.people[1:]:
            while not person.receipt and not self.ended.is_set():
                self.note("submit", person.submit)
                self.ended.wait(6.0)  # so that every fault meets some

    def start(self) -> Traffic:
        for thread in self.threads:
            thread.start()
        return self

    def stop(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(60)

    def reconciled(self) -> dict:
        """What is half done, and which acknowledged submissions are not there, when letters and documents had their time."""
        end, least = time.monotonic() + AFTERWARDS, float("inf")
        while (found := self.check())["waiting"] and time.monotonic() < end:
            if found["waiting"] < least:  # a busy machine needs longer, as long as they get fewer
                end, least = time.monotonic() + AFTERWARDS, found["waiting"]
            time.sleep(10)
        acknowledged = {person.receipt for person in self.people if person.receipt}
        return {
            **found,
            "acknowledged": len(acknowledged),
            "lost": sorted(acknowledged - set(found["receipts"])),
        }

    def check(self) -> dict:
        return json.loads(self.site.run("python", "manage.py", "shell", "-v0", "-c", CHECK).splitlines()[-1])
